import type { HeapDetails } from '../../analysis/heap/details.ts';
import type { MallocFindings } from '../../analysis/process/findings.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import { containerDifferenceSections } from '../containers/difference-section.ts';
import { ownershipSection } from '../containers/ownership-section.ts';
import { containerSections } from '../containers/section.ts';
import { bytes, type Cell, captured, type Report, type Section } from '../report.ts';
import { accountSections } from './account-section.ts';
import { arenaSections } from './arena-section.ts';
import { blockSections, classSections, sizeSections } from './size-sections.ts';

export interface HeapReportOptions {
  /** Rows of a list that is asked for. */
  readonly top: number;
  /** The lists to show in full; the others show their beginning. */
  readonly full: ReadonlySet<HeapList>;
  /** Who holds what, where that is asked for instead of a list of containers. */
  readonly tree?: HeapDetails['tree'];
}

export type HeapList = 'containers' | 'arenas' | 'sizes' | 'blocks';

/** The report of `memtool heap` on a process. */
export function heapReport(findings: MallocFindings, options: HeapReportOptions): Report {
  return {
    title: [
      ...processWords(findings),
      ...(findings.isLive ? [] : ['in a core:']),
      ...ramWords(findings),
      ...heapWords(findings),
    ],
    sections: heapSections(findings, options),
  };
}

/** How much RAM it has; of a core, how much of its memory is known to have been in RAM. */
export function ramWords({ isLive, resident, swapped }: MallocFindings): Cell[] {
  if (resident === undefined) return [];
  if (!isLive) return [bytes(resident), 'of its memory held something;'];
  return swapped > 0
    ? ['has', bytes(resident), 'in RAM and', bytes(swapped), 'in swap;']
    : ['has', bytes(resident), 'in RAM;'];
}

/** Who it is. */
export function processWords({ name, pid, threads }: MallocFindings): Cell[] {
  const parts = [
    ...(pid === undefined ? [] : [`PID ${pid}`]),
    ...(threads > 1 ? [`${threads} threads`] : []),
  ];
  const who = captured(name ?? 'a process');
  return parts.length === 0 ? [who] : [who, `(${parts.join(', ')})`];
}

/** What of its memory is malloc's, as the rest of a sentence. */
export function heapWords({ summary, otherOwner }: MallocFindings): Cell[] {
  if (summary === undefined) {
    return otherOwner === undefined
      ? ['no heap of glibc malloc was found in it.']
      : [`its memory is given out by ${otherOwner}, which memtool cannot look into.`];
  }
  return inRamWords(summary);
}

/** How much of the RAM is live and how much is free: the rest of a sentence that says how much RAM there is. */
export function inRamWords({ live, headers = 0, freeInAll, trimmable }: HeapAccount): Cell[] {
  const trim =
    trimmable === 0
      ? ['malloc_trim could give nothing back.']
      : ['malloc_trim could give', bytes(trimmable ?? 0), 'back.'];
  return [
    bytes((live.resident ?? 0) + headers),
    'of it are live malloc blocks,',
    bytes(freeInAll?.resident ?? 0),
    'are free inside malloc, of which',
    ...trim,
  ];
}

/**
 * The account itself; nothing where there is none.
 *
 * @param brief the lists of which the beginning is shown, where they are not asked for.
 */
export function heapSections(
  findings: MallocFindings,
  { top, full, tree }: HeapReportOptions,
  brief: readonly (HeapList | 'classes')[] = ['arenas', 'classes', 'blocks'],
): Section[] {
  const { sums, account, summary } = findings;
  if (sums === undefined || account === undefined || summary === undefined) return [];
  const list = (name: HeapList, sections: (rows: number) => Section[]) => {
    if (full.has(name)) return sections(top);
    return brief.includes(name) ? sections(BRIEF) : [];
  };
  const { containers, pid } = findings;
  const { difference } = findings;
  if (containers && difference) {
    return containerDifferenceSections(difference, containers, pid, top);
  }
  if (tree) return [ownershipSection(tree)];
  if (containers) return containerSections(containers, pid, top);
  return [
    ...accountSections(summary),
    ...list('arenas', (rows) => arenaSections(account.arenas, rows)),
    ...(brief.includes('classes') ? classSections(sums) : []),
    ...list('sizes', (rows) => sizeSections(sums, rows)),
    ...list('blocks', (rows) => blockSections(sums.large, rows)),
  ];
}

/** As many rows of each list as let all fit one screen. */
const BRIEF = 2;
