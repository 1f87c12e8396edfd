import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { COST_KINDS, type CostedStacks, type CostKind } from '../../../src/analysis/heap/costs.ts';
import { framesAt, type StackFrame } from '../../../src/analysis/heap/stacks.ts';
import { baseName } from '../../../src/model/base-name.ts';
import { foldedStacks } from '../../../src/views/export/folded.ts';
import { frameName } from '../../../src/views/export/frame-names.ts';
import {
  anyCostedStacks,
  callStacks,
  costsFor,
  framesOf,
  readRecording,
} from '../../support/call-stacks.ts';
import { ONE_PER_PROGRAM } from '../../support/recordings.ts';
import { run } from '../../support/run-program.ts';
import { describeWith } from '../../support/tools.ts';

const HEAPTRACK_NAMES: Partial<Record<CostKind, string>> = {
  calls: 'allocations',
  temporary: 'temporary',
  leaked: 'leaked',
  peak: 'peak',
};

/** Costs by stack, equal stacks together, those without cost left out. */
function merged(lines: Iterable<readonly [stack: string, cost: number]>): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [stack, cost] of lines) sums.set(stack, (sums.get(stack) ?? 0) + cost);
  return Object.fromEntries([...sums].filter(([, cost]) => cost !== 0));
}

function parsed(text: string): [string, number][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(/-?\d+$/.exec(line)![0])]);
}

const folded = (costed: CostedStacks, by: CostKind, withFiles = false) =>
  [...foldedStacks(costed, { by, withFiles })].join('');

const label = (frame: StackFrame, withFiles: boolean) =>
  `${frameName(frame)}${withFiles && frame.file ? ` (${baseName(frame.file)})` : ''}`.replaceAll(
    ';',
    ':',
  );

/** Every stack written out, root first. */
function* writtenOut(
  { stacks, costs }: CostedStacks,
  by: CostKind,
  order: (frames: readonly StackFrame[], trace: number) => readonly StackFrame[],
  withFiles = true,
): Generator<[string, number]> {
  for (let trace = 0; trace < stacks.traces.count; trace++) {
    const frames = order(framesOf(stacks, trace), trace);
    yield [frames.map((frame) => label(frame, withFiles)).join(';'), costs[by][trace]!];
  }
}

const rootFirst = (frames: readonly StackFrame[]) => frames.toReversed();

/** heaptrack's wrong order: root first, but functions inlined into one another innermost first. */
const asHeaptrack =
  ({ stacks }: CostedStacks) =>
  (frames: readonly StackFrame[], trace: number) => {
    const groups: StackFrame[][] = [];
    let left = frames;
    for (let at = trace; left.length > 0; at = stacks.traces.parent[at]!) {
      const { length } = framesAt(stacks, stacks.traces.ip[at]!);
      groups.unshift(left.slice(0, length));
      left = left.slice(length);
    }
    return groups.flat();
  };

describe('collapsed stacks', () => {
  test('stand root first, inlined functions in the order of their calls', async () => {
    const costed = await readRecording('fixtures/heaptrack/inlined-frames/input.txt');
    expect(folded(costed, 'peak', true)).toBe(
      'main (prog.c);outer (prog.c);middle (prog.c);innermost (prog.c) 200\n',
    );
    expect(folded(costed, 'calls')).toBe('main;outer;middle;innermost 2\n');
  });

  test('have every stack once, and no others', () => {
    fc.assert(
      fc.property(anyCostedStacks, fc.boolean(), (costed, withFiles) => {
        for (const by of COST_KINDS) {
          const lines = parsed(folded(costed, by, withFiles));
          expect(Object.fromEntries(lines)).toEqual(
            merged(writtenOut(costed, by, rootFirst, withFiles)),
          );
          expect(new Set(lines.map(([stack]) => stack)).size).toBe(lines.length);
        }
      }),
    );
  });

  test('keep to one line and one level, whatever a name holds', () => {
    const stacks = callStacks(
      [{ frames: [{ function: 'a;b\n\u001b[31m 7', file: 'src/x;\r.c' }] }, { module: 'lib.so' }],
      [
        [1, 0],
        [2, 1],
        [0, 0],
      ],
    );
    const costed = costsFor(stacks, { 0: { calls: 3 }, 2: { calls: 1 } });
    expect(folded(costed, 'calls', true)).toBe('?? 3\na:b\\x0a\\x1b[31m 7 (x:\\x0d.c);0x2000 1\n');
  });
});

describeWith(['heaptrack_print'], 'heaptrack_print -F has the same stacks', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-folded-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each(ONE_PER_PROGRAM)('of %s', async (file) => {
    const costed = await readRecording(file);
    for (const [by, name] of Object.entries(HEAPTRACK_NAMES) as [CostKind, string][]) {
      const printed = `${scratch}/stacks.txt`;
      await run('heaptrack_print', [
        '-t',
        '0',
        '-F',
        printed,
        '--flamegraph-cost-type',
        name,
        file,
      ]);
      const theirs = parsed(readFileSync(printed, 'utf8'));
      const withoutEnd = theirs.map(([stack, cost]) => [stack.replace(/;$/, ''), cost] as const);
      expect(merged(withoutEnd)).toEqual(merged(writtenOut(costed, by, asHeaptrack(costed))));
      expect(merged(parsed(folded(costed, by, true)))).toEqual(
        merged(writtenOut(costed, by, rootFirst)),
      );
    }
  });
});
