/** A program grows and leaks; two images of it tell by how much. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { writeCore } from '../../src/record/core-file.ts';
import { memtool, run } from '../support/run-program.ts';
import { SCHEMAS } from '../support/schemas.ts';
import { describeWith } from '../support/tools.ts';
import { untilWaiting } from '../support/waiting.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-difference-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Truth {
  readonly names: number;
  readonly capacity: number;
  readonly leaked: number;
}

describeWith(['rustc'], 'two images of a program', () => {
  test('tell which containers grew, and which leaks are new', async () => {
    const program = path.join(scratch, 'grows');
    const flags = ['-O', '-A', 'warnings', '-o', program];
    const built = await run('rustc', [...flags, 'test/tools/programs/grows.rs']);
    expect(built.exitCode, built.stderr).toBe(0);
    const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const lines = createInterface({ input: child.stdout });
      const next = async (): Promise<Truth> => {
        const [line] = await once(lines, 'line');
        await untilWaiting(child.pid!);
        return JSON.parse(line);
      };
      const before = await next();
      const core = path.join(scratch, 'before.core');
      writeCore(child.pid!, core);
      child.stdin.write('\n');
      const after = await next();

      const argv = ['heap', String(child.pid), '--containers', '--diff', core];
      const { stdout } = await memtool([...argv, '--json']);
      const { result } = SCHEMAS.heap.parse(JSON.parse(stdout));
      const { difference } = (result as { containers: { difference: Difference } }).containers;
      const change = (size: number) =>
        difference.families.find(
          ({ elementBytes: { least, most } }) => least === size && most === size,
        )!;
      const names = change(24);
      expect([names.before.length, names.after.length]).toEqual([before.names, after.names]);
      // Some have room that another size explains as well.
      const strings = (which: 'before' | 'after') =>
        difference.families
          .filter(({ elementBytes: { least } }) => least === 1)
          .reduce((sum, one) => sum + one[which].number, 0);
      expect(
        [before.names, after.names].map((count, i) => {
          const found = strings(i === 0 ? 'before' : 'after');
          return Math.abs(found - count) < count * 0.02 ? 'near' : found;
        }),
      ).toEqual(['near', 'near']);
      // What is as it was is not told.
      expect(difference.families.some(({ after: { length } }) => length === 30000)).toBe(false);
      const [leak] = difference.leaks;
      expect(leak).toMatchObject({ kind: 'blocks', blockBytes: 408 });
      const leaked = leak!.after.count - leak!.before.count;
      expect(Math.abs(leaked - (after.leaked - before.leaked))).toBeLessThan(5);

      const text = await memtool(argv);
      expect(text.stdout).toContain('Leaks that are new');
    } finally {
      child.kill('SIGKILL');
    }
  });
});

interface Difference {
  readonly families: readonly {
    readonly elementBytes: { readonly least: number; readonly most: number };
    readonly before: { readonly number: number; readonly length: number };
    readonly after: { readonly number: number; readonly length: number };
  }[];
  readonly leaks: readonly {
    readonly kind: string;
    readonly blockBytes: number | null;
    readonly before: { readonly count: number };
    readonly after: { readonly count: number };
  }[];
}
