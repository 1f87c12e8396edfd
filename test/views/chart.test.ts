import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderChart } from '../../src/views/text/chart.ts';

test('a chart has its axes labelled and its peak in the top row', () => {
  const points = Array.from({ length: 200 }, (_, i) => ({
    x: i / 20,
    y: i === 100 ? 10_240 : i * 20,
  }));
  expect(renderChart({ points, unit: 'bytes' }, 'human', 50).join('\n')).toMatchInlineSnapshot(`
    "      │
    10 KiB┤                 ██
          │                 ██
          │                 ██
     5 KiB┤                 ██
          │                 ██            █████
          │                 ███████████████████
          │      ██████████████████████████████
       0 B┤████████████████████████████████████
          └┬────────┬────────┬───────┬────────┬─
         0 s   2.56 s   5.12 s  7.39 s   9.95 s"
  `);
});

test('nothing to draw is no chart', () => {
  expect(renderChart({ points: [], unit: 'count' }, 'human', 80)).toEqual([]);
});

test('no chart is wider than it may be, whatever the points', () => {
  const point = fc.record({
    x: fc.double({ min: 0, max: 1e6, noNaN: true }),
    y: fc.double({ min: 0, max: 1e15, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 40, max: 200 }),
      (points, width) => {
        const sorted = points.toSorted((a, b) => a.x - b.x);
        const lines = renderChart({ points: sorted, unit: 'bytes' }, 'human', width);
        expect(lines.length).toBeGreaterThan(5);
        expect(lines.length).toBeLessThan(14);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      },
    ),
  );
});
