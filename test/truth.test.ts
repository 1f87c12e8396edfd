/**
 * fixtures/corpus: programs that printed the truth about their own memory while they were traced.
 * Every line of their logs is explained, and what memtool finds is what they said.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { straceFindings } from '../src/analysis/call-log/findings.ts';
import { GrowthReplay } from '../src/analysis/growth/from-log/growth-replay.ts';
import { memoryGroups } from '../src/analysis/memory-map/memory-groups.ts';
import { ingest } from '../src/ingest/ingest.ts';
import { formatAddress } from '../src/model/address.ts';
import { roundUpToPage } from '../src/model/bytes.ts';
import { MAP, type SyscallEvent } from '../src/model/syscall-trace.ts';
import { ROOT } from './support/paths.ts';
import { KeptEvents } from './support/strace.ts';

interface Truth {
  readonly containers: readonly { readonly ptr: string; readonly cap_bytes: number }[];
}

const CORPUS = `${ROOT}fixtures/corpus/`;

const RUNS = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('/strace.log'))
  .map((file) => file.replace('/strace.log', ''))
  .sort();

/** Start and end of the rows that the kernel itself calls by a name. */
function kernelRows(run: string, name: string): { start: number; end: number }[] {
  const maps = readFileSync(`${CORPUS}${run}/maps.txt`, 'utf8');
  return [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) .*\[(.*)\]$/gm)]
    .filter(([, , , label]) => label!.startsWith(name))
    .map(([, start, end]) => ({
      start: Number.parseInt(start!, 16),
      end: Number.parseInt(end!, 16),
    }));
}

async function replayRun(run: string) {
  const replay = new GrowthReplay();
  const kept = new KeptEvents();
  const { capture, diagnostics } = await ingest({
    source: `${CORPUS}${run}/strace.log`,
    wants: 'syscall-trace',
    asks: { 'syscall-trace': { folds: [replay, kept] } },
  });
  const findings = straceFindings(capture!.artifact, replay.finish());
  return { findings, diagnostics, events: kept.events };
}

/** What malloc of glibc maps for a request (chunk header, 16-byte steps, whole pages). */
function glibcMapping(request: number): number {
  return roundUpToPage(Math.ceil((request + 8) / 16) * 16 + 8);
}

test('there are runs', () => {
  expect(RUNS.length).toBeGreaterThan(50);
});

describe.each(RUNS)('%s', (run) => {
  test('has no line that is not understood', async () => {
    const { diagnostics } = await replayRun(run);
    expect([...diagnostics.counts()]).toEqual([]);
  });

  test('has its brk heap where the kernel says', async () => {
    const rows = kernelRows(run, 'heap');
    if (rows.length === 0) return;
    const { findings } = await replayRun(run);
    const start = rows[0]!.start;
    const space = findings.spaces.find(({ replayed }) => replayed.space.heap.start === start);
    expect(space).toBeDefined();
    const { heap } = space!.replayed.space;
    // The snapshot was taken before the exit, at which some programs give memory back.
    expect([heap.current, start + heap.peak.bytes]).toContain(rows.at(-1)!.end);
  });

  test('maps every large container as malloc does, at the address it printed', async () => {
    const truth: Truth = JSON.parse(readFileSync(`${CORPUS}${run}/truth.json`, 'utf8'));
    const { findings, events } = await replayRun(run);
    // malloc puts the data 16 bytes into a mapping of its own.
    const mapped = truth.containers.filter(({ ptr }) => /[0-9a-f]{3,}010$/.test(ptr));
    for (const { ptr, cap_bytes } of mapped.filter((container) => container.cap_bytes >= 131072)) {
      const start = Number.parseInt(ptr, 16) - 16;
      const isIt = (event: SyscallEvent) =>
        (event.call === 'mmap' && event.result === start && (event.flags & MAP.ANONYMOUS) !== 0) ||
        (event.call === 'mremap' && event.result === start);
      const event = events.findLast(isIt);
      expect(event, `a mapping at ${formatAddress(start)}`).toBeDefined();
      if (event?.call !== 'mremap') continue;
      const chains = findings.spaces.flatMap(({ growth }) => growth.containers);
      const steps = chains.flatMap(({ chain }) =>
        chain.steps.filter((step) => step.start === start),
      );
      expect(steps.map((step) => step.mapped)).toContain(glibcMapping(cap_bytes));
    }
  });

  test('has its heap, stack and kernel pages told apart in its pmap', async () => {
    const file = `${CORPUS}${run}/pmap-x.txt`;
    if (!existsSync(file)) return;
    const { capture } = await ingest({ source: file, wants: 'memory-maps' });
    const { anonymous, stack } = memoryGroups(capture!.artifact.maps[0]!);
    const starts = ({ mappings }: typeof stack) => mappings.map(({ mapping }) => mapping.start);
    const truth = (name: string) => kernelRows(run, name).map(({ start }) => start);
    expect(starts(anonymous.heap)).toEqual(truth('heap'));
    expect(starts(stack)).toEqual(truth('stack'));
    expect(starts(anonymous.kernel)).toEqual(truth('v'));
  });
});
