/** Scores as tables in Markdown. */
import type { EvidenceRow } from './score-evidence.ts';
import type { RecordingScore } from './score-recordings.ts';
import type { GrowthScore } from './score-runs.ts';

/** How many containers of a group were answered right. */
export function scoreTable({ rows }: GrowthScore): string[] {
  const questions = Object.keys(rows[0]!.right);
  return [
    `| of | containers | ${questions.join(' | ')} |`,
    `|---|${'---|'.repeat(questions.length + 1)}`,
    ...rows
      .filter(({ count }) => count > 0)
      .map(({ group, count, right }) => {
        const shares = questions.map((question) => percent(right[question]! / count));
        return `| ${group.trim()} | ${count} | ${shares.join(' | ')} |`;
      }),
  ];
}

/** What was said of the likeliest size, and how often it was right. */
export function calibrationTable({ calibration }: GrowthScore): string[] {
  return [
    '| said of the first size, on average | right | of |',
    '|---|---|---|',
    ...calibration
      .filter(({ count }) => count > 0)
      .map(
        ({ said, count, right }) =>
          `| ${percent(said / count)} | ${percent(right / count)} | ${count} |`,
      ),
  ];
}

/** What more than a log changes. */
export function evidenceTable(rows: readonly EvidenceRow[]): string[] {
  return [
    '| known | containers | size first | lost | listed | bytes | of those said ≥ 99 %, right | elements in use true |',
    `|---|${'---|'.repeat(7)}`,
    ...rows.map((row) => {
      const { containers, sizeFirst, listed, bytes } = row;
      const shares = [sizeFirst, listed, bytes].map((right) => percent(right / containers));
      const [first, among, exact] = shares;
      const sure = outOf(row.sureAndRight, row.sure);
      const inUse = outOf(row.inUseAndRight, row.inUse);
      return `| ${row.name} | ${containers} | ${first} | ${row.lost} | ${among} | ${exact} | ${sure} | ${inUse} |`;
    }),
  ];
}

/** What a recording tells by itself. */
export function recordingTable(score: RecordingScore): string[] {
  const { containers, found, sizeRight, listed, certainAndWrong } = score;
  const advice = outOf(score.advisedRight, score.advised);
  return [
    '| containers in recordings | found | size right | listed | certain and wrong | advice right or in bytes |',
    `|---|${'---|'.repeat(5)}`,
    `| ${containers} | ${percent(found / containers)} | ${percent(sizeRight / containers)} | ${percent(listed / containers)} | ${certainAndWrong} | ${advice} |`,
  ];
}

const outOf = (right: number, of: number): string =>
  of === 0 ? '–' : `${percent(right / of)} of ${of}`;

const percent = (share: number): string =>
  Number.isNaN(share) ? '–' : `${Math.round(share * 100)} %`;
