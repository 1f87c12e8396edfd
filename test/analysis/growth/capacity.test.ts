/** What `memtool capacity` computes, against programs that printed each capacity they had. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capacityFindings } from '../../../src/analysis/growth/forward/capacity.ts';
import { CONTAINERS, type ContainerKind } from '../../../src/knowledge/containers.ts';
import { ROOT } from '../../support/paths.ts';

const given = { reserved: undefined, allocator: 'glibc', pageBytes: 4096 } as const;

const vec = (elementBytes: number, length: number) =>
  capacityFindings({ ...given, container: 'rust-vec', elementBytes, length });

describe('the Vec of a program that reads 12426 rows', () => {
  const findings = vec(24, 12426);

  test('grows to 16384 elements in 97 pages', () => {
    const last = findings.blocks.at(-1)!;
    expect(last).toMatchObject({ capacity: 16384, requested: 393216 });
    expect(last.placement).toMatchObject({ kind: 'mapping', bytes: 97 * 4096 });
    expect(last.placement!.overheads).toEqual([
      { what: 'header', bytes: 16 },
      { what: 'rounding to pages', bytes: 4080 },
    ]);
  });

  test('uses 73 of them, which is what with_capacity would map', () => {
    expect(findings.resident!.value).toBe(73 * 4096);
    expect(findings.advice!.block.placement!.bytes).toBe(299008);
    expect([findings.slackElements, findings.slackBytes]).toEqual([3958, 94992]);
  });

  test('moves its pages once; the smaller blocks were copied', () => {
    expect(findings.cost.remaps).toBe(1);
    expect(findings.cost.copies).toBe(11);
  });
});

interface TrueContainer {
  readonly kind: string;
  readonly elem_size: number;
  readonly capacity: number;
  readonly cap_bytes: number;
  readonly events: readonly { readonly cap: number; readonly len: number }[];
}

const KINDS: Readonly<Record<string, ContainerKind>> = {
  Vec: 'rust-vec',
  VecDeque: 'rust-vec-deque',
  HashMap: 'rust-hash-table',
  'std::vector': 'cpp-vector',
  'std::unordered_map': 'cpp-unordered',
  PyList: 'python-list',
};

const CORPUS = `${ROOT}fixtures/corpus/`;

/** Containers that got their elements one by one, from empty. */
const GROWN = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('/truth.json'))
  .sort()
  .flatMap((file) => {
    const truth: { containers: readonly TrueContainer[] } = JSON.parse(
      readFileSync(CORPUS + file, 'utf8'),
    );
    return truth.containers
      .filter(({ kind, events }) => kind in KINDS && events.length > 3)
      .filter(({ events }) =>
        events.every(({ len }, i) => i === 0 || len === events[i - 1]!.cap + 1),
      )
      .map((container): [string, TrueContainer] => [file, container]);
  });

test('there are containers to compare with', () => {
  const kinds = new Set(GROWN.map(([, { kind }]) => kind));
  expect(GROWN.length).toBeGreaterThan(50);
  expect([...kinds].sort()).toEqual(Object.keys(KINDS).sort());
});

test.each(GROWN)('%s has the capacities that the program printed', (_, truth) => {
  const { kind, elem_size: elementBytes, events, capacity, cap_bytes: bytes } = truth;
  const container = KINDS[kind]!;
  const findings = capacityFindings({ ...given, container, elementBytes, length: capacity });
  const path = findings.blocks.map((block) => block.capacity);
  const printed = [...new Set(events.map(({ cap }) => cap))].filter((cap) => cap > 0);
  // The first steps can be another block's: a list is made of the program's own code first.
  expect(path.slice(-printed.length)).toEqual(printed.slice(-path.length));
  expect(findings.blocks.at(-1)!.requested).toBe(bytes);
});

test('any container holds what is put in, and asks for no more than it must', () => {
  const containers = Object.values(CONTAINERS).filter(({ option }) => option !== undefined);
  fc.assert(
    fc.property(
      fc.constantFrom(...containers),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      (container, size, length) => {
        const elementBytes =
          container.elementBytes ?? (container.kind === 'python-dict' ? 24 : size);
        const { blocks } = capacityFindings({
          ...given,
          container: container.kind,
          elementBytes,
          length,
        });
        const capacities = blocks.map(({ capacity }) => capacity);
        expect(capacities).toEqual([...new Set(capacities)].sort((a, b) => a - b));
        if (length <= (container.inline ?? 0)) expect(blocks).toEqual([]);
        else expect(capacities.at(-1)).toBeGreaterThanOrEqual(length);
        expect(capacities.at(-2) ?? 0).toBeLessThan(Math.max(1, length));
      },
    ),
    { numRuns: 500 },
  );
});

test('a capacity that was asked for is where it begins', () => {
  const query = {
    ...given,
    container: 'rust-vec' as const,
    elementBytes: 24,
    length: 25000,
    reserved: 10000,
  };
  const { blocks } = capacityFindings(query);
  expect(blocks.map(({ capacity }) => capacity)).toEqual([10000, 20000, 40000]);
});
