import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type {
  BlockUses,
  CostColumns,
  HeapProfile,
  Inexactness,
  TraceIndex,
  WorkClock,
} from '../../model/heap-profile.ts';
import { plainProfile } from '../plain-profile.ts';
import { type DhatReader, expandAccesses, type Figure } from './dhat-reader.ts';
import { pointStacks } from './point-stacks.ts';

/** What the unit of time is, and how many of it make one of ours. */
const UNITS: Readonly<Record<string, { readonly clock?: WorkClock; readonly per: number }>> = {
  instrs: { clock: 'instructions', per: 1 },
  ns: { per: 1e9 },
  µs: { per: 1e6 },
  us: { per: 1e6 },
  ms: { per: 1e3 },
  s: { per: 1 },
};

/** valgrind's own limit, which version 1 does not write down. */
const SHORT_LIFE = 500;

/** The costs of each kind of document, by the figures that they are. */
const COSTS = {
  heap: {
    calls: 'tbk',
    allocated: 'tb',
    peak: 'gb',
    peakBlocks: 'gbk',
    leaked: 'eb',
    leakedBlocks: 'ebk',
    reads: 'rb',
    writes: 'wb',
  },
  copy: { copies: 'tbk', copied: 'tb' },
  'ad-hoc': { events: 'tbk', units: 'tb' },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<keyof CostColumns, Figure>>>>>;

const CUT: Inexactness = { kind: 'at-least', because: 'the file is cut' };

/** What a document that has been read as far as it goes amounts to. */
export function buildProfile(
  reader: DhatReader,
  isWhole: boolean,
  diagnostics: Diagnostics,
): HeapProfile {
  const { header, figures } = reader;
  const isOld = header.dhatFileVersion === 1;
  const { tables, traces } = pointStacks(reader, diagnostics);
  const stacks = tables.finish();
  const has = {
    lives: header.bklt ?? isOld,
    accesses: header.bkacc ?? isOld,
  };
  const column = (figure: Figure): Float64Array => {
    const sums = new Float64Array(stacks.traces.count);
    const values = figures[figure].values();
    for (const [point, trace] of traces.entries()) sums[trace]! += values[point]!;
    return sums;
  };
  const isRecorded = (figure: Figure): boolean => {
    if (figure === 'tb' || figure === 'tbk') return true;
    return figure === 'rb' || figure === 'wb' ? has.accesses : has.lives;
  };
  const costs: CostColumns = Object.fromEntries(
    Object.entries<Figure>(COSTS[kindOf(reader)]).flatMap(([kind, figure]) =>
      isRecorded(figure) ? [[kind, column(figure)]] : [],
    ),
  );
  const unit = unitOf(reader, diagnostics);
  const time = (value: number | undefined) =>
    unit && value !== undefined ? value / unit.per : undefined;
  return plainProfile({
    tool: header.mode?.startsWith('rust-') ? 'dhat-rs' : 'DHAT',
    recording: { fileVersion: header.dhatFileVersion, debuggee: header.cmd },
    stacks,
    costs,
    inexact: isWhole ? {} : Object.fromEntries(Object.keys(costs).map((kind) => [kind, CUT])),
    totals: {
      peakTime: has.lives ? time(header.tg) : undefined,
      runtime: time(header.te),
    },
    ...(unit?.clock && { clock: unit.clock }),
    ...(has.lives && { uses: usesOf(reader, traces, column('tl'), unit, diagnostics) }),
  });
}

/** By its words; a document of another writer without them counts blocks of a heap. */
function kindOf({ header: { mode = '', bsu } }: DhatReader): keyof typeof COSTS {
  if (mode === 'copy') return 'copy';
  return mode.endsWith('ad-hoc') || (bsu !== undefined && bsu !== 'bytes') ? 'ad-hoc' : 'heap';
}

function unitOf({ header }: DhatReader, diagnostics: Diagnostics) {
  const name = header.tu ?? (header.dhatFileVersion === 1 ? 'instrs' : '');
  if (Object.hasOwn(UNITS, name)) return UNITS[name];
  const message = `its times count ${name === '' ? 'nothing that it names' : `"${name}"`}`;
  diagnostics.report('dhat/unknown-unit', message);
  return undefined;
}

function usesOf(
  reader: DhatReader,
  traces: Uint32Array,
  lifetimes: Float64Array,
  unit: ReturnType<typeof unitOf>,
  diagnostics: Diagnostics,
): BlockUses {
  const accesses = new Map<TraceIndex, Float64Array>();
  let damaged = 0;
  for (const [point, runs] of reader.accesses) {
    const counts = expandAccesses(runs);
    if (counts === undefined) {
      damaged++;
      continue;
    }
    const known = accesses.get(traces[point]!);
    if (known === undefined) accesses.set(traces[point]!, counts);
    else if (known.length === counts.length) {
      accesses.set(
        traces[point]!,
        known.map((value, i) => value + counts[i]!),
      );
    }
  }
  if (damaged > 0) {
    const message = `the access counts (acc) of ${damaged} points are no counts, and were left out`;
    diagnostics.report('dhat/unexpected-value', message);
  }
  const short =
    reader.header.tuth ?? (reader.header.dhatFileVersion === 1 ? SHORT_LIFE : undefined);
  return {
    ...(unit && { lifetime: lifetimes.map((sum) => sum / unit.per) }),
    ...(unit && short !== undefined && { shortLife: short / unit.per }),
    ...(accesses.size > 0 && { accesses }),
  };
}
