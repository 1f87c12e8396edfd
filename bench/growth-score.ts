/**
 * How often memtool is right about containers in strace logs, over runs of programs that printed the
 * truth about their own.
 *
 *     npm run -s score             over fixtures/corpus
 *     npm run -s score DIR...      over other runs: folders with strace.log and truth.json
 */
import { growthScore } from './score-runs.ts';

const folders = process.argv.slice(2);
const { rows, calibration, misses } = await growthScore(
  folders.length > 0 ? folders : ['fixtures/corpus'],
);

const percent = (part: number, whole: number) =>
  whole === 0 ? '-' : `${part}/${whole} ${((100 * part) / whole).toFixed(0)}%`;

const titles = Object.keys(rows[0]!.right);
console.log(['group'.padEnd(30), ...titles.map((title) => title.padStart(14))].join(''));
for (const { group, count, right } of rows) {
  const cells = titles.map((title) => percent(right[title]!, count).padStart(14));
  console.log([group.padEnd(30), ...cells].join(''));
}
console.log('\nsaid of the likeliest element size, and how often it was right');
for (const { from, to, said, count, right } of calibration) {
  const range = `p ${from.toFixed(2)} to ${to.toFixed(2)}`;
  const mean = count === 0 ? '' : `said ${((100 * said) / count).toFixed(0)} % on average`;
  console.log(`  ${range}  right ${percent(right, count).padEnd(12)} ${mean}`);
}
console.log(`\nmisses\n${misses.map((miss) => `  ${miss}`).join('\n')}`);
