import type { LiveCode, LiveCodeSite } from '../../analysis/story/live-code.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, type Cell, captured, left, right, type Section } from '../report.ts';

/** Who allocated the live blocks, by a recording of another run. */
export function liveCodeSections(found: LiveCode | undefined, top: number): Section[] {
  if (found === undefined || found.sites.length === 0) return [];
  const { live, moment, peak, end, sites } = found;
  const isExact = moment !== undefined;
  return [
    {
      title: 'Who allocated the live blocks',
      table: {
        columns: [
          ...(isExact
            ? [right('bytes', TOPICS.peakBytes)]
            : [right('at least', TOPICS.peakBytes), right('at most', TOPICS.peakBytes)]),
          left('in the program', 'middle'),
        ],
        rows: sites.slice(0, top).map((site) => ({
          cells: [
            ...(isExact ? [] : [bytes(site.least, true)]),
            bytes(site.most, true),
            placeCell(site),
          ],
        })),
      },
      notes: [
        moment === undefined
          ? [
              '≈ live at the end and at the peak of the heap recording, a run of its own with',
              bytes(end),
              'and',
              bytes(peak),
              'then; here',
              bytes(live),
              'are live.',
            ]
          : [
              `≈ live at the ${moment} of the heap recording, a run of its own with`,
              bytes(moment === 'peak' ? peak : end),
              'then; here',
              bytes(live),
              'are live.',
            ],
      ],
    },
  ];
}

function placeCell({ place: { name, file, line } }: LiveCodeSite): Cell {
  const where = file === undefined ? '' : ` at ${file}:${line}`;
  return captured(`${name ?? '(no name known)'}${where}`);
}
