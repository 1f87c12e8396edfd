import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { formatAddress } from '../model/address.ts';
import type { Mapping } from '../model/memory-map.ts';

/**
 * Reports mappings that begin before the one above them ends: no process has such, so the capture was
 * put together from several, or edited.
 */
export function reportOverlaps(mappings: readonly Mapping[], diagnostics: Diagnostics): void {
  for (const [i, { start, line }] of mappings.entries()) {
    const before = mappings[i - 1];
    if (before === undefined || start >= before.start + before.size) continue;
    const message = `the mapping at ${formatAddress(start)} begins before the one above it ends`;
    diagnostics.report('map/overlap', message, { line });
  }
}
