/**
 * A memory map of a system that is not Linux: start, end, rights, pages in RAM, what it is. The rows of
 * the test lie where Linux would have a brk heap, a vdso, a large block of malloc and a thread's stack.
 */
import type { Input } from '../../../src/input/input.ts';
import {
  type Backing,
  type Mapping,
  type MemoryMaps,
  UNKNOWN_FOOTPRINT,
} from '../../../src/model/memory-map.ts';
import { type Format, no, yes } from '../../../src/parsers/format.ts';

const HEAD = 'plan-map 1';

const PAGE = 16384;

function backingOf(what: string): Backing {
  if (what.startsWith('/')) return { kind: 'file', path: what, deleted: false };
  return { kind: 'anonymous', name: what === '' ? undefined : what };
}

function mappingOf(text: string, line: number): Mapping {
  const [start, end, permissions, pages, what = ''] = text.split(' ') as [string, ...string[]];
  return {
    ...UNKNOWN_FOOTPRINT,
    start: Number.parseInt(start, 16),
    size: Number.parseInt(end!, 16) - Number.parseInt(start, 16),
    permissions: permissions!,
    resident: Number(pages) * PAGE,
    offset: undefined,
    backing: backingOf(what),
    line,
  };
}

async function parse(input: Input): Promise<MemoryMaps> {
  const [, ...rows] = ((await input.text()) ?? '').trimEnd().split('\n');
  const map = {
    system: 'Plan',
    pid: 7,
    command: undefined,
    executable: '/bin/demo',
    mappings: rows.map((row, i) => mappingOf(row, i + 2)),
    stated: undefined,
    account: [],
  };
  return { kind: 'memory-maps', maps: [map] };
}

export const planMap: Format<'memory-maps'> = {
  id: 'plan-map',
  title: 'a map of Plan',
  produces: 'memory-maps',
  howToCapture: 'planmap PID',
  detect: ({ lines }) => (lines[0] === HEAD ? yes('it starts so') : no('it starts otherwise')),
  parse,
};
