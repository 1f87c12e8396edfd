import type { GrowthSite } from '../../../analysis/growth/from-heap/growth-sites.ts';
import type { GrownContainer } from '../../../analysis/growth/from-log/grown-container.ts';
import type { GrowthStepKind } from '../../../analysis/growth/from-log/growth-chain.ts';
import { headerOf } from '../../../analysis/growth/growth.ts';
import { pagesOf } from '../../../model/bytes.ts';
import type { TopicId } from '../../../model/topic.ts';
import { TOPICS } from '../../../results/topics.ts';
import { gauge } from '../../parts/bars.ts';
import { type Line, span } from '../../parts/line.ts';
import { type ColumnSpec, type layoutColumns, tableLine } from '../../parts/table.ts';

/** A step of the ladder, from a log or from a recording. */
export interface GrowthRow {
  readonly line: number | undefined;
  readonly step: string;
  readonly elements: number | undefined;
  readonly bytes: string;
  readonly header: number | undefined;
  readonly pages: number | undefined;
  /** What the bar is as long as. */
  readonly mapped: number;
  readonly topic: TopicId;
  readonly because: string;
}

export const GROWTH_STEP_COLUMNS: readonly ColumnSpec[] = [
  { title: 'line', width: 8, align: 'right', dropAt: 5 },
  { title: 'step', width: 8, dropAt: 1 },
  { title: 'elements', width: 10, align: 'right' },
  { title: 'bytes', width: 12, align: 'right', dropAt: 2 },
  { title: '+ header', width: 8, align: 'right', dropAt: 7 },
  { title: '→ pages', width: 7, align: 'right', dropAt: 6 },
  { title: '→ mapped', width: 11, align: 'right', dropAt: 3 },
  { title: '', dropAt: 4 },
];

const STEP_TOPICS: Readonly<Record<GrowthStepKind, TopicId>> = {
  mapped: TOPICS.container,
  found: TOPICS.container,
  resized: TOPICS.remaps,
  moved: TOPICS.remaps,
  copied: TOPICS.copies,
};

const WORDS: Readonly<Record<GrowthStepKind, string>> = {
  mapped: 'mmap made it',
  found: 'the log begins after it was made',
  resized: 'mremap made it longer where it lay',
  moved: 'mremap gave it another address; no byte was copied',
  copied: 'a new mapping was made, and the old one unmapped: requested were copied in between',
};

export function rowsOfContainer(
  { chain, estimate, blocks }: GrownContainer,
  pageBytes: number,
): readonly GrowthRow[] {
  return chain.steps.map((step, i): GrowthRow => {
    const block = blocks[i]!;
    const { least, most } = estimate.requests[i]!;
    return {
      line: step.line,
      step: step.kind,
      elements: block.capacity,
      bytes: block.requested === undefined ? `${least}…${most}` : `≈ ${block.requested}`,
      header: headerOf(block),
      pages: pagesOf(step.mapped, pageBytes),
      mapped: step.mapped,
      topic: STEP_TOPICS[step.kind],
      because: `line ${step.line} of the log: ${WORDS[step.kind]}; ${least} to ${most} bytes have this mapping`,
    };
  });
}

export function rowsOfSite({ blocks }: GrowthSite): readonly GrowthRow[] {
  return blocks.map(
    ({ requested, capacity, calls, ended }): GrowthRow => ({
      line: undefined,
      step: `${calls} ×`,
      elements: capacity,
      bytes: String(requested),
      header: undefined,
      pages: undefined,
      mapped: requested,
      topic: TOPICS.capacities,
      because: `${calls} blocks of ${requested} bytes were made, ${ended} of them grew no further`,
    }),
  );
}

export function stepLine(
  row: GrowthRow,
  layout: ReturnType<typeof layoutColumns>,
  most: number,
): Line {
  const width = layout.columns.find(({ title }) => title === '')?.width ?? 0;
  return tableLine(layout, [
    row.line === undefined ? '' : String(row.line),
    row.step,
    row.elements === undefined ? '' : `≈ ${row.elements}`,
    row.bytes,
    row.header === undefined ? '' : String(row.header),
    row.pages === undefined ? '' : String(row.pages),
    row.pages === undefined ? '' : String(row.mapped),
    span(gauge(row.mapped, most, width), 'fill-1'),
  ]);
}
