import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dominators } from '../../../src/analysis/containers/dominators.ts';
import { NONE, References, ROOT } from '../../../src/analysis/containers/references.ts';

type Edge = readonly [from: number, to: number];

/** Blocks that a search from outside reaches, without going through one of them. */
function reached(edges: readonly Edge[], without: number | undefined): Set<number> {
  const seen = new Set<number>();
  const todo = [ROOT];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    for (const [from, to] of edges) {
      if (from !== at || to === without || seen.has(to)) continue;
      seen.add(to);
      todo.push(to);
    }
  }
  return seen;
}

const COUNT = 12;
const node = fc.nat(COUNT - 1);
const edge = fc.tuple(fc.oneof({ weight: 5, arbitrary: node }, fc.constant(ROOT)), node);

test('are the blocks without which nothing leads to one', () => {
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 30 }), (edges) => {
      const references = new References(COUNT);
      for (const [from, to] of edges) if (from !== to) references.add(from, to);
      const { of, order } = dominators(COUNT, references);
      const all = reached(edges, undefined);
      expect(new Set(order)).toEqual(all);
      const chain = (block: number): number[] =>
        of[block] === ROOT ? [] : [of[block]!, ...chain(of[block]!)];
      for (let block = 0; block < COUNT; block++) {
        if (!all.has(block)) {
          expect(of[block]).toBe(NONE);
          continue;
        }
        const holders = Array.from({ length: COUNT }, (_, one) => one).filter(
          (one) => one !== block && all.has(one) && !reached(edges, one).has(block),
        );
        expect(new Set(chain(block))).toEqual(new Set(holders));
        const dominator = of[block]!;
        if (dominator !== ROOT) expect(order.indexOf(dominator)).toBeLessThan(order.indexOf(block));
      }
    }),
  );
});

test('what only leftovers lead to begins where no block leads to it, either', () => {
  const references = new References(4);
  // 0 → 1 → 2 → 1, and 3 from outside; words that may be left over lead to 0 and 2.
  references.add(0, 1);
  references.add(1, 2);
  references.add(2, 1);
  references.add(ROOT, 3);
  references.leftOver[0] = 1;
  references.leftOver[2] = 1;
  const { of } = dominators(4, references);
  expect([...of]).toEqual([ROOT, 0, 1, ROOT]);
});

test('a list that a hostile image makes circular many times over ends', () => {
  const count = 20000;
  const references = new References(count);
  references.add(ROOT, 0);
  for (let block = 1; block < count; block++) {
    references.add(block - 1, block);
    references.add(count - 1, block);
  }
  const { of, order } = dominators(count, references);
  expect(order).toHaveLength(count);
  for (const block of order) expect(of[block] === ROOT || of[block]! < count).toBe(true);
});
