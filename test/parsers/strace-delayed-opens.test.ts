import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SyscallEvent } from '../../src/model/syscall-trace.ts';
import { DelayedOpens } from '../../src/parsers/strace/delayed-opens.ts';

const at = (line: number, pid: number) => ({ pid, line, time: undefined });
const open = (line: number, pid: number, descriptor: number, path: string): SyscallEvent => ({
  ...at(line, pid),
  call: 'open',
  path,
  descriptor,
});
const close = (line: number, pid: number, descriptor: number): SyscallEvent => ({
  ...at(line, pid),
  call: 'close',
  descriptor,
});
const mmap = (line: number, pid: number, descriptor: number): SyscallEvent => ({
  ...at(line, pid),
  call: 'mmap',
  length: 4096,
  protection: 1,
  flags: 2,
  descriptor,
  path: undefined,
  offset: 0,
  result: 0x7f0000000000,
});
const fork = (line: number, pid: number, child: number): SyscallEvent => ({
  ...at(line, pid),
  call: 'clone',
  child,
  sharesMemory: false,
});

function passed(events: readonly SyscallEvent[]): SyscallEvent[] {
  const heard: SyscallEvent[] = [];
  const opens = new DelayedOpens((event) => heard.push(event));
  for (const event of events) opens.step(event);
  return heard;
}

const lines = (events: readonly SyscallEvent[]) => passed(events).map(({ line }) => line);

test('a file that is only read is never heard of', () => {
  expect(lines([open(1, 7, 3, '/etc/passwd'), close(2, 7, 3), mmap(3, 7, -1)])).toEqual([3]);
});

test('a file that is mapped is heard of before, and so is its close', () => {
  const events = [open(1, 7, 3, '/lib/x.so'), mmap(2, 7, 3), close(3, 7, 3), close(4, 7, 3)];
  expect(lines(events)).toEqual([1, 2, 3]);
});

test('another thread may map it', () => {
  expect(lines([open(1, 7, 3, '/lib/x.so'), mmap(2, 8, 3)])).toEqual([1, 2]);
});

test('a forked child has its own to close', () => {
  const events = [open(1, 7, 3, '/a'), fork(2, 7, 8), close(3, 7, 3), close(4, 8, 3)];
  expect(lines(events)).toEqual([1, 2, 3, 4]);
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

test('mappings of a process have the names that they have with all events', () => {
  const event = fc.oneof(
    fc.tuple(fc.integer({ min: 3, max: 6 }), fc.string()).map(([d, path]) => open(1, 7, d, path)),
    fc.integer({ min: 3, max: 6 }).map((descriptor) => close(1, 7, descriptor)),
    fc.integer({ min: -1, max: 6 }).map((descriptor) => mmap(1, 7, descriptor)),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      expect(names(passed(events))).toEqual(names(events));
    }),
  );
});
