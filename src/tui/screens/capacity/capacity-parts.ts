import type { CapacityAccount } from '../../../analysis/growth/forward/capacity-account.ts';
import type { Segment } from '../../parts/bars.ts';
import { bar } from '../../parts/bars.ts';
import { type Line, lineWidth, span } from '../../parts/line.ts';
import type { Tone } from '../../theme.ts';

/** The parts of a block, each with a glyph of its own. */
const LOOKS = {
  header: { glyph: '▌', tone: 'fill-3' },
  used: { glyph: '█', tone: 'fill-1' },
  spare: { glyph: '▒', tone: 'fill-2' },
  rounding: { glyph: '░', tone: 'fill-4' },
  resident: { glyph: '▓', tone: 'fill-5' },
  untouched: { glyph: '·', tone: 'dim' },
} as const satisfies Record<string, { glyph: string; tone: Tone }>;

export type PartName = keyof typeof LOOKS;

export const part = (name: PartName, value: number): Segment => ({ value, ...LOOKS[name] });

const LEGEND: readonly (readonly [PartName, string])[] = [
  ['used', 'used'],
  ['spare', 'spare capacity'],
  ['header', 'header'],
  ['rounding', 'rounding'],
  ['resident', 'in RAM'],
  ['untouched', 'never touched'],
];

/** Which glyph is what, with its part of the whole. */
export function legend(account: CapacityAccount, columns: number): Line[] {
  const { total, resident, untouched } = account;
  const values: Readonly<Record<PartName, number>> = {
    header: account.header,
    used: account.used,
    spare: account.spare,
    rounding: account.rounding,
    resident: resident?.value ?? 0,
    untouched: untouched ?? 0,
  };
  const lines: Line[] = [];
  for (const [name, words] of LEGEND) {
    if (values[name] === 0) continue;
    const { glyph, tone } = LOOKS[name];
    const entry = [span(glyph, tone), ` ${words} `, span(share(values[name], total), 'dim'), '  '];
    const last = lines.at(-1);
    if (last === undefined || lineWidth([...last, ...entry]) > columns) lines.push(entry);
    else lines[lines.length - 1] = [...last, ...entry];
  }
  return lines;
}

/** `75.1 %`; what is hardly anything still has a digit. */
export function share(value: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * value) / whole;
  const digits = percent >= 99.95 || percent === 0 ? 0 : percent < 0.1 ? 3 : 1;
  return `${percent.toFixed(digits)} %`;
}

/**
 * Bars that stand below each other: the header lies before the elements, so all bars without one
 * begin where it ends.
 */
export function stageBar(
  segments: readonly Segment[],
  { header }: Pick<CapacityAccount, 'header'>,
  whole: number,
  width: number,
): Line {
  const headerCells = header === 0 ? 0 : Math.max(1, Math.round((header / whole) * width));
  const [first, ...rest] = segments;
  const hasHeader = first?.glyph === LOOKS.header.glyph;
  const before: Line = hasHeader
    ? [span(first.glyph.repeat(headerCells), first.tone)]
    : [' '.repeat(headerCells)];
  return [...before, ...bar(hasHeader ? rest : segments, whole - header, width - headerCells)];
}
