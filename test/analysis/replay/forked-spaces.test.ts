/** Address spaces of forked processes: each as if it were a copy, in the memory of what it changed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressSpace } from '../../../src/analysis/replay/address-space.ts';
import { OpenFiles } from '../../../src/analysis/replay/open-files.ts';
import type { SyscallEvent } from '../../../src/model/syscall-trace.ts';
import { memtool } from '../../support/run-program.ts';
import {
  type Operation,
  operation,
  PAGE,
  type Pages,
  pagesOfSpace,
  replay,
  sorted,
} from '../../support/slow-pages.ts';
import { replayLog } from '../../support/strace.ts';

const ANONYMOUS = 'PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0';

const hex = (address: number) => `0x${address.toString(16)}`;

const forkOn = (line: number): SyscallEvent => {
  return { pid: 1, line, time: undefined, call: 'clone', child: 2, sharesMemory: false };
};

/** A space that shares what it can, one that starts all its histories at the fork, and each page. */
interface Process {
  readonly lazy: AddressSpace;
  readonly eager: AddressSpace;
  readonly pages: Pages;
}

type Step =
  | { readonly kind: 'calls'; readonly which: number; readonly operations: readonly Operation[] }
  | {
      readonly kind: 'advise';
      readonly which: number;
      readonly at: number;
      readonly advice: string;
    }
  | { readonly kind: 'fork' | 'exit'; readonly which: number };

const which = fc.nat(7);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('calls' as const),
      which,
      operations: fc.array(operation, { maxLength: 6 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fork' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('exit' as const), which }) },
);

/** What MADV_DONTFORK leaves out is known to no page, so that it has a test of its own. */
const stepWithAdvice: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('advise' as const),
      which,
      at: fc.nat(40),
      advice: fc.constantFrom('MADV_DONTFORK', 'MADV_DOFORK'),
    }),
  },
);

function played(steps: readonly Step[]): readonly Process[] {
  const running: Process[] = [
    { lazy: new AddressSpace(), eager: new AddressSpace(), pages: new Map() },
  ];
  for (const [i, one] of steps.entries()) {
    const index = one.which % running.length;
    const { lazy, eager, pages } = running[index]!;
    const line = 100 * (i + 1);
    if (one.kind === 'calls') {
      replay(one.operations, [lazy, eager], pages, line);
    } else if (one.kind === 'advise') {
      const { at, advice } = one;
      for (const space of [lazy, eager]) {
        space.apply({
          ...forkOn(line),
          call: 'madvise',
          start: at * PAGE,
          length: 3 * PAGE,
          advice,
        });
      }
    } else if (one.kind === 'exit') {
      if (running.length < 2) continue;
      for (const space of [lazy, eager]) space.release();
      running.splice(index, 1);
    } else {
      const child = new AddressSpace({ space: eager, fork: forkOn(line) });
      child.liveChains();
      running.push({
        lazy: new AddressSpace({ space: lazy, fork: forkOn(line) }),
        eager: child,
        pages: new Map([...pages].map(([page, state]) => [page, { ...state }])),
      });
    }
  }
  return running;
}

const told = (space: AddressSpace) => ({
  histories: space
    .liveChains()
    .map(({ steps, mapped, peak }) => ({ steps: [...steps], mapped, peak })),
  finished: { ...space.finished },
  bytes: space.bytes,
  peak: space.peak,
  uses: space.uses,
  rows: space.regions,
});

const steps = (one: fc.Arbitrary<Step>) => fc.array(one, { minLength: 5, maxLength: 40 });

describe('any traffic of forks, calls and exits', () => {
  test('leaves each process the pages of a copy of its own', () => {
    fc.assert(
      fc.property(steps(step), (drawn) => {
        for (const { lazy, pages } of played(drawn)) {
          expect(sorted(pagesOfSpace(lazy))).toEqual(sorted(pages));
          const inChains = lazy.liveChains().reduce((sum, chain) => sum + chain.mapped, 0);
          expect(inChains).toBe(lazy.bytes.anonymous + lazy.bytes.reserved);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('tells the histories that a copy at each fork would tell', () => {
    let inherited = 0;
    fc.assert(
      fc.property(steps(stepWithAdvice), (drawn) => {
        for (const { lazy, eager } of played(drawn)) {
          expect(told(lazy)).toEqual(told(eager));
          inherited += told(lazy).histories.filter(({ steps: [first] }) => {
            return first!.kind === 'inherited';
          }).length;
        }
      }),
      { numRuns: 150 },
    );
    expect(inherited).toBeGreaterThan(10);
  });
});

const mapped = (pid: number, address: number) =>
  `${pid} mmap(NULL, 8192, ${ANONYMOUS}) = ${hex(address)}`;

const forked = (parent: number, child: number) => `${parent} fork() = ${child}`;

/** One process with many mappings, and children that live on, each with a mapping of its own. */
function* preforking(mappings: number, children: number): Iterable<string> {
  for (let i = 0; i < mappings; i++) yield mapped(9, 0x7f0000000000 + i * 0x10000);
  for (let child = 10; child < 10 + children; child++) {
    yield forked(9, child);
    yield mapped(child, 0x7e0000000000 + child * 0x10000);
    yield `${child} munmap(${hex(0x7f0000000000 + child * 0x10000)}, 8192) = 0`;
  }
}

/** Each process maps something and forks the next. */
function* nesting(processes: number): Iterable<string> {
  for (let pid = 10; pid < 10 + processes; pid++) {
    yield mapped(pid, 0x7f0000000000 + pid * 0x10000);
    yield forked(pid, pid + 1);
  }
}

describe('memory grows with what changes after a fork', () => {
  test('children share regions and histories with their parent until a call touches them', async () => {
    const { replay: found } = await replayLog(...preforking(1000, 100));
    expect(found.spaces).toHaveLength(101);
    const pieces = found.spaces.flatMap(({ space }) => space.pieces);
    expect(pieces.length).toBe(1000 + 100 * 1000);
    // What the parent has, and the one mapping of each child.
    expect(new Set(pieces).size).toBe(1000 + 100);
    expect(new Set(pieces.map(({ chain }) => chain)).size).toBe(1000 + 100);
  });

  test('a mapping in several parts that is touched in one is the child’s own in all', async () => {
    const { replay: found } = await replayLog(
      `9 mmap(NULL, 16384, ${ANONYMOUS}) = 0x7f0000000000`,
      '9 mprotect(0x7f0000001000, 4096, PROT_NONE) = 0',
      forked(9, 10),
      '10 munmap(0x7f0000000000, 4096) = 0',
    );
    const [parent, child] = found.spaces.map(({ space }) => space);
    const chains = new Set(child!.pieces.map(({ chain }) => chain));
    expect([...chains]).toEqual(child!.liveChains());
    expect(child!.liveChains()[0]!.steps.map(({ kind, mapped: bytes }) => [kind, bytes])).toEqual([
      ['inherited', 16384],
      ['trimmed', 12288],
    ]);
    expect(parent!.liveChains()[0]!.steps.map(({ kind }) => kind)).toEqual(['mapped']);
  });

  test.each([
    ['2000 living children of a parent with 2000 mappings', preforking(2000, 2000), 2001, 32],
    ['4000 processes, each forked by the one before', nesting(4000), 4000, 48],
  ] as const)('%s are told in a small heap', async (_, lines, spaces, megabytes) => {
    const { stdout, stderr, exitCode } = await memtool(['strace', '-', '--top', '2'], {
      stdin: Buffer.from([...lines].join('\n')),
      env: { NODE_OPTIONS: `--max-old-space-size=${megabytes}` },
    });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${spaces} address spaces`);
  });
});

test('a table of open files is its process’s own, whoever copied it', () => {
  const change = fc.record({
    which: fc.nat(7),
    call: fc.constantFrom('open', 'close', 'copy'),
    descriptor: fc.nat(200),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
      const tables = [{ files: new OpenFiles(), names: new Map<number, string>() }];
      for (const [i, { which: drawn, call, descriptor }] of changes.entries()) {
        const { files, names } = tables[drawn % tables.length]!;
        if (call === 'open') {
          files.open(descriptor, `/file${i}`);
          names.set(descriptor, `/file${i}`);
        } else if (call === 'close') {
          files.close(descriptor);
          names.delete(descriptor);
        } else tables.push({ files: files.copy(), names: new Map(names) });
      }
      for (const { files, names } of tables) {
        const paths = Array.from({ length: 201 }, (_, descriptor) => files.path(descriptor));
        expect(paths).toEqual(paths.map((_, descriptor) => names.get(descriptor)));
      }
    }),
    { numRuns: 100 },
  );
});
