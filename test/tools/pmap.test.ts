/** memtool on a live process against `pmap -x` of the same process, in every language of procps. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryGroups } from '../../src/analysis/memory-map/memory-groups.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { runCommand } from '../support/run-command.ts';
import { run } from '../support/run-program.ts';
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

/** All tables of pmap; -q leaves out header and total. */
const OPTIONS = ['-x', '', '-d', '-X', '-XX', '-p', '-xq', '-dq'];

const CASES = OPTIONS.flatMap((option) => LANGUAGES.map((language) => ({ option, language })));

describeWith(['pmap', 'sleep'], 'pmap of a sleeping process', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-pmap-'));
  let child: ChildProcess;
  beforeAll(async () => {
    child = spawn('sleep', ['60']);
    // Its libraries are mapped when it sleeps.
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  afterAll(() => {
    child.kill();
    rmSync(scratch, { recursive: true });
  });

  test.each(CASES)('with $option in $language is what /proc says', async (one) => {
    const env = { LC_ALL: 'C.UTF-8', LANGUAGE: one.language };
    const options = one.option === '' ? [] : [one.option];
    const { stdout } = await run('pmap', [...options, String(child.pid)], { env });
    writeFileSync(`${scratch}/pmap.txt`, stdout);
    const saved = await runCommand('pmap', `${scratch}/pmap.txt`, '--json');
    expect(saved).toMatchObject({ exitCode: 0, stderr: '' });
    const [fromPmap] = JSON.parse(saved.stdout).result.processes;

    const { capture } = await ingest({ source: child.pid!, wants: 'memory-maps' });
    const live = memoryGroups(capture!.artifact.maps[0]!);
    expect(fromPmap.total.sizeBytes).toBe(live.total.size);
    const hasResident = /^-x|^-X/.test(one.option);
    expect(fromPmap.total.residentBytes).toBe(hasResident ? live.total.resident : null);
    // PSS and USS change with what other processes map.
    expect(fromPmap.total.pssBytes !== null).toBe(one.option.startsWith('-X'));
    expect(fromPmap.total.ussBytes !== null).toBe(one.option === '-XX');
    expect(fromPmap.anonymous.sizeBytes).toBe(live.anonymous.footprint.size);
    expect(fromPmap.anonymous.heap.sizeBytes).toBe(live.anonymous.heap.footprint.size);
    expect(fromPmap.libraries.sizeBytes).toBe(live.libraries.footprint.size);
    expect(fromPmap.stack.sizeBytes).toBe(live.stack.footprint.size);
    expect(fromPmap.pid).toBe(child.pid);
  });
});
