import { expect, test } from 'vitest';
import {
  readableStrings,
  withReadableStacks,
} from '../../../src/ingest/demangle/readable-names.ts';
import { KeptEvents } from '../../support/strace.ts';

test('strings without Rust names are the same array', () => {
  const strings = ['', '/usr/lib/libc.so.6', 'malloc', '_ZN3foo3barEv', 'README', '_Rust', 'Zebra'];
  expect(readableStrings(strings)).toBe(strings);
});

test('Rust names are read, the others and all indices stay', () => {
  const strings = Object.freeze([
    '',
    '_RNvC1a1b',
    '/src/main.rs',
    'x::y::h05af221e174051e9',
    'main',
  ]);
  expect(readableStrings(strings)).toEqual(['', 'a::b', '/src/main.rs', 'x::y', 'main']);
});

test('stacks of strace -k get Rust names; frames that have none stay', () => {
  const kept = new KeptEvents();
  const frames = [
    '/app(_ZN3app5parse17h0123456789abcdefE+0x4d) [0x14ccd]',
    '/app(_ZN3foo3barEv+0x4d) [0x14ccd]',
    '/app() [0x14ccd]',
    'unexpected_error',
  ];
  const event = {
    call: 'exit',
    pid: 7,
    line: 1,
    time: undefined,
    outcome: 'exited with 0',
  } as const;
  const fold = withReadableStacks(kept);
  fold.step({ ...event, stack: frames });
  fold.step(event);
  const readable = ['/app(app::parse+0x4d) [0x14ccd]', ...frames.slice(1)];
  expect(fold.finish()).toEqual([{ ...event, stack: readable }, event]);
});
