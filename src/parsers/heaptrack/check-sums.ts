import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { HeaptrackProfile } from './build-profile.ts';

/** All that a process can address, with the five levels of page tables that x86-64 can have. */
const ADDRESS_SPACE = 2 ** 56;

/** Reports sums that no program can have had: the file says so, and nobody else shows that it is wrong. */
export function checkSums(profile: HeaptrackProfile, diagnostics: Diagnostics): void {
  // In a window, blocks from before it are freed.
  if (profile.window !== undefined) return;
  const { live } = profile.allocations;
  const tooMany = live.reduce((sum, count) => sum - Math.min(count, 0), 0);
  if (tooMany > 0) {
    const message = `${tooMany} ${tooMany === 1 ? 'block was' : 'blocks were'} freed that had not been allocated`;
    diagnostics.report('heaptrack/impossible-frees', message);
  }
  const { peak } = profile.totals;
  if (peak > ADDRESS_SPACE) {
    const message = `${peak} bytes were live at once, more than a process can address`;
    diagnostics.report('heaptrack/impossible-size', message);
  }
}
