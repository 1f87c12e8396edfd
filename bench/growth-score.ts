/**
 * How often memtool is right about containers in strace logs, over runs of programs that printed the
 * truth about their own.
 *
 *     npm run -s score             over fixtures/corpus
 *     npm run -s score DIR...      over other runs: folders with strace.log and truth.json
 *
 * docs/growth.md keeps the first two tables.
 */
import { calibrationTable, growthScore, scoreTable } from './score-runs.ts';

const folders = process.argv.slice(2);
const score = await growthScore(folders.length > 0 ? folders : ['fixtures/corpus']);

console.log(scoreTable(score).join('\n'));
console.log(`\n${calibrationTable(score).join('\n')}`);
console.log(`\nbytes called certain, and wrong: ${score.certainAndWrong.join(', ') || 'none'}`);
console.log(`\nwrong answers\n${score.misses.map((miss) => `  ${miss}`).join('\n')}`);
