/**
 * Cores of real processes under fixtures/core, and what memtool prints of them; the heap in each is what the
 * program itself counted. `npm run bless` writes the expected files anew.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CoreImage } from '../src/parsers/core/core-image.ts';
import { coreSchema } from '../src/results/malloc/core-schema.ts';
import { mallocSchema } from '../src/results/malloc/schema.ts';
import { documentSchema } from '../src/results/schema.ts';
import { ROOT } from './support/paths.ts';
import { runCommand } from './support/run-command.ts';
import { memtool } from './support/run-program.ts';
import { writeCore } from './support/written-core.ts';

const BLESS = process.env.BLESS !== undefined;
const CASES = readdirSync(`${ROOT}fixtures/core`);
const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-cores-'));

beforeAll(() => vi.stubEnv('COLUMNS', '100'));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true });
});

const core = (name: string) => `fixtures/core/${name}/input.core.zst`;
const unpacked = (name: string) => zstdDecompressSync(readFileSync(ROOT + core(name)));

function written(name: string, bytes: Uint8Array): string {
  const file = path.join(scratch, name);
  writeFileSync(file, bytes);
  return file;
}

describe.each(CASES)('the core %s', (name) => {
  test('prints what its golden says', async () => {
    const { stdout, stderr, exitCode } = await runCommand(
      'core',
      core(name),
      '--bytes',
      '--sizes',
      '--blocks',
    );
    const printed = `${stdout}--- stderr\n${stderr}--- exit ${exitCode}\n`;
    const golden = `${ROOT}fixtures/core/${name}/input.expected.txt`;
    if (BLESS) writeFileSync(golden, printed);
    expect(printed).toBe(readFileSync(golden, 'utf8'));
  });

  test('has the heap that mallinfo2 counted, as a document of its schema', async () => {
    const { stdout } = await runCommand('core', core(name), '--json');
    const { result } = documentSchema('core', coreSchema).parse(JSON.parse(stdout));
    const counted = JSON.parse(readFileSync(`${ROOT}fixtures/core/${name}/mallinfo2.json`, 'utf8'));
    const { binned, fast, topBytes, mapped, arenas } = result!.heap.glibc!;
    expect({
      arena: arenas.reduce((sum, { systemBytes }) => sum + systemBytes, 0),
      fordblks: binned.bytes + fast.bytes + topBytes,
      fsmblks: fast.bytes,
      hblks: mapped.count,
      hblkhd: mapped.bytes,
    }).toEqual({
      arena: counted.arena,
      fordblks: counted.fordblks,
      fsmblks: counted.fsmblks,
      hblks: counted.hblks,
      hblkhd: counted.hblkhd,
    });
  });
});

describe('a core', () => {
  const fault = unpacked('kernel-fault');
  const anyway = (text: string) => text.replace(/^.*input\.core\S*.*\n/gm, '');

  test('reads the same plain, with gzip and through a pipe', async () => {
    const expected = (await runCommand('core', core('kernel-fault'))).stdout;
    const plain = written('plain.core', fault);
    const gzip = written('gzip.core', gzipSync(fault));
    for (const file of [plain, gzip]) {
      expect(await runCommand('core', file)).toEqual({ stdout: expected, stderr: '', exitCode: 0 });
    }
    const piped = await memtool(['core', '-'], { stdin: fault, env: { COLUMNS: '100' } });
    expect(anyway(piped.stdout)).toBe(anyway(expected));
  });

  test('that is cut says what is missing, and counts it as unknown', async () => {
    for (const part of [0.3, 0.6, 0.9]) {
      const cut = written('cut.core', fault.subarray(0, fault.length * part));
      const { stdout, stderr, exitCode } = await runCommand('core', cut, '--json');
      const { result } = documentSchema('core', coreSchema).parse(JSON.parse(stdout));
      expect(result!.missingBytes).toBeGreaterThan(0);
      expect(result!.map.total.residentBytes).toBeNull();
      expect(stderr).toContain('core/truncated');
      expect(exitCode).toBe(0);
    }
  });

  test('never shows what the process had in its environment and arguments', async () => {
    const words = Buffer.from('SECRET=hunter2').toString('latin1');
    const rows = [{ address: 0x7ffd00000000n, bytes: Buffer.alloc(4096, words) }];
    const arguments_ = Buffer.alloc(136);
    arguments_.write('server', 40);
    arguments_.write('server --password hunter2', 56);
    const file = written(
      'secret.core',
      writeCore({ rows, notes: [{ type: 3, description: arguments_ }] }),
    );
    for (const flags of [[], ['--json'], ['--all']]) {
      const { stdout, stderr } = await runCommand('core', file, ...flags);
      expect(stdout).toContain('server');
      expect(stdout + stderr).not.toContain('hunter2');
    }
  });
});

describe('what is no core that can be read is named', () => {
  const fault = unpacked('kernel-fault');
  const changed = (at: number, value: number) => {
    const copy = Buffer.from(fault.subarray(0, 65536));
    copy[at] = value;
    return copy;
  };
  test.each([
    ['32-bit', changed(4, 1), 'it is of a 32-bit process'],
    ['big-endian', changed(5, 2), 'it is of a big-endian machine'],
    ['of FreeBSD', changed(7, 9), 'it is of FreeBSD, not of Linux'],
    ['of RISC-V', changed(18, 243), 'it is of a machine with the ELF number 243'],
    ['a program', changed(16, 3), 'it is a program or library, no core'],
    ['a minidump', Buffer.from('MDMP\x93\xa7\0\0'.padEnd(200, '\0'), 'latin1'), 'it is a minidump'],
    ['Mach-O', Buffer.from('cffaedfe07000001'.padEnd(400, '0'), 'hex'), 'it is a Mach-O file'],
    ['a header alone', fault.subarray(0, 40), 'it ends in its header'],
  ])('%s', async (name, bytes, because) => {
    const { stdout, stderr, exitCode } = await runCommand('core', written('other.core', bytes));
    expect({ name, stdout, exitCode }).toEqual({ name, stdout: '', exitCode: 1 });
    expect(stderr).toContain(`error: ${because}`);
    expect(stderr).toContain('core/unsupported');
  });

  test('a capture of another kind, with the command that reads it', async () => {
    const { stderr, exitCode } = await runCommand('core', 'fixtures/pmap/german/input.txt');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('memtool pmap fixtures/pmap/german/input.txt');
  });

  test('and a core under another command', async () => {
    const { stderr } = await runCommand('pmap', core('kernel-fault'));
    expect(stderr).toContain(`try: memtool core ${core('kernel-fault')}`);
  });
});

describe('a core that is written by hand', () => {
  const row = (address: bigint, fill = 1) => ({ address, bytes: Buffer.alloc(8192, fill) });
  const jsonOf = async (bytes: Uint8Array) => {
    const { stdout, stderr, exitCode } = await runCommand(
      'core',
      written('hand.core', bytes),
      '--json',
    );
    const { result } = documentSchema('core', coreSchema).parse(JSON.parse(stdout));
    return { result, stderr, exitCode };
  };

  test('of arm64, whose stack pointer stands elsewhere', async () => {
    const status = Buffer.alloc(392);
    status.writeInt16LE(11, 12);
    status.writeUInt32LE(77, 32);
    status.writeBigUInt64LE(0x7fc0001000n, 112 + 31 * 8);
    const notes = [{ type: 1, description: status }];
    const { result } = await jsonOf(writeCore({ machine: 183, notes, rows: [row(0x7fc0000000n)] }));
    expect(result).toMatchObject({ machine: 'arm64', death: { signal: 'SIGSEGV' } });
    expect(result!.map.stack.residentBytes).toBe(8192);
  });

  test('has the number of its headers in section 0, where they are many', async () => {
    const rows = Array.from({ length: 66_000 }, (_, i) => ({
      address: BigInt(0x10000000 + i * 8192),
      bytes: Buffer.alloc(0),
      size: 4096n,
    }));
    const bytes = writeCore({ rows, countInSection: true });
    const image = CoreImage.open(
      (position, target) => bytes.copy(target, 0, position),
      bytes.length,
    );
    expect('rows' in image && image.rows.length).toBe(66_000);
  });

  test('without a list of files says so', async () => {
    const { stderr, exitCode } = await jsonOf(writeCore({ rows: [row(0x1000n)] }));
    expect(stderr).toContain('core/no-files');
    expect(exitCode).toBe(0);
  });

  test('whose rows lie over each other keeps the first', async () => {
    const { result, stderr } = await jsonOf(writeCore({ rows: [row(0x1000n), row(0x2000n)] }));
    expect(result!.map.total.mappings).toBe(1);
    expect(stderr).toContain('core/overlap');
  });

  test('with a size of pages that no machine has counts in pages of 4 KiB', async () => {
    const auxiliary = Buffer.alloc(16, 0xff);
    auxiliary.writeBigUInt64LE(6n, 0);
    const notes = [{ type: 6, description: auxiliary }];
    const { result } = await jsonOf(writeCore({ notes, rows: [row(0x1000n)] }));
    expect(result!.map.total.residentBytes).toBe(8192);
  });

  test('with sizes near 2^64 is cut', async () => {
    const size = 2n ** 64n - 8192n;
    const { result } = await jsonOf(writeCore({ rows: [{ ...row(0x1000n), size }] }));
    expect(result!.map.total.residentBytes).toBeNull();
  });

  test('without memory has nothing to show', async () => {
    const { result, exitCode } = await jsonOf(writeCore({ rows: [] }));
    expect(result).toBeNull();
    expect(exitCode).toBe(1);
  });
});

describe('memtool heap', () => {
  test('of a process that is not there', async () => {
    const gone = await runCommand('heap', '4194303');
    expect(gone).toMatchObject({ stdout: '', exitCode: 42 });
    expect(gone.stderr).toContain('input/no-such-process');
  });

  test('of a core has the account that memtool core has', async () => {
    const [heap, whole] = await Promise.all(
      (['heap', 'core'] as const).map(async (command) => {
        const { stdout } = await memtool([command, core('kernel-abort'), '--json']);
        return JSON.parse(stdout).result;
      }),
    );
    expect(heap).toEqual(whole.heap);
  });

  test('of a capture of another kind names its command', async () => {
    const { stderr, exitCode } = await runCommand('heap', 'fixtures/pmap/german/input.txt');
    expect(stderr).toContain('memtool pmap fixtures/pmap/german/input.txt');
    expect(exitCode).toBe(1);
  });

  test('says what gives permission', async (context) => {
    if (process.getuid?.() !== 0) context.skip('takes another user');
    const { stdout, stderr, exitCode } = await memtool(['heap', String(process.pid)], {
      uid: 65534,
    });
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toMatch(/heap\/not-permitted.*\n.*ptrace_scope.*CAP_SYS_PTRACE/);
  });

  test('is a document of its schema', async () => {
    const { stdout } = await runCommand('heap', String(process.pid), '--json');
    const { result } = documentSchema('heap', mallocSchema).parse(JSON.parse(stdout));
    expect(result!.pid).toBe(process.pid);
    expect(result!.glibc!.systemBytes).toBeGreaterThan(0);
  });
});
