import { expect, test } from 'vitest';
import { replayLog } from '../../support/strace.ts';

const ANONYMOUS = 'PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0';
const LIBC = ' > /usr/lib/x86_64-linux-gnu/libc.so.6';

const grown = (...frames: readonly string[]) =>
  replayLog(
    '7 brk(NULL) = 0x555500000000',
    `7 mmap(NULL, 266240, ${ANONYMOUS}) = 0x7f0000000000`,
    '7 mremap(0x7f0000000000, 266240, 528384, MREMAP_MAYMOVE) = 0x7f0000100000',
    ...frames,
    '7 exit_group(0) = ?',
  );

const codeOf = async (...frames: readonly string[]) =>
  (await grown(...frames)).spaces[0]!.growth.containers[0]!.code;

test('what asked malloc, out to the first function of the program', async () => {
  const code = await codeOf(
    `${LIBC}(mremap+0x30) [0x109a00]`,
    `${LIBC}(realloc+0x27f) [0x993af]`,
    ' > /home/dev/app(alloc::raw_vec::RawVecInner<A>::finish_grow+0x4d) [0x14ccd]',
    ' > /home/dev/app(_ZN3app5parse17h0123456789abcdefE+0x4d) [0x14ccd]',
    ' > /home/dev/app(main+0x4d) [0x14ccd]',
  );
  expect(code).toEqual({
    line: 3,
    frames: [
      { module: '/home/dev/app', name: 'alloc::raw_vec::RawVecInner<A>::finish_grow' },
      { module: '/home/dev/app', name: 'app::parse' },
    ],
  });
});

test('a module without symbols is told by itself', async () => {
  const code = await codeOf(`${LIBC}(mremap+0x30) [0x109a00]`, ' > /opt/tool() [0x14ccd]');
  expect(code?.frames).toEqual([{ module: '/opt/tool', name: undefined }]);
});

test('nothing where the log has no stacks, or they never leave malloc', async () => {
  expect(await codeOf()).toBeUndefined();
  expect(await codeOf(`${LIBC}(mremap+0x30) [0x109a00]`, ' > unexpected_error')).toBeUndefined();
});
