import { formatAddress } from '../../model/address.ts';
import { pmapJson } from '../pmap/json.ts';
import type { CoreFindings } from './core-report.ts';
import type { CoreJson } from './core-schema.ts';
import { heapJson } from './json.ts';

/** The result of `memtool core --json`. */
export function coreJson({
  machine,
  executable,
  death,
  heap,
  groups,
  missing,
}: CoreFindings): CoreJson {
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
    heap: heapJson(heap),
    map: pmapJson([groups]).processes[0]!,
  };
}
