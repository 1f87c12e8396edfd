import { expect, test } from 'vitest';
import { demangledStrings } from '../../../src/analysis/demangle/demangled-strings.ts';

test('strings without Rust names are the same array', () => {
  const strings = ['', '/usr/lib/libc.so.6', 'malloc', '_ZN3foo3barEv', 'README', '_Rust', 'Zebra'];
  expect(demangledStrings(strings)).toBe(strings);
});

test('Rust names are read, the others and all indices stay', () => {
  const strings = Object.freeze([
    '',
    '_RNvC1a1b',
    '/src/main.rs',
    'x::y::h05af221e174051e9',
    'main',
  ]);
  expect(demangledStrings(strings)).toEqual(['', 'a::b', '/src/main.rs', 'x::y', 'main']);
});
