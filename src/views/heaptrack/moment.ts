import type { WorkClock } from '../../model/heap-profile.ts';
import { bytes, type Cell, count, seconds } from '../report.ts';

/** A time of a recording, in what its recorder counts. */
export function moment(value: number, clock: WorkClock | undefined): Cell[] {
  switch (clock) {
    case 'instructions':
      return [count(Math.round(value)), value === 1 ? 'instruction' : 'instructions'];
    case 'bytes':
      return [bytes(value), 'allocated and freed'];
    case 'events':
      return [count(value), value === 1 ? 'event' : 'events'];
    default:
      return [seconds(value)];
  }
}
