import type { CoreFindings } from '../../analysis/process/findings.ts';
import { formatAddress } from '../../model/address.ts';
import { processResult } from '../map/process.ts';
import type { CoreResult } from './core-schema.ts';
import { mallocResult } from './malloc-result.ts';

/** The result of `memtool core --json`. */
export function coreResult({
  machine,
  executable,
  death,
  heap,
  groups,
  missing,
}: CoreFindings): CoreResult {
  const { sender } = death ?? {};
  return {
    machine,
    executable: executable ?? null,
    death: death
      ? {
          signal: death.signal,
          faultAddress: death.fault ? formatAddress(death.fault.address) : null,
          because: death.fault?.because ?? null,
          senderPid: sender === 'itself' ? (heap.pid ?? null) : (sender ?? null),
        }
      : null,
    missingBytes: missing,
    heap: mallocResult(heap),
    map: processResult(groups),
  };
}
