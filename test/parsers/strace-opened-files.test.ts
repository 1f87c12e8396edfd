/** Files that are opened are told only where they matter: before what maps them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { SyscallEvent } from '../../src/model/syscall-trace.ts';
import { parseStrace } from '../../src/parsers/strace/parse.ts';
import { KeptEvents, textInput } from '../support/strace.ts';

const open = (pid: number, descriptor: number, path: string) =>
  `${pid} openat(AT_FDCWD, "${path}", O_RDONLY) = ${descriptor}`;
const close = (pid: number, descriptor: number) => `${pid} close(${descriptor}) = 0`;
const mmap = (pid: number, descriptor: number) =>
  `${pid} mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, ${descriptor}, 0) = 0x7f0000000000`;
const fork = (pid: number, child: number) =>
  `${pid} clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD) = ${child}`;

async function heard(lines: readonly string[], everyLineAsText = false) {
  const kept = new KeptEvents();
  const context = { diagnostics: new Diagnostics('log'), asked: { folds: [kept] } };
  await parseStrace(textInput(`${lines.join('\n')}\n`), context, everyLineAsText);
  return kept.events;
}

const linesHeard = async (lines: readonly string[]) => (await heard(lines)).map(({ line }) => line);

test('a file that is only read is never heard of', async () => {
  expect(await linesHeard([open(7, 3, '/etc/passwd'), close(7, 3), mmap(7, -1)])).toEqual([3]);
});

test('a file that is mapped is heard of before, and so is its close', async () => {
  const lines = [open(7, 3, '/lib/x.so'), mmap(7, 3), close(7, 3), close(7, 3)];
  expect(await linesHeard(lines)).toEqual([1, 2, 3]);
});

test('a file that was mapped is closed, though another was opened on its descriptor since', async () => {
  const lines = [open(7, 3, '/lib/x.so'), mmap(7, 3), open(7, 3, '/etc/passwd'), close(7, 3)];
  expect(await linesHeard(lines)).toEqual([1, 2, 4]);
});

test('what one process opens and closes does not take the close from another', async () => {
  const lines = [open(7, 3, '/lib/x.so'), mmap(7, 3), open(8, 3, '/b'), close(8, 3), close(7, 3)];
  expect(
    (await heard(lines)).filter(({ call }) => call === 'close').map(({ line }) => line),
  ).toContain(5);
});

test('another thread may map it', async () => {
  expect(await linesHeard([open(7, 3, '/lib/x.so'), mmap(8, 3)])).toEqual([1, 2]);
});

test('a forked child has its own to close', async () => {
  const lines = [open(7, 3, '/a'), fork(7, 8), close(7, 3), close(8, 3)];
  expect(await linesHeard(lines)).toEqual([1, 2, 3, 4]);
});

test('what is open at the end is told', async () => {
  expect(await linesHeard([open(7, 3, '/a'), open(8, 3, '/b'), open(7, 4, '/c')])).toEqual([
    1, 2, 3,
  ]);
});

test('more files than can wait, and descriptors beyond all tables', async () => {
  const lines = Array.from({ length: 3000 }, (_, i) => open(7, 3 + 3 * i, `/file-${i}`));
  const paths = (await heard(lines)).flatMap((event) => (event.call === 'open' ? event.path : []));
  expect(paths.toSorted()).toEqual(lines.map((_, i) => `/file-${i}`).toSorted());
});

test('a path that is longer than any can be is cut', async () => {
  const [event] = await heard([open(7, 3, `/${'é'.repeat(5000)}`), mmap(7, 3)]);
  expect(event).toMatchObject({ call: 'open', path: `/${'é'.repeat(2047)}` });
});

/** What each mmap of one process names, by the events that are there. */
function names(events: readonly SyscallEvent[]): (string | undefined)[] {
  const files = new Map<number, string>();
  return events.flatMap((event) => {
    if (event.call === 'open') files.set(event.descriptor, event.path);
    else if (event.call === 'close') files.delete(event.descriptor);
    return event.call === 'mmap' ? [files.get(event.descriptor)] : [];
  });
}

test('mappings of a process have the names that the log tells', async () => {
  const descriptor = fc.integer({ min: 3, max: 6 });
  const path = fc.stringMatching(/^\/[a-z]{0,90}$/);
  const event = fc.oneof(
    fc.record({ call: fc.constant('open' as const), path, descriptor }),
    fc.record({ call: fc.constant('close' as const), descriptor }),
    fc.record({ call: fc.constant('mmap' as const), descriptor }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), fc.boolean(), async (told, asText) => {
      const lines = told.map((one) => {
        if (one.call === 'open') return open(7, one.descriptor, one.path);
        return one.call === 'close' ? close(7, one.descriptor) : mmap(7, one.descriptor);
      });
      expect(names(await heard(lines, asText))).toEqual(names(told as SyscallEvent[]));
    }),
  );
});
