import type { CostKind } from '../../analysis/heap/costs.ts';
import type { HeapFindings } from '../../analysis/heap/findings.ts';
import { sizeHistogram } from '../../analysis/heap/size-histogram.ts';
import { type HeapProfile, hasSizes } from '../../model/heap-profile.ts';
import { histogramCsv, timelineCsv } from './csv.ts';
import type { ExportFormat } from './export-formats.ts';
import { foldedStacks } from './folded.ts';
import { massifFile } from './massif.ts';
import { massifSnapshots } from './massif-snapshots.ts';
import { speedscopeFile } from './speedscope.ts';

/** Massif's own default: parts of a tree below this are summed. */
const MASSIF_THRESHOLD_PERCENT = 1;

/** Pieces of a file. @param by the cost of formats that hold only one. */
export async function exportFile(
  format: ExportFormat,
  profile: HeapProfile,
  findings: HeapFindings,
  by: CostKind,
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
        thresholdPercent: MASSIF_THRESHOLD_PERCENT,
      });
    case 'sizes-csv':
      return histogramCsv(hasSizes(findings.kept) ? sizeHistogram(findings.kept) : []);
    case 'timeline-csv':
      return profile.timeline === undefined
        ? []
        : timelineCsv(profile.timeline, profile.clock ?? 'seconds');
  }
}
