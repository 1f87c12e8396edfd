import { type CapacityQuery, capacityFindings } from '../analysis/growth/forward/capacity.ts';
import { capacityResult } from '../results/capacity/capacity-result.ts';
import type { CapacityResult } from '../results/capacity/schema.ts';

/** What a container of so many elements takes. */
export const computeCapacity = (query: CapacityQuery): CapacityResult =>
  capacityResult(capacityFindings(query));
