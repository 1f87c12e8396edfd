/** A program prints how much each of its variables holds; what is found in its memory from outside is the same. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContainerFindings } from '../../src/analysis/containers/containers.ts';
import { readProcessHeap } from '../../src/app/read-heap-account.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';
import { untilWaiting } from '../support/waiting.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-owners-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true });
});

/** Bytes that malloc gave. */
interface Truth {
  readonly owners: Readonly<Record<string, number>>;
  /** Held by two. */
  readonly shared: number;
  readonly leaked: number;
}

describeWith(['rustc'], 'the owners of a Rust program', () => {
  let truth: Truth;
  let found: ContainerFindings;
  let pid: number;

  beforeAll(async () => {
    const program = path.join(scratch, 'owners');
    const flags = ['-O', '-A', 'warnings', '-o', program];
    const built = await run('rustc', [...flags, 'test/tools/programs/owners.rs']);
    expect(built.exitCode, built.stderr).toBe(0);
    const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const [line] = await once(createInterface({ input: child.stdout! }), 'line');
    await untilWaiting(child.pid!);
    truth = JSON.parse(line);
    pid = child.pid!;
    found = readProcessHeap(pid, { containers: true }).reading!.containers!;
  });

  /** What stands directly below a place, the largest first. */
  const heldBy = (place: (one: ContainerFindings['holdings'][number]) => boolean) => {
    const { holdings } = found;
    const places = holdings.flatMap((one, i) => (place(one) ? [i] : []));
    return holdings
      .filter(({ parent }) => parent !== undefined && places.includes(parent))
      .map(({ retained }) => retained)
      .sort((a, b) => b - a);
  };

  test('retain what they say, to 3 %', () => {
    const { NAMES, ...variables } = truth.owners;
    const onStack = heldBy(({ held }) => held.kind === 'place' && held.place.kind === 'stack');
    const wanted = Object.values(variables).sort((a, b) => b - a);
    for (const [i, bytes] of wanted.entries()) {
      expect(Math.abs(onStack[i]! - bytes) / bytes).toBeLessThan(0.03);
    }
    const isNames = ({ held }: ContainerFindings['holdings'][number]) =>
      held.kind === 'place' && held.place.kind === 'data' && /NAMES/.test(held.place.name ?? '');
    expect(Math.abs(heldBy(isNames)[0]! - NAMES!) / NAMES!).toBeLessThan(0.03);
  });

  test('share what two of them hold, and leak what nothing leads to', () => {
    const shared = found.holdings.find(({ held }) => held.kind === 'shared')!;
    expect(Math.abs(shared.retained - truth.shared) / truth.shared).toBeLessThan(0.03);
    expect(Math.abs(found.leaked.bytes - truth.leaked) / truth.leaked).toBeLessThan(0.03);
  });

  test('hold all live blocks, each once', () => {
    const { holdings, live } = found;
    expect(holdings.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(live.bytes);
    expect(holdings.reduce((sum, { count }) => sum + count, 0)).toBe(live.count);
  });
});
