import { describe, expect, test } from 'vitest';
import type { AnonymousRow } from '../../src/knowledge/allocators/allocator.ts';
import { allocatorsInMap, memoryOwner } from '../../src/knowledge/memory-owner.ts';
import { KIB, MIB } from '../../src/model/bytes.ts';

const ownerOf = (files: readonly string[], rows: readonly AnonymousRow[] = []) =>
  memoryOwner(allocatorsInMap(files, rows))?.id;

const LIBC = '/usr/lib/x86_64-linux-gnu/libc.so.6';

describe('who gives out memory, by the files that are mapped', () => {
  test.each([
    ['glibc', ['/usr/bin/sort', LIBC]],
    ['glibc', ['sort', 'libc-2.31.so']],
    ['musl', ['/bin/busybox', '/lib/ld-musl-x86_64.so.1']],
    ['jemalloc', [LIBC, '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2']],
    ['mimalloc', ['/usr/lib/libmimalloc.so.2.0', LIBC]],
    ['tcmalloc', [LIBC, 'libtcmalloc_minimal.so.4.5.10']],
    ['cpython', ['/usr/bin/python3.11', LIBC]],
    ['cpython', ['/usr/sbin/uwsgi', LIBC, '/usr/lib/libpython3.11.so.1.0']],
    ['v8', ['/usr/bin/node', LIBC]],
    ['v8', ['/opt/app', '/usr/lib/libnode.so.108', LIBC]],
    ['jvm', ['/usr/lib/jvm/java-17/bin/java', '/usr/lib/jvm/java-17/lib/server/libjvm.so', LIBC]],
    ['cpython', ['/usr/bin/python3.11', LIBC, '/usr/lib/libjemalloc.so.2']],
    [undefined, ['/usr/bin/static-program']],
    [undefined, []],
    [undefined, ['/usr/lib/libcap.so.2', '/usr/lib/libc++.so.1', '/srv/libc.so.6.old']],
    ['glibc', [LIBC, '/home/user/python3.txt', '/usr/share/node/readme', '/opt/node/libx.so']],
  ])('%s: %j', (id, files) => {
    expect(ownerOf(files)).toBe(id);
  });
});

describe('who gives out memory, by where it lies', () => {
  const rows = (count: number, size: number, start: number): AnonymousRow[] =>
    Array.from({ length: count }, (_, i) => ({ start: start + 2 * i * size, size }));

  test('Go by the first arena of its heap', () => {
    expect(ownerOf(['/srv/server'], rows(1, 4 * MIB, 0xc000000000))).toBe('go');
    expect(ownerOf(['/srv/server', LIBC], rows(1, 4 * MIB, 0xc000000000))).toBe('go');
    expect(ownerOf(['/srv/server', LIBC], rows(1, 4 * MIB, 0x7f0000000000))).toBe('glibc');
  });

  test('V8 by many pages of its heap, wherever it is built in', () => {
    expect(ownerOf(['/srv/app', LIBC], rows(16, 256 * KIB, 0x10000000))).toBe('v8');
    expect(ownerOf(['/srv/app', LIBC], rows(15, 256 * KIB, 0x10000000))).toBe('glibc');
    expect(ownerOf(['/srv/app', LIBC], rows(16, 256 * KIB, 0x10001000))).toBe('glibc');
  });
});
