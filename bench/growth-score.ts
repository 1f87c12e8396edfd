/**
 * How often memtool is right about containers in strace logs and heap recordings, over runs of programs
 * that printed the truth about their own.
 *
 *     npm run -s score                  over fixtures/corpus and the two halves of fixtures/growth
 *     npm run -s score -- DIR...        over other runs: folders with strace.log and truth.json
 *     npm run -s score -- --show-test   also names the wrong answers in the test set
 *
 * docs/growth.md keeps the tables.
 */
import { halfOf } from './growth-halves.ts';
import { runsIn } from './growth-truth.ts';
import { evidenceScore, falseGrowth } from './score-evidence.ts';
import { recordingScore } from './score-recordings.ts';
import { growthScore } from './score-runs.ts';
import { calibrationTable, evidenceTable, recordingTable, scoreTable } from './score-tables.ts';

const SHOW_TEST = '--show-test';

const words = process.argv.slice(2);
const folders = words.filter((word) => word !== SHOW_TEST);
const isShown = (run: string) => halfOf(run) !== 'test' || words.includes(SHOW_TEST);

if (folders.length > 0) await printScore(folders.join(', '), folders);
else {
  const runs = runsIn('fixtures/growth', 'strace.log');
  await printScore('fixtures/corpus', ['fixtures/corpus']);
  for (const half of ['development', 'test']) {
    const halfRuns = runs.filter((run) => halfOf(run) === half);
    await printScore(`fixtures/growth, ${half}`, halfRuns);
  }
}

async function printScore(title: string, given: readonly string[]) {
  const runs = given.flatMap((folder) => runsIn(folder, 'strace.log'));
  if (runs.length === 0) throw new Error(`${title}: no folder with strace.log and truth.json`);
  const score = await growthScore(runs);
  const evidence = await evidenceScore(runs);
  const recordings = await recordingScore(given);
  const control = await falseGrowth(runs);
  console.log(`## ${title}`);
  for (const table of [
    scoreTable(score),
    calibrationTable(score),
    evidenceTable(evidence),
    recordingTable(recordings),
  ]) {
    console.log(`\n${table.join('\n')}`);
  }
  const { length: certainAndWrong } = score.certainAndWrong;
  console.log(`\nbytes called certain, and wrong: ${certainAndWrong}`);
  console.log(`control runs with false growth: ${control.wrong.length} of ${control.runs}\n`);
  const hidden = runs.filter((run) => !isShown(run));
  const misses = [
    ...score.certainAndWrong.map((run) => `${run}: bytes called certain`),
    ...control.wrong.map((run) => `${run}: nothing grows there`),
    ...score.misses,
    ...recordings.misses,
  ].filter((miss) => !hidden.some((run) => miss.startsWith(run)));
  if (hidden.length === runs.length) return;
  console.log(`wrong answers\n${misses.map((miss) => `  ${miss}`).join('\n')}\n`);
}
