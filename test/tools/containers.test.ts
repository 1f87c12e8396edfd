/** Programs print what their containers hold; what is found in their memory from outside is the same. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContainerFindings } from '../../src/analysis/containers/containers.ts';
import type { MeasuredFamily } from '../../src/analysis/containers/measured-families.ts';
import { KIND_NAMES } from '../../src/analysis/containers/recognise.ts';
import { readProcessHeap } from '../../src/app/read-heap-account.ts';
import { dataSymbols } from '../../src/parsers/elf/data-symbols.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';
import { untilWaiting } from '../support/waiting.ts';

/** Containers of one kind at one place, as a program itself counts them. */
interface Truth {
  readonly kind: string;
  readonly size: number;
  readonly number: number;
  /** In elements of that size. */
  readonly length: number;
  readonly capacity: number;
}

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-containers-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true });
});

const built = (compiler: string, source: string, program: string, ...flags: string[]) =>
  run(compiler, [...flags, '-o', path.join(scratch, program), `test/tools/programs/${source}`]);

/** What a program says it has, and what is found in it. */
async function look(program: string, ...args: string[]) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  await untilWaiting(child.pid!);
  const { reading } = readProcessHeap(child.pid!, { containers: true });
  child.kill('SIGKILL');
  return { truths: JSON.parse(line) as Truth[], found: reading!.containers! };
}

const LARGE = 128 * 1024;

function asTruth(family: MeasuredFamily, size: number): Truth & { isOfSize: boolean } {
  const kind = KIND_NAMES[family.kind]!;
  const { least, most } = family.elementBytes;
  // Of std::vector begin and end are known: bytes.
  const unit = kind === 'bounded' ? size : 1;
  return {
    kind,
    size,
    number: family.number,
    length: family.length / unit,
    capacity: family.capacity / unit,
    isOfSize: least <= size && size <= most,
  };
}

/** Holds what was found against the truth: large ones exactly, families to 2 %. */
function expectFound(truth: Truth, { families }: ContainerFindings): void {
  const { size, number, kind } = truth;
  if (kind === 'maybe-ring') {
    const ring = families.find((one) => one.ringLength === truth.length);
    expect(ring).toMatchObject({ capacity: truth.capacity });
    return;
  }
  const candidates = families
    .map((one) => asTruth(one, size))
    .filter((one) => one.kind === kind && one.isOfSize);
  const near = (value: number, wanted: number) =>
    number === 1 ? value === wanted : Math.abs(value - wanted) <= wanted * 0.02;
  const right = candidates.filter(
    (one) =>
      near(one.number, number) &&
      near(one.length, truth.length) &&
      near(one.capacity, truth.capacity),
  );
  expect(right.length > 0 ? 'found' : { truth, candidates: candidates.slice(0, 5) }).toEqual(
    'found',
  );
}

/** Every large one is one that the program has. */
function expectNothingElse(truths: readonly Truth[], { families }: ContainerFindings): void {
  const large = families.filter(({ number, bytes }) => number === 1 && bytes >= LARGE);
  for (const family of large) {
    const isTrue = truths.some((truth) => {
      const one = asTruth(family, truth.size);
      const length = truth.kind === 'maybe-ring' ? family.ringLength : one.length;
      return length === truth.length && one.capacity === truth.capacity;
    });
    expect(isTrue ? 'true' : family).toBe('true');
  }
}

async function expectTruth(program: string, shape: string) {
  const { truths, found } = await look(path.join(scratch, program), shape);
  for (const truth of truths) expectFound(truth, found);
  expectNothingElse(truths, found);
  expect(found.control).toBeLessThanOrEqual(Math.max(2, found.owned.count / 100));
}

describeWith(['rustc'], 'containers of a Rust program', () => {
  beforeAll(async () => {
    await built('rustc', 'containers.rs', 'rust', '-O', '-A', 'warnings');
  });

  test.each([
    'nested',
    'freed',
    'strings',
    'maps',
    'shared',
    'ring',
    'deques',
    'enums',
    'tree',
    'threads',
    'exact',
  ])('%s', (shape) => expectTruth('rust', shape));

  test('a tree of nodes has no large ones', () => expectTruth('rust', 'btree'));
});

describeWith(['g++'], 'containers of a C++ program', () => {
  beforeAll(async () => {
    await built('g++', 'containers.cpp', 'cpp', '-O1');
  });

  test.each(['nested', 'others', 'maps', 'pointers'])('%s', (shape) => expectTruth('cpp', shape));

  test('that are static have their names', async () => {
    const { found } = await look(path.join(scratch, 'cpp'), 'others');
    const roots = found.families.flatMap(({ root }) => (root?.kind === 'data' ? [root.name] : []));
    expect(roots).toEqual(['samples']);
  });

  test('and a damaged program has names, or none', () => {
    const bytes = readFileSync(path.join(scratch, 'cpp'));
    const read = (all: Uint8Array) =>
      dataSymbols((position, target) => {
        const part = all.subarray(position, position + target.length);
        target.set(part);
        return part.length;
      });
    expect(read(bytes)!.symbols.map(({ name }) => name)).toContain('_ZL7samples');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 8), fc.bigInt(0n, 2n ** 64n - 1n)), {
          minLength: 1,
        }),
        fc.boolean(),
        (damages, inHeader) => {
          const copy = Buffer.from(bytes);
          for (const [at, value] of damages) copy.writeBigUInt64LE(value, inHeader ? at % 56 : at);
          for (const { start, end } of read(copy)?.symbols ?? [])
            expect(end).toBeGreaterThan(start);
        },
      ),
    );
  });
});

const LIBCXX = '/usr/include/c++/v1';

describe.skipIf(!existsSync(LIBCXX))("containers of LLVM's libc++ (Debian: libc++-dev)", () => {
  beforeAll(async () => {
    const program = ['-o', path.join(scratch, 'llvm'), 'test/tools/programs/containers.cpp'];
    const headers = ['-O1', '-nostdinc++', '-isystem', LIBCXX, '-nodefaultlibs'];
    const libraries = ['-lc++', '-lc++abi', '-lm', '-lc', '-lgcc_s', '-lgcc'];
    const { exitCode, stderr } = await run('g++', [...headers, ...program, ...libraries]);
    expect(exitCode, stderr).toBe(0);
  });

  test.each(['nested', 'pointers', 'maps'])('%s', (shape) => expectTruth('llvm', shape));
});

/** Names of types are those of an interpreter that exports them, tables those of 3.11 and later. */
const PYTHON =
  'import os, sys; print(os.path.realpath(sys.executable), sys.version_info >= (3, 11))';

describeWith(['python3'], 'containers of CPython', () => {
  test('dicts and lists', async (context) => {
    const { stdout } = await run('python3', ['-c', PYTHON]);
    const [python = '', isKnown] = stdout.trim().split(' ');
    if (isKnown !== 'True') context.skip('its dicts are laid out otherwise');
    const { truths, found } = await look(python, 'test/tools/programs/containers.py');
    expect(found.language).toBe('python');
    for (const truth of truths) expectFound(truth, found);
  });
});

describeWith(['gcc'], 'a C program', () => {
  beforeAll(async () => {
    await built('gcc', 'lists.c', 'lists', '-O1');
  });

  test('with linked lists has none', async () => {
    const { found } = await look(path.join(scratch, 'lists'));
    expect(found.families.filter(({ bytes }) => bytes >= LARGE)).toEqual([]);
    expect(found.owned.count).toBeLessThan(found.live.count / 1000);
  });
});
