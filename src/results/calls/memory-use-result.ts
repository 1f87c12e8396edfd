import type { AddressSpace } from '../../analysis/replay/address-space.ts';
import type { RecognisedAllocator } from '../../analysis/replay/allocator-detection.ts';
import type { HeapFindings } from '../../analysis/replay/heap-findings.ts';
import { FIXED_THRESHOLD } from '../../analysis/replay/mmap-threshold.ts';
import { topicOfUse } from '../topics.ts';

const recognised = ({ allocator, line }: RecognisedAllocator) => ({
  id: allocator.value.id,
  title: allocator.value.title,
  because: allocator.basis === 'inferred' ? allocator.because : '',
  line,
});

/** What of a space's JSON is about its allocators and the use of its memory. */
export function memoryUseResult(heap: HeapFindings, space: AddressSpace) {
  const { malloc, runtimes, usualSteps, largestStep, threshold, timeline } = heap;
  return {
    uses: heap.uses.map(({ use, title, ...account }) => ({
      use: use.id,
      topic: topicOfUse(use.id),
      title,
      because: use.because,
      usableBytes: account.usable,
      reservedBytes: account.reserved,
      peakBytes: account.peak,
      peakLine: account.peakLine,
      peakSeconds: account.peakTime ?? null,
      atPeakBytes: account.atPeak,
    })),
    malloc: malloc ? recognised(malloc) : null,
    runtimes: runtimes.map(recognised),
    usualSteps:
      usualSteps?.basis === 'inferred'
        ? { count: usualSteps.value, because: usualSteps.because }
        : null,
    largestStep: largestStep
      ? {
          deltaBytes: largestStep.delta,
          line: largestStep.line,
          seconds: largestStep.time ?? null,
          leastRequestBytes: largestStep.request.value,
        }
      : null,
    mmapThreshold: threshold
      ? {
          firstBytes: threshold.first!.threshold,
          bytes: threshold.current,
          trimBytes: threshold.trimThreshold,
          raises: threshold.raises,
          firstLine: threshold.first!.line,
          lastLine: threshold.last!.line,
          heapGrownSinceBytes: threshold.grownSince.bytes,
          heapStepsSince: threshold.grownSince.steps,
          recordAgainWith: FIXED_THRESHOLD,
        }
      : null,
    timeline: {
      unit: timeline.unit ?? null,
      points: timeline.points.map(({ at, heap: heapBytes, anonymous }) => ({
        at,
        heapBytes,
        anonymousBytes: anonymous,
      })),
    },
    unsizedSegments: space.unsizedSegments,
  };
}
