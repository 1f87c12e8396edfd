/** Numbers of /proc files that no process has, and smaps files of which somebody kept only a part. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { sumFootprints } from '../../src/model/footprint.ts';
import type { MemoryMaps } from '../../src/model/memory-map.ts';
import type { Format } from '../../src/parsers/format.ts';
import { smaps, smapsRollup } from '../../src/parsers/proc/smaps.ts';
import { status } from '../../src/parsers/proc/status.ts';
import { NO_HEX_NUMBERS, NO_NUMBERS } from '../support/hostile-numbers.ts';
import { ROOT } from '../support/paths.ts';
import { runCommand } from '../support/run-command.ts';
import { textInput } from '../support/strace.ts';

const SMAPS = readFileSync(`${ROOT}fixtures/smaps/seed-with-aslr/input.txt`, 'utf8').split('\n');
const STATUS = readFileSync(`${ROOT}fixtures/status/seed/input.txt`, 'utf8').split('\n');

async function read(format: Format, lines: readonly string[]) {
  const diagnostics = new Diagnostics('text');
  const context = { diagnostics, asked: {} };
  const { maps } = (await format.parse(textInput(lines.join('\n')), context)) as MemoryMaps;
  const found = diagnostics.list().map(({ code, position: { line } }) => ({ code, line }));
  return { map: maps[0]!, found, counts: diagnostics.counts() };
}

describe('smaps', () => {
  const starts = SMAPS.flatMap((line, i) => (/^[0-9a-f]+-/.test(line) ? [i] : []));
  const second = starts[1]!;
  const field = (name: string) => SMAPS.findIndex((line, i) => i > second && line.startsWith(name));

  test.each(NO_NUMBERS)('%s is no size', async (text) => {
    const at = field('Pss:');
    const { map, found } = await read(smaps, SMAPS.with(at, `Pss: ${text} kB`));
    expect(found).toEqual([{ code: 'smaps/malformed-field', line: at + 1 }]);
    expect(map.mappings).toHaveLength(starts.length);
    expect(map.mappings[1]).toMatchObject({ pss: undefined, resident: expect.any(Number) });
    expect(sumFootprints(map.mappings).pss).toBeUndefined();
  });

  test.each(NO_HEX_NUMBERS)('%s is no address, and no offset', async (text) => {
    const header = SMAPS[second]!;
    for (const number of [/^[0-9a-f]+/, /(?<=^[0-9a-f]+-)[0-9a-f]+/, /(?<= .... {1,2})[0-9a-f]+/]) {
      const damaged = SMAPS.with(second, header.replace(number, text));
      const { map, found } = await read(smaps, damaged);
      expect(found).toEqual([{ code: 'smaps/malformed-header', line: second + 1 }]);
      expect(map.mappings).toHaveLength(starts.length - 1);
    }
  });

  test('a mapping of the whole address space is none', async () => {
    const damaged = SMAPS.with(second, '00001000-fffffffffffff000 rw-p 00000000 00:00 0');
    const { found } = await read(smaps, damaged);
    expect(found).toEqual([{ code: 'smaps/malformed-header', line: second + 1 }]);
  });

  test('a rollup that spans it is one', async () => {
    const head = '00001000-ffffffffff601000 ---p 00000000 00:00 0     [rollup]';
    const rows = ['Rss:     12 kB', `Pss: ${'9'.repeat(310)} kB`, 'Swap: oops', 'Locked:    0 kB'];
    const { map, found } = await read(smapsRollup, [head, ...rows]);
    expect(map.account.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['Rss', 12288],
      ['Locked', 0],
    ]);
    expect(found).toEqual([
      { code: 'smaps/malformed-field', line: 3 },
      { code: 'smaps/malformed-field', line: 4 },
    ]);
  });
});

describe('smaps of which somebody kept only some fields', () => {
  const kept = (...names: readonly string[]) =>
    SMAPS.filter((line) => /^[0-9a-f]+-/.test(line) || names.includes(line.split(':')[0]!));

  test('says once what is missing, and sums what is there', async () => {
    const { map, found, counts } = await read(smaps, kept('Size', 'Rss', 'Pss'));
    const whole = await read(smaps, SMAPS);
    expect(found).toEqual([{ code: 'smaps/missing-fields', line: undefined }]);
    expect([...counts.values()]).toEqual([1]);
    const [sum, all] = [map, whole.map].map(({ mappings }) => sumFootprints(mappings));
    expect(sum).toMatchObject({ size: all!.size, resident: all!.resident, pss: all!.pss });
    expect(sum).toMatchObject({ dirty: undefined, uss: undefined, swap: undefined });
  });

  test('is smaps also without Rss', () => {
    const { head } = textInput(kept('Pss').join('\n'));
    expect(smaps.detect(head).match).toBe('yes');
  });

  test('tells a mapping that lacks what others have', async () => {
    const lines = kept('Rss', 'Pss');
    const { map, found } = await read(smaps, lines.toSpliced(lines.length - 2, 2));
    expect(map.mappings).toHaveLength(30);
    expect(found.map(({ code }) => code)).toEqual([
      'smaps/missing-fields',
      'smaps/incomplete-mapping',
    ]);
  });

  test('is shown without the columns that nobody knows', async () => {
    const { stdout } = await runCommand('pmap', 'fixtures/smaps/filtered/input.txt', '--all');
    expect(stdout).toContain('size  resident       PSS  mappings');
    expect(stdout).not.toMatch(/dirty|USS|swap/);
  });
});

describe('status', () => {
  const rss = STATUS.findIndex((line) => line.startsWith('VmRSS'));
  const pid = STATUS.findIndex((line) => line.startsWith('Pid'));

  test.each(NO_NUMBERS)('%s is neither a size nor a PID', async (text) => {
    const damaged = STATUS.with(rss, `VmRSS:\t${text} kB`).with(pid, `Pid:\t${text}`);
    const { map, found } = await read(status, damaged);
    const { map: whole } = await read(status, STATUS);
    expect(map.pid).toBeUndefined();
    expect(map.account).toEqual(whole.account.filter(({ name }) => name !== 'VmRSS'));
    expect(found).toEqual([
      { code: 'proc/unexpected-line', line: pid + 1 },
      { code: 'proc/unexpected-line', line: rss + 1 },
    ]);
  });
});
