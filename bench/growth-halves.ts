import path from 'node:path';

const GROWTH = path.join(import.meta.dirname, '../fixtures/growth');

/**
 * Which half of fixtures/growth a run is in: names of programs with an odd number of letters are for
 * development, those with an even number are the test set. Nothing is tuned to that one, so that its score
 * tells what programs get that nobody looked at.
 *
 * @param run the folder of a run, which lies in its program's.
 * @returns undefined for runs elsewhere.
 */
export function halfOf(run: string): 'development' | 'test' | undefined {
  const program = path.dirname(path.resolve(run));
  if (path.dirname(program) !== GROWTH) return undefined;
  return path.basename(program).length % 2 === 1 ? 'development' : 'test';
}
