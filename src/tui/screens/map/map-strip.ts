import type { ProcessResult } from '../../../results/map/schema.ts';
import { type Line, span } from '../../parts/line.ts';
import type { Lens } from '../../state.ts';
import { indexesOf, LOOKS, type MapRow, mapStrip } from './map-rows.ts';

/** The address space in proportion, what its glyphs mean, and where the chosen row lies in it. */
export function stripLines(
  map: ProcessResult,
  lens: Lens,
  columns: number,
  chosen: MapRow | undefined,
): Line[] {
  const strip = mapStrip(map, lens, columns);
  const shown: Line = runs(strip.cells).map(([look, length]) =>
    span(LOOKS[look]!.glyph.repeat(length), LOOKS[look]!.tone),
  );
  const marks = new Array<string>(columns).fill(' ');
  for (const index of chosen === undefined ? [] : indexesOf(map, chosen)) {
    marks.fill('▲', strip.first[index]!, strip.last[index]! + 1);
  }
  const legend = LOOKS.filter((_, i) => strip.cells.includes(i)).flatMap(
    ({ title, glyph, tone }): Line => [span(glyph, tone), span(` ${title}  `, 'dim')],
  );
  return [legend, shown, [span(marks.join(''), 'accent')]];
}

/** Equal neighbours as one: value and length. */
function runs(values: readonly number[]): [number, number][] {
  const all: [number, number][] = [];
  for (const value of values) {
    const last = all.at(-1);
    if (last?.[0] === value) last[1]++;
    else all.push([value, 1]);
  }
  return all;
}
