import type { MallocFindings } from '../../analysis/process/findings.ts';
import { containerSections } from '../containers/section.ts';
import type { Report } from '../report.ts';
import { type HeapList, heapReport } from './report.ts';

const TOP = 20;
const LISTS: ReadonlySet<HeapList> = new Set(['arenas', 'sizes', 'blocks']);

/** All that heaps of processes tell: the account, its lists, then the containers in it. */
export function imagesReport(heaps: readonly MallocFindings[]): Report | undefined {
  const options = { top: TOP, full: LISTS };
  const [first, ...others] = heaps.map((one) => {
    const { containers, pid } = one;
    const { title, sections } = heapReport({ ...one, containers: undefined }, options);
    const held = containers ? containerSections(containers, pid, TOP) : [];
    return { title, sections: [...sections, ...held] };
  });
  if (first === undefined) return undefined;
  const below = others.flatMap(({ title, sections }) => [{ notes: [title] }, ...sections]);
  return { title: first.title, sections: [...first.sections, ...below] };
}
