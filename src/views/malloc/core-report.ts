import type { CoreFindings } from '../../analysis/process/findings.ts';
import type { Bytes } from '../../model/bytes.ts';
import { processResult } from '../../results/map/process.ts';
import { TOPICS } from '../../results/topics.ts';
import { mapReport } from '../map/report.ts';
import { address, bytes, type Cell, type Report } from '../report.ts';
import {
  type HeapReportOptions,
  heapSections,
  heapWords,
  processWords,
  ramWords,
} from './report.ts';

export interface CoreReportOptions extends HeapReportOptions {
  /** Every mapping in the order of addresses. */
  readonly all: boolean;
}

/** The report of `memtool core`. */
export function coreReport(core: CoreFindings, options: CoreReportOptions): Report {
  const { heap, groups } = core;
  const { top, all } = options;
  if (heap.containers) return { title: titleOf(core), sections: heapSections(heap, options) };
  const [byGroup, rows] = mapReport(processResult(groups), { input: '', top, all }).sections;
  return {
    title: titleOf(core),
    sections: [
      // Beside a heap there is no room for the reasons of all rows.
      ...(byGroup ? [all ? byGroup : { ...byGroup, notes: [] }] : []),
      ...(all && rows ? [rows] : []),
      ...heapSections(heap, options, ['arenas']),
      {
        notes: [CONTENTS_NOTE, ...(core.missing > 0 ? [missingNote(core.missing)] : [])],
        topics: [TOPICS.missingBytes],
      },
    ],
  };
}

const titleOf = (core: CoreFindings): Cell[] => [
  ...processWords(core.heap),
  ...deathWords(core),
  ...ramWords(core.heap),
  ...heapWords(core.heap),
];

/** Why a core's RAM is another number than the kernel's. */
const CONTENTS_NOTE = [
  'Resident is what holds something: pages of zeroes may have been in RAM as well. Of files a core does not tell it (–).',
];

const missingNote = (missing: Bytes): Cell[] => [
  bytes(missing),
  'that the file should have are missing: what is in them is unknown.',
];

function deathWords({ death }: CoreFindings): Cell[] {
  if (death === undefined) return ['was alive;'];
  const { signal, fault, sender } = death;
  if (fault) {
    const because = fault.because === undefined ? [';'] : [`(${fault.because});`];
    return [`died of ${signal} at`, address(fault.address), ...because];
  }
  if (sender === 'itself') return [`died of ${signal}, which it sent to itself;`];
  if (sender !== undefined) return [`died of ${signal}, sent by PID ${sender};`];
  return [`died of ${signal};`];
}
