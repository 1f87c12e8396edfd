/** memtool on a live process against `pmap -x` of the same process, in every language of procps. */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryGroups } from '../../src/analysis/memory-groups.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { memtool, run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

/** procps has catalogues for these; a language that is not installed prints English. */
const LANGUAGES = [
  'C',
  'de',
  'es',
  'fr',
  'ka',
  'ko',
  'pl',
  'pt_BR',
  'ro',
  'sv',
  'uk',
  'vi',
  'zh_CN',
];

describeWith(['pmap', 'sleep'], 'pmap -x of a sleeping process', () => {
  let child: ChildProcess;
  beforeAll(async () => {
    child = spawn('sleep', ['60']);
    // Its libraries are mapped when it sleeps.
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  afterAll(() => child.kill());

  test.each(LANGUAGES)('in %s is what /proc says', async (language) => {
    const env = { LC_ALL: 'C.UTF-8', LANGUAGE: language };
    const { stdout } = await run('pmap', ['-x', String(child.pid)], { env });
    const saved = await memtool(['pmap', '-', '--json'], { stdin: Buffer.from(stdout) });
    expect(saved).toMatchObject({ exitCode: 0, stderr: '' });
    const [fromPmap] = JSON.parse(saved.stdout).result.processes;

    const { capture } = await ingest({ source: child.pid!, wants: 'memory-maps' });
    const live = memoryGroups(capture!.artifact.maps[0]!);
    expect(fromPmap.total.sizeBytes).toBe(live.total.size);
    expect(fromPmap.total.residentBytes).toBe(live.total.resident);
    expect(fromPmap.anonymous.sizeBytes).toBe(live.anonymous.footprint.size);
    expect(fromPmap.anonymous.heap.sizeBytes).toBe(live.anonymous.heap.footprint.size);
    expect(fromPmap.libraries.sizeBytes).toBe(live.libraries.footprint.size);
    expect(fromPmap.stack.sizeBytes).toBe(live.stack.footprint.size);
    expect(fromPmap.pid).toBe(child.pid);
  });
});
