import { blockParts } from '../../../analysis/growth/forward/block-parts.ts';
import { isMapping } from '../../../analysis/growth/forward/capacity.ts';
import type { CapacityAccount } from '../../../analysis/growth/forward/capacity-account.ts';
import { pagesOf } from '../../../model/bytes.ts';
import { counted } from '../../../views/report.ts';
import { formatCell } from '../../../views/text/quantity.ts';
import { bar } from '../../parts/bars.ts';
import { type Line, lineWidth, span } from '../../parts/line.ts';
import type { Tone } from '../../theme.ts';

interface Look {
  readonly glyph: string;
  readonly tone: Tone;
  readonly words: string;
}

/** What is in a page. */
const PAGES = {
  header: { glyph: '▌', tone: 'fill-3', words: 'with the header' },
  used: { glyph: '█', tone: 'fill-1', words: 'full of elements' },
  last: { glyph: '▓', tone: 'fill-5', words: 'where the elements end' },
  touched: { glyph: '▒', tone: 'fill-2', words: 'in RAM as well' },
  untouched: { glyph: '·', tone: 'dim', words: 'never written: no RAM' },
} as const satisfies Record<string, Look>;

type PageKind = keyof typeof PAGES;

/** What is in a block that shares its pages. */
const PARTS = {
  header: { glyph: '▌', tone: 'fill-3', words: 'header' },
  used: { glyph: '█', tone: 'fill-1', words: 'elements' },
  spare: { glyph: '▒', tone: 'fill-2', words: 'room for more' },
  kept: { glyph: '░', tone: 'fill-4', words: 'never filled' },
  bookkeeping: { glyph: '▚', tone: 'fill-5', words: 'its own' },
  rounding: { glyph: '·', tone: 'dim', words: 'rounding' },
} as const satisfies Record<string, Look>;

const MOST_ROWS = 4;

/** The block as it lies in memory: its pages as cells, or its parts to scale. */
export function blockLines(account: CapacityAccount, width: number): Line[] {
  if (account.block === undefined) return [];
  return account.resident === undefined ? partLines(account, width) : pageLines(account, width);
}

function pageLines(account: CapacityAccount, width: number): Line[] {
  const { total, findings } = account;
  const { pageBytes } = findings.query;
  const kinds = pageKinds(account);
  const pagesPerCell = Math.max(1, Math.ceil(kinds.length / (width * MOST_ROWS)));
  const cells = Array.from({ length: Math.ceil(kinds.length / pagesPerCell) }, (_, i): PageKind => {
    const inCell = kinds.slice(i * pagesPerCell, (i + 1) * pagesPerCell);
    return inCell.includes('last') ? 'last' : inCell[0]!;
  });
  const before = account.findings.blocks.at(-2);
  const broken =
    pagesPerCell === 1 && before && isMapping(before)
      ? Math.min(width, pagesOf(before.placement!.bytes, pageBytes))
      : width;
  const rows: Line[] = [];
  for (let at = 0; at < cells.length; ) {
    const end = Math.min(cells.length, at + (at === 0 ? broken : width));
    const note = at === 0 && broken < width ? `  ${broken}: what ${before!.capacity} took` : '';
    const line: Line = [...runs(cells.slice(at, end)), span(note, 'dim')];
    rows.push(lineWidth(line) > width ? line.slice(0, -1) : line);
    at = end;
  }
  const scale =
    pagesPerCell === 1
      ? `a cell is one of ${pagesOf(total, pageBytes)} pages of ${pageBytes} bytes`
      : `a cell is ${pagesPerCell} pages of ${pageBytes} bytes`;
  const legend = (Object.keys(PAGES) as PageKind[]).flatMap((kind): Line[] => {
    const count = kinds.filter((one) => one === kind).length;
    const { glyph, tone, words } = PAGES[kind];
    return count === 0 ? [] : [[span(glyph, tone), ` ${count} `, span(`${words}   `, 'dim')]];
  });
  return [[span(scale, 'dim')], ...rows, ...inRows(legend, width)];
}

/** What is in each page, from the first to the last. */
function pageKinds({ findings, header, used, resident, total }: CapacityAccount): PageKind[] {
  const { pageBytes } = findings.query;
  const touched = pagesOf(resident!.value, pageBytes);
  const end = header + used;
  return Array.from({ length: pagesOf(total, pageBytes) }, (_, page): PageKind => {
    if (page === 0 && header > 0 && end > pageBytes) return 'header';
    if ((page + 1) * pageBytes <= end) return 'used';
    if (page * pageBytes < end) return 'last';
    return page < touched ? 'touched' : 'untouched';
  });
}

function runs(cells: readonly PageKind[]): Line {
  const line: { text: string; tone: Tone }[] = [];
  for (const kind of cells) {
    const { glyph, tone } = PAGES[kind];
    const last = line.at(-1);
    if (last?.tone === tone) last.text += glyph;
    else line.push({ text: glyph, tone });
  }
  return line;
}

function partLines(account: CapacityAccount, width: number): Line[] {
  const { header, rounding, total } = account;
  const sizes = { ...blockParts(account)!, header, rounding };
  const shown = (['header', 'used', 'spare', 'kept', 'bookkeeping', 'rounding'] as const).filter(
    (name) => sizes[name] > 0,
  );
  const segments = shown.map((name) => ({ ...PARTS[name], value: sizes[name] }));
  const legend = segments.map(({ glyph, tone, words, value }): Line => {
    const size = counted(value, 'byte').map((cell) => formatCell(cell, 'bytes'));
    return [span(glyph, tone), ` ${size.join(' ')} `, span(`${words}   `, 'dim')];
  });
  return [
    [span('its block, to scale', 'dim')],
    bar(segments, total, width),
    ...inRows(legend, width),
  ];
}

/** As many side by side as there is room for. */
function inRows(entries: readonly Line[], width: number): Line[] {
  const rows: Line[] = [];
  for (const entry of entries) {
    const last = rows.at(-1);
    if (last === undefined || lineWidth([...last, ...entry]) > width) rows.push(entry);
    else rows[rows.length - 1] = [...last, ...entry];
  }
  return rows;
}
