/**
 * Recordings of programs that printed the truth about their containers: which of them are found, and
 * what is said of their kind, block size, capacity and element size.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type GrowthSite,
  growthSites,
} from '../../../src/analysis/growth/from-heap/growth-sites.ts';
import { ingest } from '../../../src/ingest/ingest.ts';
import type { ContainerKind } from '../../../src/knowledge/containers.ts';
import type { SizedProfile } from '../../../src/model/heap-profile.ts';
import { ROOT } from '../../support/paths.ts';

interface TrueContainer {
  readonly name: string;
  readonly kind: string;
  readonly elem_size: number;
  readonly capacity: number;
  readonly cap_bytes: number;
  readonly events: readonly { readonly cap: number }[];
}

const KINDS: Readonly<Record<string, ContainerKind>> = {
  Vec: 'rust-vec',
  String: 'rust-string',
  VecDeque: 'rust-vec-deque',
  HashMap: 'rust-hash-table',
  'c-array': 'array',
  'vector-1.5x': 'array',
  'std::vector': 'cpp-vector',
  'std::string': 'cpp-string',
  'std::unordered_map': 'cpp-unordered',
  PyList: 'python-list',
  PyDict: 'python-dict',
};

const CORPUS = `${ROOT}fixtures/corpus/`;

const RUNS = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.heaptrack/heaptrack.zst'))
  .map((file) => file.replace('/heaptrack.zst', ''))
  .sort();
const KNOWN_RUNS = RUNS.filter((run) => !run.startsWith('wild/'));

async function profileOf(source: string): Promise<SizedProfile | undefined> {
  const heap = { growthSteps: true };
  const { capture } = await ingest({
    source,
    wants: 'heap-profile',
    asks: { 'heap-profile': heap },
  });
  return capture?.artifact as SizedProfile | undefined;
}

async function sitesOf(source: string): Promise<readonly GrowthSite[]> {
  const profile = await profileOf(source);
  return profile ? growthSites(profile) : [];
}

/** Containers that outgrew a capacity, with the largest they had: some shrank afterwards. */
function grown(run: string): { container: TrueContainer; capacity: number; bytes: number }[] {
  const truth: { containers: TrueContainer[] } = JSON.parse(
    readFileSync(`${CORPUS}${run}/truth.json`, 'utf8'),
  );
  return truth.containers
    .filter(({ kind }) => kind in KINDS)
    .filter(({ events, name }) => events.length > 1 || name === 'largest')
    .map((container) => {
      // A dict's events are in bytes, and it counts all slots, of which two in three can be used.
      if (container.kind === 'PyDict') {
        const capacity = Math.floor((2 * container.capacity) / 3);
        return { container, capacity, bytes: container.cap_bytes };
      }
      const largest = Math.max(...container.events.map(({ cap }) => cap));
      return largest > container.capacity
        ? { container, capacity: largest, bytes: largest * container.elem_size }
        : { container, capacity: container.capacity, bytes: container.cap_bytes };
    });
}

/** The sites at which a container of so many bytes grew no further. */
function endingAt(sites: readonly GrowthSite[], bytes: number): GrowthSite[] {
  return sites.filter(({ blocks }) =>
    blocks.some(({ requested, ended }) => requested === bytes && ended > 0),
  );
}

interface Score {
  containers: number;
  bytes: number;
  kind: number;
  elements: number;
  elementExact: number;
  elementAmong: number;
  certainAndWrong: number;
}

async function score(
  prepare: (profile: SizedProfile) => SizedProfile,
): Promise<Score & { misses: string[] }> {
  const total: Score = {
    containers: 0,
    bytes: 0,
    kind: 0,
    elements: 0,
    elementExact: 0,
    elementAmong: 0,
    certainAndWrong: 0,
  };
  const misses: string[] = [];
  for (const run of KNOWN_RUNS) {
    const sites = growthSites(prepare(profiles.get(run)!));
    for (const { container, capacity, bytes } of grown(run)) {
      total.containers++;
      const found = endingAt(sites, bytes);
      const site =
        found.find((one) => one.container.value.kind === KINDS[container.kind]) ?? found[0];
      const name = `${run} ${container.name}`;
      if (site === undefined) {
        misses.push(`${name}: not found`);
        continue;
      }
      total.bytes++;
      if (site.container.value.kind === KINDS[container.kind]) total.kind++;
      else misses.push(`${name}: ${site.container.value.kind}`);
      const size = site.element?.size.value;
      const isExact = size === container.elem_size;
      if (isExact) total.elementExact++;
      else misses.push(`${name}: elements of ${size} bytes, not ${container.elem_size}`);
      if (isExact || site.element?.rivals.includes(container.elem_size)) total.elementAmong++;
      if (!isExact && site.element?.certainty === 'certain') total.certainAndWrong++;
      const isLast = site.blocks.at(-1)!.requested === bytes;
      if (isLast && site.capacity?.value === capacity) total.elements++;
      if (!isLast && isExact) total.elements++;
    }
  }
  return { ...total, misses };
}

const profiles = new Map<string, SizedProfile>();

beforeAll(async () => {
  for (const run of KNOWN_RUNS) {
    profiles.set(run, (await profileOf(`${CORPUS}${run}/heaptrack.zst`))!);
  }
});

test('there are recordings', () => {
  expect(KNOWN_RUNS.length).toBeGreaterThan(35);
});

describe('on recordings with a printed truth', () => {
  test('finds the containers, and says what they are', async () => {
    const { misses, ...total } = await score((profile) => profile);
    expect(total, misses.join('\n')).toEqual({
      containers: 49,
      bytes: 47,
      kind: 47,
      elements: 42,
      elementExact: 42,
      elementAmong: 47,
      certainAndWrong: 0,
    });
  });

  test('finds nearly all without measured steps', async () => {
    const { misses, ...total } = await score((profile) => ({ ...profile, growthSteps: undefined }));
    expect(total.bytes, misses.join('\n')).toBeGreaterThanOrEqual(45);
    expect(total.certainAndWrong, misses.join('\n')).toBe(0);
  });
});

test('counts how many containers came how far', async () => {
  const sites = await sitesOf(`${CORPUS}many_vecs/n300.heaptrack/heaptrack.zst`);
  const fill = sites.find(({ place }) => place.name?.includes('fill'))!;
  // Vectors of 0, 17, 34, …, 5083 numbers: the empty one has no block.
  const lengths = Array.from({ length: 299 }, (_, k) => (k + 1) * 17);
  for (const { requested: bytes, calls } of fill.blocks) {
    const before = bytes === 32 ? 0 : bytes / 16;
    expect(calls).toBe(lengths.filter((length) => length > before).length);
  }
  expect(fill.containers.value).toBe(299);
  // What the largest has is more than most ever need: vectors of 4096 numbers and less have other blocks.
  const small = lengths.filter((length) => length <= 4096);
  const blockOf = (length: number) => 8 * Math.max(4, 2 ** Math.ceil(Math.log2(length)));
  expect(fill.advice!.price).toMatchObject({
    containers: small.length,
    bytes: { value: small.reduce((sum, length) => sum + 65536 - blockOf(length), 0) },
  });
});

test('the seed: one vector of rows, told by its line', async () => {
  const [site] = await sitesOf(`${ROOT}fixtures/stories/seed/heaptrack.zst`);
  expect(site).toMatchObject({
    place: { line: 29 },
    container: { value: { kind: 'rust-vec' }, basis: 'measured' },
    element: { size: { value: 24 } },
    capacity: { value: 16384 },
  });
  expect(site!.blocks.at(-1)!.requested).toBe(393216);
});

describe('programs without growing containers give none', () => {
  test.each([
    'c_fixed_ctl/ctl',
    'btreemap/n20000',
    'wild/sort',
    'wild/awk',
    'wild/grep',
    'wild/du',
  ])('%s', async (run) => {
    expect(await sitesOf(`${CORPUS}${run}.heaptrack/heaptrack.zst`)).toEqual([]);
  });

  test.each(['wild/ls', 'wild/perl', 'wild/gcc'])(
    '%s: only what its recording shows to be replaced step by step',
    async (run) => {
      const sites = await sitesOf(`${CORPUS}${run}.heaptrack/heaptrack.zst`);
      for (const { cost, seenSteps } of sites) {
        expect(seenSteps!.moved + seenSteps!.copied).toBe(cost.steps.value);
      }
      expect(sites.length).toBeLessThanOrEqual(5);
    },
  );

  test('other fixtures, damaged ones too, are read without failing', async () => {
    const folder = `${ROOT}fixtures/heaptrack/`;
    for (const name of readdirSync(folder)) {
      const input = readdirSync(`${folder}${name}`).find((file) => !file.includes('expected'))!;
      const sites = await sitesOf(`${folder}${name}/${input}`);
      for (const { blocks } of sites) expect(blocks.length).toBeGreaterThan(1);
    }
  });
});
