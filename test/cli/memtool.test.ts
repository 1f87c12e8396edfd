/** The built program, run as a user runs it. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '../support/paths.ts';
import { memtool, run } from '../support/run-program.ts';

const PMAP = 'fixtures/stories/seed/pmap-x.txt';
const STRACE = 'fixtures/stories/seed/strace.log';
const HEAPTRACK = 'fixtures/stories/seed/heaptrack.zst';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-cli-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The user that owns nothing. */
const NOBODY = 65534;

const STACK_TRACE = /^\s+at .*(?:\.js|\.ts|node:)/m;

describe('live processes', () => {
  test('several PIDs are summed; --tree finds the children', async () => {
    const child = spawn('sh', ['-c', 'sleep 30 & sleep 30; :'], { detached: true });
    try {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { stdout } = await memtool(['pmap', '--tree', String(child.pid), '--json']);
      const { processes, sum } = JSON.parse(stdout).result;
      const parents = processes.map(({ parentPid }: { parentPid: number }) => parentPid);
      expect(parents).toEqual([process.pid, child.pid, child.pid]);
      const total = processes.reduce(
        (bytes: number, one: { total: { pssBytes: number } }) => bytes + one.total.pssBytes,
        0,
      );
      expect(sum.pssBytes).toBe(total);
    } finally {
      process.kill(-child.pid!);
    }
  });

  test('--tree of a file is a mistake of the user', async () => {
    expect(await memtool(['pmap', '--tree', PMAP])).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('a capture', () => {
  test.each([
    ['pmap', PMAP],
    ['strace', STRACE],
    ['heaptrack', HEAPTRACK],
  ])('memtool %s reads it from a file and from standard input alike', async (command, file) => {
    const fromFile = await memtool([command, file]);
    const stdin = readFileSync(ROOT + file);
    const fromStdin = await memtool([command, '-'], { stdin });
    expect(fromFile).toMatchObject({ exitCode: 0, stderr: '' });
    expect(fromStdin).toEqual({ ...fromFile, stdout: fromFile.stdout.replace(file, '<stdin>') });
  });

  test('of the blog says what the blog says', async () => {
    const { stdout } = await memtool(['pmap', 'fixtures/stories/blog/pmap-x.txt', '--json']);
    const KIB = 1024;
    const [found] = JSON.parse(stdout).result.processes;
    expect(found.anonymous.sizeBytes).toBe(5576 * KIB);
    expect(found.libraries.sizeBytes).toBe(2280 * KIB);
    const total = { sizeBytes: 8372 * KIB, residentBytes: 7308 * KIB, dirtyBytes: 5524 * KIB };
    expect(found.total).toMatchObject(total);
    expect(found.stated).toMatchObject(total);

    const strace = await memtool(['strace', 'fixtures/stories/blog/strace.log', '--json']);
    const [space] = JSON.parse(strace.stdout).result.spaces;
    expect(space.heap.bytes).toBe(5080 * KIB);
    const steps = space.growth.containers[0].steps.map(
      (step: { mappedBytes: number; address: string }) => [step.mappedBytes, step.address],
    );
    expect(steps).toEqual([
      [200704, '0x7ffff7d7a000'],
      [397312, '0x7ffff7d19000'],
    ]);
  });
});

describe('memtool capacity', () => {
  test('computes what a container takes', async () => {
    const args = ['capacity', '--element-size', '24', '--length', '12426', '--json'];
    const { stdout, exitCode } = await memtool(args);
    const { schema, input, result } = JSON.parse(stdout);
    expect({ schema, input, exitCode }).toEqual({
      schema: 'memtool/capacity',
      input: null,
      exitCode: 0,
    });
    expect(result.path.at(-1)).toMatchObject({
      capacity: 16384,
      requestedBytes: 393216,
      takes: { kind: 'mapping', bytes: 397312, pages: 97 },
    });
    expect(result.exact.takes.bytes).toBe(299008);
  });

  test.each([
    [['--length', '3'], '--element-size is missing'],
    [['--element-size', '24'], 'Missing required flag length'],
    [['--element-size', '24', '--length', '3', '--page-size', '5000'], '5000 is no page size'],
    [['--element-size', '24', '--length', '3', '--container', 'bag'], 'bag'],
  ])('%j is wrong usage', async (args, message) => {
    const { stdout, stderr, exitCode } = await memtool(['capacity', ...args]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(STACK_TRACE);
  });
});

describe('memtool strace with more that is known', () => {
  async function container(...args: readonly string[]) {
    const { stdout, stderr, exitCode } = await memtool(['strace', STRACE, ...args, '--json']);
    const [first] = JSON.parse(stdout).result.spaces[0].growth.containers;
    return { first, stderr, exitCode };
  }

  test.each([
    [['--elements', '12426'], 'only with 24 do 12426 elements fit'],
    [['--element-size', '24'], 'as --element-size says'],
    [['--heaptrack', HEAPTRACK], 'the heap recording has these blocks at heaptrace_csv::load'],
    [['--elements', '12426', '--pmap', PMAP], '299008 bytes are resident'],
  ])('%j says what decided', async (args, reason) => {
    const { first, stderr, exitCode } = await container(...args);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(first.elementBytes.value).toBe(24);
    expect(first.elementBytes.because).toContain(reason);
    expect(first.steps.map(({ elements }: { elements: number }) => elements)).toEqual([
      8192, 16384,
    ]);
  });

  test('a memory map alone tells the slack', async () => {
    const { first } = await container('--pmap', PMAP);
    expect(first.slack).toMatchObject({ value: 393216 - (299008 - 16), isLeast: true });
    expect(first.advice).toBeNull();
  });

  test('a second capture that is missing is an error, and the report is there', async () => {
    const { first, stderr, exitCode } = await container('--pmap', 'no/such/file');
    expect(first.elementBytes.value).toBe(24);
    expect(stderr).toContain('there is no such file');
    expect(exitCode).toBe(1);
  });

  test('--line without anything about the container is wrong usage', async () => {
    const { stderr, exitCode } = await memtool(['strace', STRACE, '--line', '115']);
    expect(stderr).toContain('--line goes with');
    expect(exitCode).toBe(2);
  });
});

describe('a live process', () => {
  test('is read by its PID', async () => {
    const { stdout, stderr, exitCode } = await memtool(['pmap', String(process.pid)]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(/^process \d+ .*node/);
    expect(stdout).toMatch(/heap \(brk\)/);
  });

  test('that is gone ends with 42', async () => {
    const { stdout, stderr, exitCode } = await memtool(['pmap', '4194303']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 42 });
    expect(stderr).toContain('process 4194303: error: there is no such process');
  });

  test('is meant by a bare number, a file by ./number', async () => {
    const { stderr } = await memtool(['pmap', './4194303']);
    expect(stderr).toContain('./4194303: error: there is no such file');
  });

  test('without memory of its own is a kernel thread', async (context) => {
    const kernelThread = readFileSync('/proc/2/cmdline', 'utf8') === '' ? '2' : undefined;
    if (kernelThread === undefined || process.getuid?.() !== 0) return context.skip();
    const { stderr, exitCode } = await memtool(['pmap', kernelThread]);
    expect(stderr).toContain('kernel threads have no user memory');
    expect(exitCode).toBe(1);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['a missing file', ['pmap', 'no/such/file'], 'there is no such file', 1],
    ['a directory', ['strace', 'fixtures'], 'it is a directory', 1],
    ['a capture of another kind', ['pmap', STRACE], `try: memtool strace ${STRACE}`, 1],
    ['prose', ['heaptrack', 'README.md'], 'none of these: a heaptrack recording', 1],
    ['an unknown flag', ['pmap', PMAP, '--nope'], 'unknown flag --nope', 2],
    ['a wrong number', ['pmap', PMAP, '--top', 'many'], '--top: Expected an integer', 2],
    ['an unknown command', ['frobnicate'], 'frobnicate', 2],
    ['a word too many', ['capacity', '--length', '3', 'vec'], 'Unexpected argument', 2],
  ])('%s is said in one message', async (_what, args, message, exit) => {
    const { stdout, stderr, exitCode } = await memtool(args);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(STACK_TRACE);
    expect(exitCode).toBe(exit);
  });

  test('several logs are several documents, the files of one run are one', async () => {
    const parts = ['21664', '21665'].map(
      (pid) => `fixtures/strace/one-file-per-process/strace.log.${pid}`,
    );
    const { stdout } = await memtool(['strace', STRACE, ...parts, '--json']);
    const documents: { input: { name: string } }[] = JSON.parse(stdout);
    expect(documents.map(({ input }) => input.name)).toEqual([
      STRACE,
      'fixtures/strace/one-file-per-process/strace.log.*',
    ]);
  });

  test('a file without permission', async (context) => {
    const file = path.join(scratch, 'secret');
    writeFileSync(file, 'x', { mode: 0 });
    chmodSync(scratch, 0o755);
    const isRoot = process.getuid?.() === 0;
    const { stderr, exitCode } = await memtool(['pmap', file], isRoot ? { uid: NOBODY } : {});
    // A checkout below a closed home folder cannot be run by another user.
    if (/MODULE_NOT_FOUND|EACCES/.test(stderr)) return context.skip();
    expect(stderr).toContain('it may not be read');
    expect(exitCode).toBe(1);
  });

  test("another user's process shows what its status says", async (context) => {
    if (process.getuid?.() !== 0) return context.skip();
    const { stdout, stderr, exitCode } = await memtool(['pmap', '1'], { uid: NOBODY });
    if (/MODULE_NOT_FOUND/.test(stderr)) return context.skip();
    expect(stderr).toContain('input/map-not-permitted');
    expect(stdout).toContain('VmRSS');
    expect(exitCode).toBe(0);
  });

  test('a line of 100 MB passes in bounded memory', async () => {
    async function* longLine() {
      yield Buffer.from('brk(NULL) = 0x555500000000\n');
      const piece = Buffer.alloc(1_000_000, 'x');
      for (let i = 0; i < 100; i++) yield piece;
      yield Buffer.from('\nbrk(0x555500021000) = 0x555500021000\n');
    }
    const { stdout, stderr, exitCode } = await memtool(['strace', '-', '--json'], {
      stdin: longLine(),
      env: { NODE_OPTIONS: '--max-old-space-size=64' },
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).result.spaces[0].heap.bytes).toBe(135168);
    expect(stderr).toContain('<stdin>:2: warning: the line is too long');
  });
});

describe('--json', () => {
  test('is one document even when nothing can be read', async () => {
    const { stdout, exitCode } = await memtool(['pmap', '4194303', '--json']);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: 'memtool/pmap',
      result: null,
      error: { code: 'input/no-such-process' },
    });
    expect(exitCode).toBe(42);
  });

  test('of a wrong flag is one small object', async () => {
    const { stdout, exitCode } = await memtool(['pmap', PMAP, '--json', '--nope']);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'usage',
        message: expect.stringContaining('--nope'),
        hint: 'memtool pmap --help',
      },
    });
    expect(exitCode).toBe(2);
  });

  test('is never coloured', async () => {
    const { stdout } = await memtool(['pmap', PMAP, '--json', '--color', 'always']);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('--strict', () => {
  const DOUBTFUL = 'fixtures/pmap/total-differs/input.txt';

  test('turns a warning into exit 1', async () => {
    expect((await memtool(['pmap', DOUBTFUL])).exitCode).toBe(0);
    expect((await memtool(['pmap', DOUBTFUL, '--strict'])).exitCode).toBe(1);
    expect((await memtool(['pmap', DOUBTFUL, '--strict', '--json'])).exitCode).toBe(1);
  });

  test('leaves notes alone', async () => {
    const noted = 'fixtures/pmap/doubled-rows/input.txt';
    expect((await memtool(['pmap', noted, '--strict'])).exitCode).toBe(0);
  });
});

describe('colour', () => {
  const colored = async (args: string[], env: Record<string, string>) =>
    (await memtool(['pmap', PMAP, ...args], { env: { NO_COLOR: '', ...env } })).stdout.includes(
      '\u001b[',
    );

  test('is off in a pipe, on when asked for, and NO_COLOR counts', async () => {
    expect(await colored([], {})).toBe(false);
    expect(await colored(['--color', 'always'], {})).toBe(true);
    expect(await colored([], { FORCE_COLOR: '1' })).toBe(true);
    expect(await colored([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(await colored(['--color', 'never'], { FORCE_COLOR: '1' })).toBe(false);
  });
});

describe('a reader that goes away', () => {
  test('ends memtool quietly', async () => {
    const program = `'${process.execPath}' bin/run.js`;
    const command = `${program} heaptrack ${HEAPTRACK} --all-code --top 1000 --stacks 1000 | head -1`;
    const { stderr, stdout } = await run('bash', ['-o', 'pipefail', '-c', command]);
    expect(stderr).toBe('');
    expect(stdout).toBe(`${HEAPTRACK}\n`);
  });
});

describe('help', () => {
  test.each(['map', 'pmap', 'strace', 'heap', 'heaptrack'])(
    'of %s has examples',
    async (command) => {
      const { stdout, exitCode } = await memtool([command, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`$ memtool ${command}`);
      expect(stdout).toContain('--json');
    },
  );

  test('lists the commands', async () => {
    const { stdout } = await memtool(['--help']);
    for (const command of ['map', 'pmap', 'strace', 'heap', 'heaptrack'])
      expect(stdout).toContain(`  ${command}`);
  });

  test('--version is one line', async () => {
    const { stdout } = await memtool(['--version']);
    const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    expect(stdout).toMatch(
      new RegExp(`^memtool/${version} linux-\\w+ node-v\\d+\\.\\d+\\.\\d+\n$`),
    );
  });
});

describe('heaptrack --export', () => {
  const SEED = 'fixtures/stories/seed/heaptrack.zst';
  const beginnings = {
    folded: 'main;',
    speedscope: '{"$schema":"https://www.speedscope.app/',
    pprof: '\x1f\x8b',
    massif: 'desc: ',
    'sizes-csv': 'size_bytes,calls\n',
    'timeline-csv': 'time_seconds,',
  };

  test.each(Object.entries(beginnings))('writes %s files', async (format, beginning) => {
    const file = path.join(scratch, format);
    const { stdout, exitCode } = await memtool([
      'heaptrack',
      SEED,
      '--export',
      format,
      '--output',
      file,
      // The heap over time is not kept by stack, so that it has no filter.
      ...(format === 'timeline-csv' ? [] : ['--focus', 'main']),
    ]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
    expect(readFileSync(file, 'latin1').slice(0, beginning.length)).toBe(beginning);
  });

  test('writes to standard output too', async () => {
    const { stdout } = await memtool(['heaptrack', SEED, '--export', 'sizes-csv']);
    expect(stdout).toMatch(/^size_bytes,calls\n(?:\d+,\d+\n)+$/);
  });

  test('cannot write where nothing can be written', async () => {
    const argv = ['heaptrack', SEED, '--export', 'folded', '--output', '/no/such/folder/x'];
    const { stderr, exitCode } = await memtool(argv);
    expect(stderr).toContain('cannot write /no/such/folder/x (no such file or directory)');
    expect(exitCode).toBe(1);
  });
});

describe('heaptrack', () => {
  const SEED = 'fixtures/stories/seed/heaptrack.zst';

  test('reads several recordings in one call', async () => {
    const small = 'fixtures/heaptrack/inlined-frames/input.txt';
    const argv = ['heaptrack', SEED, small, small, '--json'];
    const { stdout } = await memtool(argv);
    const documents = JSON.parse(stdout);
    expect(
      documents.map((one: { result: { totals: { calls: number } } }) => one.result.totals.calls),
    ).toEqual([112269, 2, 2]);
  });

  test.each([
    [['--focus', '('], '--focus: invalid pattern "(": missing closing )'],
    [['--from', '2x'], 'is no time'],
    [['--from', '3', '--to', '2'], '--from must be earlier than --to'],
    [['--sort', 'size'], 'Expected --sort=size to be one of'],
    [['--output', 'x'], '--export'],
  ])('refuses %j', async (flags, message) => {
    const { stderr, exitCode } = await memtool(['heaptrack', SEED, ...flags]);
    expect(stderr.replaceAll(/\s+›?\s*/g, ' ')).toContain(message);
    expect(exitCode).toBe(2);
  });

  test('cannot read suppressions that are not there', async () => {
    const argv = ['heaptrack', SEED, '--suppressions', 'no-such-file'];
    const { stderr, exitCode } = await memtool(argv);
    expect(stderr).toContain('cannot read the suppressions in no-such-file (ENOENT)');
    expect(exitCode).toBe(1);
  });
});

describe('what is loaded', () => {
  test('for pmap is neither Ink nor React nor zstd-codec', async () => {
    const trace = path.join(scratch, 'loaded.mjs');
    writeFileSync(
      trace,
      `import { registerHooks } from 'node:module';
       import { appendFileSync } from 'node:fs';
       registerHooks({ load(url, context, next) {
         appendFileSync(${JSON.stringify(path.join(scratch, 'urls'))}, url + '\\n');
         return next(url, context);
       } });`,
    );
    await memtool(['pmap', PMAP], { env: { NODE_OPTIONS: `--import ${trace}` } });
    const urls = readFileSync(path.join(scratch, 'urls'), 'utf8').trim().split('\n');
    const files = urls.filter((url) => url.startsWith('file:')).map((url) => url.slice(7));
    expect(files.some((file) => file.endsWith('dist/commands/pmap.js'))).toBe(true);
    const code = files.map((file) => readFileSync(file, 'utf8')).join('');
    for (const word of ['react-reconciler', 'useInput', 'ZSTD_', 'ZstdDecompress']) {
      expect(code).not.toContain(word);
    }
  });
});
