import path from 'node:path';

/**
 * Which half of fixtures/growth a run is in: names of programs with an odd number of letters are for
 * development, those with an even number are the test set. Nothing is tuned to that one, so that its score
 * tells what programs get that nobody looked at.
 *
 * @param run the folder of a run, which lies in its program's.
 */
export function halfOf(run: string): 'development' | 'test' {
  const program = path.basename(path.dirname(run));
  return program.length % 2 === 1 ? 'development' : 'test';
}
