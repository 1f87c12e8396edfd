/** A model has one verb, whatever wrote the capture; a tool's name beside it shows the same. */
import { expect, test } from 'vitest';
import { memtool } from '../support/run-program.ts';

const SEED = 'fixtures/stories/seed';

test.each([
  ['heap', 'heaptrack', `${SEED}/heaptrack.zst`],
  ['map', 'pmap', `${SEED}/smaps.txt`],
])('memtool %s shows what memtool %s shows', async (verb, tool, file) => {
  const shown = await memtool([verb, file, '--top', '3']);
  expect(shown).toEqual(await memtool([tool, file, '--top', '3']));
  expect(shown.exitCode).toBe(0);
  const { stdout: document } = await memtool([verb, file, '--json']);
  const { stdout: named } = await memtool([tool, file, '--json']);
  expect(document).toBe(named.replace(`"memtool/${tool}"`, `"memtool/${verb}"`));
});

test.each([
  ['heap', `${SEED}/smaps.txt`, 'pmap'],
  ['map', `${SEED}/heaptrack.zst`, 'heaptrack'],
])('memtool %s refuses %s and names the command for it', async (verb, file, other) => {
  const { stderr, exitCode } = await memtool([verb, file]);
  expect(stderr).toContain(`which \`memtool ${verb}\` does not read`);
  expect(stderr).toContain(`try: memtool ${other} ${file}`);
  expect(exitCode).toBe(1);
});
