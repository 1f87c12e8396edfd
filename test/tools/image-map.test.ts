/** Pages that hold something, as a process and a core of it show them, against what the kernel says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageMap } from '../../src/analysis/malloc/image-map.ts';
import { readCore } from '../../src/app/read-core.ts';
import { ProcessMemory } from '../../src/input/process-memory.ts';
import type { MemoryMap } from '../../src/model/memory-map.ts';
import { writeCore } from '../../src/record/core-file.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';
import { untilWaiting } from '../support/waiting.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-image-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true });
});

const KIB = 1024;
const SMAPS_ROW = /^([0-9a-f]+)-[0-9a-f]+ \S{4} [0-9a-f]+ \S+ (\d+)/;

/** In RAM or in swap of each row that is of no file, as smaps has it, by its start. */
function anonymousRows(pid: number): Map<number, number> {
  const rows = new Map<number, number>();
  let start: number | undefined;
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const row = SMAPS_ROW.exec(line);
    if (row) start = row[2] === '0' ? Number.parseInt(row[1]!, 16) : undefined;
    const bytes = /^(?:Rss|Swap): +(\d+) kB/.exec(line)?.[1];
    if (bytes !== undefined && start !== undefined) {
      rows.set(start, (rows.get(start) ?? 0) + Number(bytes) * KIB);
    }
  }
  return rows;
}

const residentRows = ({ mappings }: MemoryMap, wanted: ReadonlyMap<number, number>) =>
  new Map(
    mappings.flatMap(({ start, resident }) =>
      wanted.has(start) && resident !== undefined ? [[start, resident] as const] : [],
    ),
  );

/** Bytes of pages that are there and all zero: a core does not tell them from those that are not. */
function zeroes(image: ProcessMemory, start: number): number {
  const row = image.rows.find((one) => one.start === start)!;
  const pages = new Uint8Array((row.end - start) / image.pageBytes);
  image.presence(row, pages);
  const page = Buffer.alloc(image.pageBytes);
  return pages.reduce((sum, isThere, i) => {
    if (isThere === 0) return sum;
    image.read(start + i * page.length, page);
    return page.some((byte) => byte !== 0) ? sum : sum + page.length;
  }, 0);
}

async function started(program: string, shape: string): Promise<number> {
  const child = spawn(path.join(scratch, program), [shape], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  await untilWaiting(child.pid!);
  return child.pid!;
}

const PROGRAMS: readonly (readonly [
  compiler: string,
  source: string,
  program: string,
  shapes: readonly string[],
])[] = [
  ['gcc', 'heap-shapes.c', 'shapes', ['small', 'bins', 'storm', 'realloc', 'large', 'threads']],
  ['g++', 'containers.cpp', 'cpp', ['nested', 'others']],
  ['rustc', 'containers.rs', 'rust', ['nested', 'freed', 'threads']],
];

for (const [compiler, source, program, shapes] of PROGRAMS) {
  describeWith([compiler], `pages of ${source}`, () => {
    beforeAll(async () => {
      const output = ['-o', path.join(scratch, program)];
      const built = await run(compiler, [...output, `test/tools/programs/${source}`]);
      expect(built.exitCode, built.stderr).toBe(0);
    });

    test.each(shapes)('in shape %s are those of smaps in all anonymous rows', async (shape) => {
      const pid = await started(program, shape);
      const rows = anonymousRows(pid);
      expect(rows.size).toBeGreaterThan(5);
      const image = ProcessMemory.open(pid)!;
      const nobody = { pid, command: undefined, executable: undefined };
      expect(residentRows(imageMap(image, nobody), rows)).toEqual(rows);
      const notZero = new Map(
        [...rows].map(([start, bytes]) => [start, bytes && bytes - zeroes(image, start)]),
      );
      image.close();
      const file = path.join(scratch, `${program}-${shape}.core`);
      writeCore(pid, file);
      const { reading } = await readCore(file, () => {});
      expect(residentRows(reading!.groups.map, rows)).toEqual(notZero);
    });
  });
}
