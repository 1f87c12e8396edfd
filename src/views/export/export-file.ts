import type { CostKind } from '../../analysis/heap/costs.ts';
import type { HeapDifference, HeapFindings } from '../../analysis/heap/findings.ts';
import { sizeHistogram } from '../../analysis/heap/size-histogram.ts';
import { type HeapProfile, hasSizes } from '../../model/heap-profile.ts';
import { histogramCsv, timelineCsv } from './csv.ts';
import type { DifferenceFormat, ExportFormat } from './export-formats.ts';
import { foldedStacks } from './folded.ts';
import { massifFile } from './massif.ts';
import { massifSnapshots } from './massif-snapshots.ts';
import { speedscopeFile } from './speedscope.ts';

export interface ExportOptions {
  /** The cost of formats that hold only one. */
  readonly by: CostKind;
  /** Parts of massif's trees below this percentage are summed. */
  readonly thresholdPercent: number;
}

/** Pieces of a file that holds what two recordings differ in: values are signed. */
export async function exportDifference(
  format: DifferenceFormat,
  { costed, after }: HeapDifference,
  by: CostKind,
): Promise<Iterable<string | Uint8Array>> {
  if (format === 'folded') return foldedStacks(costed, { by });
  const { pprofFile } = await import('./pprof.ts');
  return [pprofFile(costed, { command: after.recording.debuggee, runtime: undefined })];
}

/** Pieces of a file. */
export async function exportFile(
  format: ExportFormat,
  profile: HeapProfile,
  findings: HeapFindings,
  { by, thresholdPercent }: ExportOptions,
): Promise<Iterable<string | Uint8Array>> {
  const { costed } = findings;
  const { debuggee } = profile.recording;
  switch (format) {
    case 'folded':
      return foldedStacks(costed, { by });
    case 'speedscope':
      return speedscopeFile(costed, debuggee ?? 'heap');
    case 'pprof': {
      // Its protobuf takes longer to load than most reports take to make.
      const { pprofFile } = await import('./pprof.ts');
      const runtime = profile.clock === undefined ? profile.totals.runtime : undefined;
      return [pprofFile(costed, { command: debuggee, runtime })];
    }
    case 'massif':
      return massifFile(costed.stacks, {
        command: debuggee ?? '(unknown)',
        clock: profile.clock,
        snapshots: massifSnapshots(profile, findings),
        thresholdPercent,
      });
    case 'sizes-csv':
      return histogramCsv(hasSizes(findings.kept) ? sizeHistogram(findings.kept) : []);
    case 'timeline-csv':
      return profile.timeline === undefined
        ? []
        : timelineCsv(profile.timeline, profile.clock ?? 'seconds');
  }
}
