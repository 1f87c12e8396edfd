/** Programs print what malloc itself counts; the account that is read from outside is the same, to the byte. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { heapFindings } from '../../src/app/heap-findings.ts';
import { readCore } from '../../src/app/read-core.ts';
import { type HeapReading, readProcessHeap } from '../../src/app/read-heap-account.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

/** What mallinfo2(3) says. */
interface Counted {
  readonly arena: number;
  readonly ordblks: number;
  readonly smblks: number;
  readonly hblks: number;
  readonly hblkhd: number;
  readonly fsmblks: number;
  readonly uordblks: number;
  readonly fordblks: number;
}

/** The account in the words of mallinfo2: to it blocks in thread caches are in use. */
function inItsWords(reading: HeapReading): Counted {
  const { account, sums } = heapFindings(reading);
  if (account === undefined || sums === undefined) throw new Error('no heap was found');
  const { live, mapped, binned, fast, cached, top, bookkeeping, foreign } = sums;
  return {
    arena: account.arenas.reduce((sum, { systemBytes }) => sum + systemBytes, 0),
    // Each top counts as a free block.
    ordblks: binned.count + account.arenas.length,
    smblks: fast.count,
    hblks: mapped.count,
    hblkhd: mapped.bytes,
    fsmblks: fast.bytes,
    uordblks: live.bytes - mapped.bytes + cached.bytes + bookkeeping + foreign,
    fordblks: binned.bytes + fast.bytes + top,
  };
}

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-heap-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true });
});

/** Starts a program and waits for what it says of itself. */
async function started(program: string, args: readonly string[] = [], env = {}) {
  const child = spawn(path.join(scratch, program), args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  return { child, lines, counted: (await nextLine(lines)) as Counted };
}

async function nextLine(lines: Interface): Promise<unknown> {
  const [line] = await once(lines, 'line');
  return JSON.parse(line);
}

function readingOf(child: ChildProcess): HeapReading {
  const { reading, diagnostics } = readProcessHeap(child.pid!);
  expect(diagnostics.list().filter(({ severity }) => severity !== 'note')).toEqual([]);
  return reading!;
}

const built = (compiler: string, source: string, program: string, ...flags: string[]) =>
  run(compiler, [...flags, '-o', path.join(scratch, program), `test/tools/programs/${source}`]);

const NO_CACHES = { GLIBC_TUNABLES: 'glibc.malloc.tcache_count=0' };

describeWith(['gcc'], 'the heap of a C program', () => {
  beforeAll(async () => {
    const all = await Promise.all([
      built('gcc', 'heap-shapes.c', 'shapes', '-pthread'),
      built('gcc', 'heap-shapes.c', 'static-shapes', '-pthread', '-static'),
    ]);
    for (const one of all) expect(one.exitCode, one.stderr).toBe(0);
  });

  test.each([
    ['one', {}],
    ['small', {}],
    ['fast', {}],
    ['fast', NO_CACHES],
    ['bins', {}],
    ['bins', { MALLOC_MMAP_THRESHOLD_: '2048' }],
    ['storm', {}],
    ['storm', NO_CACHES],
    ['realloc', {}],
    ['large', {}],
    ['aligned', {}],
    ['hole', {}],
    ['trimmed', {}],
    ['brk', {}],
    ['threads', {}],
    ['threads', { MALLOC_ARENA_MAX: '2' }],
    ['threads', NO_CACHES],
  ])('of shape %s with %o is what mallinfo2 says', async (shape, env) => {
    const { child, counted } = await started('shapes', [shape], env);
    expect(inItsWords(readingOf(child))).toEqual(counted);
  });

  test.each(['bins', 'large', 'threads'])(
    'that is static, of shape %s, likewise',
    async (shape) => {
      const { child, counted } = await started('static-shapes', [shape]);
      expect(inItsWords(readingOf(child))).toEqual(counted);
    },
  );

  test.each(['small', 'storm', 'realloc', 'aligned', 'hole', 'trimmed', 'brk', 'threads'])(
    'of shape %s gives back what was foretold of malloc_trim',
    async (shape) => {
      const { child, lines } = await started('shapes', [shape]);
      const { sums } = heapFindings(readingOf(child));
      // A second look sees the same: the first left no trace.
      expect(heapFindings(readingOf(child)).sums?.trimmable).toBe(sums?.trimmable);
      child.stdin!.write('\n');
      const { before, after } = (await nextLine(lines)) as { before: number; after: number };
      expect(sums!.trimmable).toBe((before - after) * 1024);
    },
  );

  test('that never rests is accounted for, and goes on', async () => {
    const { child } = await started('shapes', ['bins', 'busy']);
    const { reading, diagnostics } = readProcessHeap(child.pid!);
    const { account, sums } = heapFindings(reading!);
    expect(sums!.live.count).toBeGreaterThan(0);
    expect(sums!.cached.count).toBeGreaterThan(0);
    const said = diagnostics.list().map(({ code }) => code);
    if (!said.includes('heap/changing')) {
      const { live, mapped, free, bookkeeping } = sums!;
      expect(live.bytes + free + bookkeeping).toBe(account!.systemBytes);
      expect(mapped.count).toBe(0);
    }
    expect(child.exitCode).toBeNull();
  });

  test('is the same in a core of the kernel', async (context) => {
    const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
    if (!/^core(?:\.%p)?$/.test(pattern)) context.skip('the kernel writes no cores here');
    const script = 'cd "$0" && ulimit -c unlimited && ./shapes threads abort';
    const { stdout } = await run('sh', ['-c', script, scratch]);
    const core = readdirSync(scratch).find((file) => file.startsWith('core'));
    if (core === undefined) context.skip('the kernel writes no cores here');
    const { reading, diagnostics } = await readCore(path.join(scratch, core!), () => {});
    expect(diagnostics.list()).toEqual([]);
    expect(inItsWords(reading!.heap)).toEqual(JSON.parse(stdout));
    expect(reading!.heap).toMatchObject({ name: 'shapes', threads: 9 });
    expect(reading!.death).toEqual({ signal: 'SIGABRT', fault: undefined, sender: 'itself' });
  });
});

describeWith(['gcc', 'gcore'], 'a core of gcore', () => {
  test('has the heap of the process', async () => {
    const { child, counted } = await started('shapes', ['bins']);
    await run('gcore', ['-o', path.join(scratch, 'gcore'), String(child.pid)]);
    const { reading } = await readCore(path.join(scratch, `gcore.${child.pid}`), () => {});
    expect(inItsWords(reading!.heap)).toEqual(counted);
    expect(reading!.death).toBeUndefined();
  });
});

describeWith(['g++'], 'the heap of a C++ program', () => {
  test('is what mallinfo2 says', async () => {
    const { exitCode, stderr } = await built('g++', 'heap-shapes.cpp', 'containers');
    expect(exitCode, stderr).toBe(0);
    const { child, counted } = await started('containers');
    expect(inItsWords(readingOf(child))).toEqual(counted);
  });
});

describeWith(['rustc'], 'the heap of a Rust program', () => {
  test('is what mallinfo2 says', async () => {
    const { exitCode, stderr } = await built('rustc', 'heap-shapes.rs', 'collections');
    expect(exitCode, stderr).toBe(0);
    const { child, counted } = await started('collections');
    expect(inItsWords(readingOf(child))).toEqual(counted);
  });
});
