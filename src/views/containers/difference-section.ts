import type { ContainerFindings } from '../../analysis/containers/containers.ts';
import type {
  ContainersDifference,
  FamilyChange,
  LeakChange,
} from '../../analysis/containers/containers-difference.ts';
import { splitTop } from '../../model/split-top.ts';
import { TOPICS } from '../../results/topics.ts';
import { captured, change, counted, left, type Row, right, type Section } from '../report.ts';
import { placeWords, typeName } from './family-words.ts';

/** What is more, and what is less, than in an earlier image of the program. */
export function containerDifferenceSections(
  { families, leaks }: ContainersDifference,
  findings: ContainerFindings,
  pid: number | undefined,
  top: number,
): Section[] {
  if (families.length === 0 && leaks.length === 0) {
    return [{ notes: [['All containers are as they were.']], topics: [TOPICS.families] }];
  }
  const { shown, rest } = splitTop(families, top);
  return [
    {
      title: 'Containers that changed',
      table: {
        columns: [
          left('Containers', 'middle', TOPICS.families),
          { ...left('where'), cut: 'middle' },
          right('number'),
          right('elements', TOPICS.capacity),
          right('spare', TOPICS.slackBytes),
          right('bytes'),
        ],
        rows: shown.map((one) => familyRow(one, findings, pid)),
      },
      notes:
        rest.length > 0 ? [[...counted(rest.length, 'smaller change'), 'not shown (--top).']] : [],
    },
    ...leakSections(leaks, findings, top),
  ];
}

function familyRow(
  { family, before, after }: FamilyChange,
  findings: ContainerFindings,
  pid: number | undefined,
): Row {
  return {
    cells: [
      captured(typeName(family, findings)),
      captured(placeWords(family, pid)),
      change('count', after.number - before.number),
      change('count', after.length - before.length),
      change('bytes', after.spare - before.spare),
      change('bytes', after.bytes - before.bytes),
    ],
  };
}

function leakSections(
  leaks: readonly LeakChange[],
  findings: ContainerFindings,
  top: number,
): Section[] {
  if (leaks.length === 0) return [];
  const { shown, rest } = splitTop(leaks, top);
  return [
    {
      title: 'Leaks that are new',
      table: {
        columns: [left('what', 'middle'), right('blocks'), right('bytes')],
        rows: shown.map(({ held, family, before, after }) => ({
          cells: [
            captured(
              family
                ? typeName(family, findings)
                : held.kind === 'blocks'
                  ? `block of ${held.usable} B`
                  : 'others',
            ),
            change('count', after.count - before.count),
            change('bytes', after.bytes - before.bytes),
          ],
        })),
      },
      notes:
        rest.length > 0 ? [[...counted(rest.length, 'smaller one'), 'not shown (--top).']] : [],
      topics: [TOPICS.leakedBytes],
    },
  ];
}
