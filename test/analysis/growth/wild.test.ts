/** Logs of programs whose containers are not known: memtool must not invent any. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { growthFindings } from '../../../src/analysis/growth/from-log/findings.ts';
import { GrowthReplay } from '../../../src/analysis/growth/from-log/growth-replay.ts';
import { ingest } from '../../../src/ingest/ingest.ts';
import { ROOT } from '../../support/paths.ts';

async function grownIn(folder: string) {
  const replay = new GrowthReplay();
  const source = `${ROOT}fixtures/${folder}/strace.log`;
  await ingest({
    source: folder.startsWith('strace/') ? `${ROOT}fixtures/${folder}/input.log` : source,
    wants: 'syscall-trace',
    asks: { 'syscall-trace': { folds: [replay] } },
  });
  const { spaces, buffersOf } = replay.finish();
  return spaces.flatMap(
    (space) => growthFindings(buffersOf(space), { pageBytes: 4096 }).containers,
  );
}

const WILD = readdirSync(`${ROOT}fixtures/strace`).filter((name) => name.startsWith('wild-'));

test.each(WILD.filter((name) => name !== 'wild-perl'))(
  '%s has no container that grew',
  async (name) => {
    expect(await grownIn(`strace/${name}`)).toEqual([]);
  },
);

test('perl’s array of lines and its stack are found', async () => {
  const lengths = (await grownIn('strace/wild-perl')).map(({ chain }) => chain.peak);
  expect(lengths).toEqual([266240, 266240]);
});

test.each([
  'c_fixed_ctl/ctl.full',
  'c_fixed_ctl/ctl.mem',
  'btreemap/n100000.mem',
  'threads/t4.full',
  'go_slice/n100000.full',
  'py_misc/str.mem',
])('%s has no container in a mapping that grew', async (run) => {
  expect(await grownIn(`corpus/${run}`)).toEqual([]);
});
