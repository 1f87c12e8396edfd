/** What users of command lines do without reading a word, with the built program. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { idle } from '../support/idle.ts';
import { ROOT } from '../support/paths.ts';
import { memtool, run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

const SEED = 'fixtures/stories/seed';
const PMAP = `${SEED}/pmap-x.txt`;
const HEAPTRACK = `${SEED}/heaptrack.zst`;

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-habits-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const scratchFile = (name: string, content: string | Uint8Array) => {
  const file = path.join(scratch, name);
  writeFileSync(file, content);
  return file;
};

/** Runs it in a shell, for redirections. */
const shell = (command: string) =>
  run('sh', ['-c', command.replace('memtool', `"${process.execPath}" bin/run.js`)]);

describe('mistakes', () => {
  test.each([
    ['hepl', 'did you mean memtool help?'],
    ['heaptrak x', 'did you mean memtool heaptrack?'],
    ['nothing-like-it', 'there is no command, file or process "nothing-like-it"\n'],
    ['strace --elemnts 5', 'memtool strace: unknown flag --elemnts; did you mean --elements?'],
    ['strace --zz', 'memtool strace: unknown flag --zz\n'],
    ['explain mremp', 'did you mean the topic mremap?'],
    ['pmap - -', 'standard input can be read once'],
  ])('memtool %s', async (typed, said) => {
    const { stdout, stderr, exitCode } = await memtool(typed.split(' '), {
      stdin: readFileSync(ROOT + PMAP),
    });
    expect(stderr).toContain(said);
    expect(stderr.split('\n').length).toBeLessThan(6);
    expect(exitCode).toBe(2);
    if (!typed.startsWith('pmap')) expect(stdout).toBe('');
  });

  test('are not coloured where colours are not wanted', async () => {
    const { stderr } = await memtool(['pmap', '--color', 'never', '--foo']);
    expect(stderr).not.toContain('\u001b');
  });

  test('are shown without the escape sequences in them', async () => {
    const { stderr } = await memtool(['\u001b[31mred']);
    expect(stderr).toContain('"\\x1b[31mred"');
  });

  test('hints with names can be pasted', async () => {
    const file = scratchFile('a; echo PWNED', readFileSync(`${ROOT}${SEED}/strace.log`));
    const { stderr } = await memtool(['pmap', file]);
    expect(stderr).toContain(`try: memtool strace '${file}'`);
    const piped = await memtool(['pmap', '-'], { stdin: readFileSync(file) });
    expect(piped.stderr).toContain('try: memtool strace -\n');
  });
});

describe('help', () => {
  test('is short or long, and no line is wider than the terminal', async () => {
    const short = await memtool(['strace', '-h'], { env: { COLUMNS: '70' } });
    const long = await memtool(['help', 'strace'], { env: { COLUMNS: '70' } });
    expect(short.stdout).not.toContain('EXAMPLES');
    expect(long.stdout).toContain('EXAMPLES');
    const widest = Math.max(
      ...long.stdout
        .split('\n')
        .slice(1)
        .map(({ length }) => length),
    );
    expect(widest).toBeLessThanOrEqual(70);
  });

  test.each(['map', 'pmap', 'strace', 'heap', 'heaptrack', 'explain', 'capacity', 'record', 'tui'])(
    'of %s is wrapped once: no short line within a paragraph',
    async (command) => {
      const { stdout } = await memtool([command, '--help']);
      const description = stdout.split('DESCRIPTION\n')[1]!.split('\n\n')[0]!.split('\n');
      for (const line of description.slice(0, -1)) expect(line.length).toBeGreaterThan(60);
    },
  );

  test('version has all its names', async () => {
    for (const word of ['version', '--version', '-v', '-V']) {
      expect((await memtool([word])).stdout).toMatch(/^memtool\/\d/);
    }
  });
});

describe('captures without a command', () => {
  test('are explained', async () => {
    const named = await memtool([`${SEED}/smaps.txt`, `${SEED}/strace.log`]);
    const explained = await memtool(['explain', `${SEED}/smaps.txt`, `${SEED}/strace.log`]);
    expect(named).toEqual(explained);
  });

  test('a running process is told of by its number', async () => {
    const { stdout, exitCode } = await memtool([String(process.pid)]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`(PID ${process.pid}`);
    expect(stdout).toMatch(/uses [\d.]+ [KMG]iB of RAM/);
  });

  test('a process that is not there is exit code 42', async () => {
    expect((await memtool(['99999999'])).exitCode).toBe(42);
  });

  test('sums alone tell what is in RAM', async () => {
    for (const file of ['status', 'smaps-rollup']) {
      const { stdout } = await memtool([`fixtures/${file}/seed/input.txt`]);
      expect(stdout).toContain('uses 7076 KiB of RAM');
    }
  });

  test('several topics are explained one after the other', async () => {
    const { stdout, exitCode } = await memtool(['explain', 'mremap', 'slack']);
    expect(exitCode).toBe(0);
    for (const topic of ['mremap', 'slack']) {
      expect(stdout).toContain((await memtool(['explain', topic])).stdout.trim());
    }
  });
});

describe('a folder', () => {
  test('with other files beside the captures costs one line', async () => {
    const folder = path.join(scratch, 'mixed');
    mkdirSync(folder);
    copyFileSync(`${ROOT}${SEED}/smaps.txt`, path.join(folder, 'smaps.txt'));
    for (let i = 0; i < 20; i++) writeFileSync(path.join(folder, `note${i}.md`), 'prose\n');
    symlinkSync('nowhere', path.join(folder, 'broken-link'));
    const { stdout, stderr, exitCode } = await memtool(['explain', folder]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('of RAM');
    expect(stderr).toContain('20 files are no captures: note0.md');
    expect(stderr.split('\n').length).toBeLessThan(4);
  });

  test('without any capture is an error', async () => {
    const folder = path.join(scratch, 'prose');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'note.md'), 'prose\n');
    const { stdout, exitCode } = await memtool(['explain', folder]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
  });

  test('of a recording is read by every command', async () => {
    const folder = path.join(scratch, 'recording');
    const recorded = await memtool(['record', '-o', folder, 'sh', '-c', 'exit 3']);
    expect(recorded.exitCode).toBe(3);
    expect(recorded.stderr).toContain(`memtool explain ${folder}`);
    for (const command of ['pmap', 'explain']) {
      expect((await memtool([command, folder])).exitCode).toBe(0);
    }
    const heap = await memtool(['heaptrack', folder]);
    expect(heap.stderr).toContain('memtool record --heaptrack makes one');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(folder, 'manifest.json')).mode & 0o777).toBe(0o600);
  });

  test('that cannot be made is an error, not a wait', async () => {
    const { stderr, exitCode } = await memtool(['record', '-o', '/proc/x', 'true']);
    expect({ stderr, exitCode }).toEqual({
      stderr: 'memtool record: cannot make the folder /proc/x (no such file or directory)\n',
      exitCode: 1,
    });
  });
});

describe('output', () => {
  test.each(['--help', '--version', `pmap ${PMAP}`, `pmap ${PMAP} --json`])(
    'of memtool %s on a full disk is one line and exit code 1',
    async (argv) => {
      const { stderr, exitCode } = await shell(`memtool ${argv} > /dev/full`);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^memtool: cannot write standard output \(.*no space left.*\)\n$/);
    },
  );

  test('never replaces a capture, and a file only on request', async () => {
    const recording = path.join(scratch, 'recording.zst');
    copyFileSync(ROOT + HEAPTRACK, recording);
    const link = path.join(scratch, 'link.zst');
    symlinkSync(recording, link);
    const before = readFileSync(recording);
    const args = ['heaptrack', recording, '--export', 'folded', '--force', '-o'];
    for (const output of [recording, link]) {
      expect((await memtool([...args, output])).exitCode).toBe(2);
    }
    expect(readFileSync(recording).equals(before)).toBe(true);

    const file = scratchFile('there.txt', 'precious');
    const once = await memtool(['heaptrack', recording, '--export', 'folded', '-o', file]);
    expect(once).toMatchObject({ exitCode: 2, stdout: '' });
    expect(once.stderr).toContain('--force replaces it');
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect((await memtool([...args, file])).exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toBe('precious');

    const several = ['heaptrack', recording, recording, recording, '--export', 'folded'];
    const unwritten = path.join(scratch, 'unwritten.txt');
    const { exitCode, stderr } = await memtool([...several, '-o', unwritten]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('3 would be written');
    expect(existsSync(unwritten)).toBe(false);
  });
});

describe('comparisons', () => {
  test('are BEFORE AFTER, whatever is compared', async () => {
    const other = 'fixtures/corpus/nested_csv/r20000.heaptrack/heaptrack.zst';
    const positional = await memtool(['heaptrack', other, HEAPTRACK]);
    const flag = await memtool(['heaptrack', HEAPTRACK, '--diff', other]);
    expect(positional).toEqual(flag);
    expect(positional.stdout.split('\n')[0]).toBe(`${other} → ${HEAPTRACK}`);
    const maps = await memtool(['pmap', PMAP, `${SEED}/smaps.txt`]);
    expect(maps.stdout.split('\n')[0]).toBe(`${PMAP} → ${SEED}/smaps.txt`);
  });

  test('have no views of one recording', async () => {
    const { stderr, exitCode } = await memtool(['heaptrack', HEAPTRACK, HEAPTRACK, '--timeline']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--timeline is of one recording');
  });
});

describe('filters', () => {
  test.each([
    ['--timeline is of the whole heap', '--timeline', '--focus', 'main'],
    ['--export timeline-csv is of the whole', '--export', 'timeline-csv', '--ignore', 'main'],
    ['--growth knows containers by', '--growth', '--hide', 'alloc'],
  ])('are refused where they would not count: %s', async (message, ...flags) => {
    const { stdout, stderr, exitCode } = await memtool(['heaptrack', HEAPTRACK, ...flags]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(message);
  });
});

describe('patterns', () => {
  test('cannot run for ever', async () => {
    const symbol = `s ${'a'.repeat(4000)}!`;
    const recording = scratchFile(
      'pattern.txt',
      `v 10400 3\nX app\n${symbol}\ni 1000 0 1\nt 1 0\na 10 1\n+ 0\n`,
    );
    const { exitCode } = await memtool(['heaptrack', recording, '--focus', '(a+)+$']);
    expect(exitCode).toBe(0);
  });

  test('that are none are wrong usage', async () => {
    const { stderr, exitCode } = await memtool(['heaptrack', HEAPTRACK, '--focus', '(']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('invalid pattern "(": missing closing )');
  });
});

describe('a capture that is refused', () => {
  /** More than the ring between the threads holds. */
  const log = Buffer.from('brk(NULL) = 0x555555560000\n'.repeat(300_000));

  test.each([
    ['zstd', zstdCompressSync(log)],
    ['gzip', gzipSync(log)],
  ])('ends the command, compressed with %s', async (packer, packed) => {
    const file = scratchFile(`log.${packer}`, packed);
    const { stderr, exitCode } = await memtool(['heaptrack', file]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('it is an strace log');
  });
});

describe('Ctrl-C while a pipe is read', () => {
  const line = 'mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n';

  async function interrupted(input: Uint8Array, signal: NodeJS.Signals) {
    const child = spawn(process.execPath, [`${ROOT}bin/run.js`, 'strace', '-'], { cwd: ROOT });
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    // The pipe stays open: only the signal can end the program.
    await new Promise((resolve) => child.stdin.write(input, resolve));
    await idle(child.pid!);
    child.kill(signal);
    const ended = await new Promise<NodeJS.Signals | null>((resolve) => {
      child.on('close', (_, by) => resolve(by));
    });
    child.stdin.destroy();
    return { stdout, ended };
  }

  test('shows what came until then, and ends as whoever started it expects', async () => {
    const { stdout, ended } = await interrupted(Buffer.from(line.repeat(3000)), 'SIGINT');
    expect(ended).toBe('SIGINT');
    expect(stdout).toContain('3000 lines');
  });

  test('also of a compressed one', async () => {
    const random = Array.from({ length: 40_000 }, (_, i) => `${line}# ${(i * 2654435761) >>> 3}\n`);
    const packed = zstdCompressSync(Buffer.from(random.join('')));
    const half = packed.subarray(0, packed.length - 5);
    const { stdout, ended } = await interrupted(half, 'SIGINT');
    expect(ended).toBe('SIGINT');
    expect(stdout).toMatch(/\d+ lines/);
  });

  test('SIGTERM ends it at once', async () => {
    const { stdout, ended } = await interrupted(Buffer.from(line), 'SIGTERM');
    expect({ stdout, ended }).toEqual({ stdout: '', ended: 'SIGTERM' });
  });
});

describeWith(['prlimit'], 'limits', () => {
  test('too few open files are said in a line', async () => {
    const file = scratchFile('small.zst', zstdCompressSync(Buffer.from('brk(NULL) = 0x1000\n')));
    const { stdout, stderr, exitCode } = await run('prlimit', [
      '--nofile=24',
      process.execPath,
      `${ROOT}bin/run.js`,
      'strace',
      file,
    ]);
    if (exitCode === 0) expect(stdout).toContain('1 line');
    else expect(stderr.split('\n').length).toBeLessThan(4);
  });
});

describe('compiled code', () => {
  test('is cached where nobody else can write', async () => {
    const home = path.join(scratch, 'home');
    mkdirSync(home);
    const env = { HOME: home, XDG_CACHE_HOME: '', NODE_COMPILE_CACHE: '' };
    await memtool(['capacity', '--element-size', '24', '--length', '9'], { env });
    const folder = path.join(home, '.cache', 'memtool');
    expect(statSync(folder).mode & 0o777).toBe(0o700);

    const open = path.join(scratch, 'open', 'memtool');
    mkdirSync(open, { recursive: true });
    // mkdir's mode is cut by the umask.
    closeSync(openSync(path.join(open, 'kept'), 'w'));
    await run('chmod', ['777', open]);
    const cache = { ...env, XDG_CACHE_HOME: path.dirname(open) };
    await memtool(['capacity', '--element-size', '24', '--length', '9'], { env: cache });
    expect((await run('ls', [open])).stdout).toBe('kept\n');
  });
});
