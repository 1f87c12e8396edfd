import { COST_UNITS, type CostKind } from '../../analysis/heap/costs.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { formatAddress } from '../../model/address.ts';
import { baseName } from '../../model/base-name.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { type Cell, captured, change, type Quantity } from '../report.ts';
import { shortenTemplates } from './shorten-templates.ts';

/** How call stacks and their costs are shown. */
export interface StackStyle {
  /** Functions per stack. */
  readonly frames: number;
  /** Template arguments are shown. */
  readonly fullNames: boolean;
  /** `total`: what a recording cost; `window`: a part of it; `change`: two recordings compared. */
  readonly figures: 'total' | 'window' | 'change';
  /** Costs that are not exact; all are where left out. */
  readonly inexact?: HeapProfile['inexact'];
}

export const COLUMN_TITLES: Record<CostKind, string> = {
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

/** Scaled up from a sample, it is shown as inferred. */
export function costQuantity(
  kind: CostKind,
  value: number,
  { figures, inexact }: Pick<StackStyle, 'figures' | 'inexact'>,
): Quantity {
  const unit = COST_UNITS[kind];
  const inferred = inexact?.[kind]?.kind === 'sampled';
  return figures === 'change'
    ? { ...change(unit, value), inferred }
    : { kind: unit, value, inferred };
}

export function shownName(name: string, { fullNames }: StackStyle): string {
  return fullNames ? name : shortenTemplates(name);
}

/**
 * A function's name, or what stands for it: `vecg+0x13fec`, which addr2line takes, where the recording
 * says where the module was loaded; else the bare address.
 */
export function frameCell(
  frame: Pick<StackFrame, 'name' | 'module'> & Partial<Pick<StackFrame, 'address' | 'offset'>>,
  style: StackStyle,
): Cell {
  const { name, module, address, offset } = frame;
  if (name !== undefined) return captured(shownName(name, style));
  if (offset !== undefined && module !== undefined) {
    return captured(`${baseName(module)}+${formatAddress(offset)}`);
  }
  return address ? captured(formatAddress(address)) : '(no name known)';
}

/** Where a function stands: `src/main.rs:29`; the module where no line is known. */
export function placeWords({
  file,
  line,
  module,
}: Pick<StackFrame, 'file' | 'line' | 'module'>): string {
  return file === undefined ? (module ?? '?') : `${file}:${line}`;
}
