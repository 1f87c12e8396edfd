import { baseName } from '../../model/base-name.ts';
import { shortenTemplates } from '../../model/shorten-templates.ts';
import { unitOfCost } from '../../results/heap/costs.ts';
import type {
  CostName,
  FrameResult,
  FunctionNameResult,
  SharedResult,
} from '../../results/heap/stack-schema.ts';
import type { InexactResult } from '../../results/heap/summary-schema.ts';
import {
  type Cell,
  type Column,
  captured,
  change,
  percent,
  type Quantity,
  right,
} from '../report.ts';

/** How call stacks and their costs are shown. */
export interface StackStyle {
  /** Functions per stack. */
  readonly frames: number;
  /** Template arguments are shown. */
  readonly fullNames: boolean;
  /** `total`: what a recording cost; `window`: a part of it; `change`: two recordings compared. */
  readonly figures: 'total' | 'window' | 'change';
  /** What a stack is called of which all is hidden; undefined where nothing is. */
  readonly hidden?: string | undefined;
  /** Costs that are not exact. */
  readonly inexact: InexactResult;
  /** The program went on: what is live at the end is no leak. */
  readonly isSnapshot?: boolean | undefined;
}

export const COLUMN_TITLES: Record<CostName, string> = {
  peak: 'at peak',
  calls: 'calls',
  temporary: 'temporary',
  leaked: 'leaked',
  allocated: 'allocated',
  peakBlocks: 'blocks at peak',
  leakedBlocks: 'blocks leaked',
  reads: 'read',
  writes: 'written',
  copies: 'copies',
  copied: 'copied',
  events: 'events',
  units: 'units',
};

/** What a column of a cost is called. */
export function columnTitle(
  kind: CostName,
  { isSnapshot }: Pick<StackStyle, 'isSnapshot'>,
): string {
  if (isSnapshot && kind === 'leaked') return 'live';
  return isSnapshot && kind === 'leakedBlocks' ? 'live blocks' : COLUMN_TITLES[kind];
}

/** Scaled up from a sample, it is shown as inferred. */
export function costQuantity(
  kind: CostName,
  value: number,
  { figures, inexact }: Pick<StackStyle, 'figures' | 'inexact'>,
): Quantity {
  const unit = unitOfCost(kind);
  const inferred = inexactness(inexact, kind)?.kind === 'sampled';
  return figures === 'change'
    ? { ...change(unit, value), inferred }
    : { kind: unit, value, inferred };
}

/** Parts of a whole in a column of their own; none of differences, nor of a part of a recording. */
export interface ShareColumn {
  readonly columns: readonly Column[];
  cells(of: SharedResult): readonly (Cell | undefined)[];
}

/** @param first whose share tells whether there are any. */
export function shareColumn(
  kind: CostName,
  first: SharedResult | undefined,
  { figures, inexact }: Pick<StackStyle, 'figures' | 'inexact'>,
): ShareColumn {
  if (figures !== 'total' || first === undefined || first.sharePercent === null) {
    return { columns: [], cells: () => [] };
  }
  const inferred = inexactness(inexact, kind)?.kind === 'sampled';
  return {
    columns: [right('share')],
    cells: ({ sharePercent }) => [{ ...percent(sharePercent ?? 0), inferred }],
  };
}

/** Undefined for an exact cost. The last counts: of two recordings, the later one. */
export const inexactness = (
  inexact: InexactResult,
  kind: CostName,
): InexactResult[number] | undefined => inexact.findLast(({ cost }) => cost === kind);

export function shownName(name: string, { fullNames }: Pick<StackStyle, 'fullNames'>): string {
  return fullNames ? name : shortenTemplates(name);
}

/** No code lies there: several addresses are meant, or none is known. */
const NO_ADDRESS = '0x0';

/**
 * A function's name, or what stands for it: `vecg+0x13fec`, which addr2line takes, where the recording
 * says where the module was loaded; else the bare address.
 */
export function frameCell(
  frame: FunctionNameResult & Partial<Pick<FrameResult, 'address' | 'moduleOffset'>>,
  style: Pick<StackStyle, 'fullNames' | 'hidden'>,
): Cell {
  const { function: name, module, address = NO_ADDRESS, moduleOffset = null } = frame;
  if (name !== null) return captured(shownName(name, style));
  if (moduleOffset !== null && module !== null) {
    return captured(`${baseName(module)}+${moduleOffset}`);
  }
  if (address !== NO_ADDRESS) return captured(address);
  return module === null && style.hidden ? style.hidden : '(no name known)';
}

/** Where a function stands: `src/main.rs:29`; the module where no line is known. */
export function placeWords({
  file,
  line,
  module,
}: Pick<FrameResult, 'file' | 'line' | 'module'>): string {
  return file === null ? (module ?? '?') : `${file}:${line}`;
}
