import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { CostColumns, HeapProfile } from '../../model/heap-profile.ts';
import { plainProfile } from '../plain-profile.ts';
import { sampledAll } from '../sampled-costs.ts';
import { type CapturedFrame, type FrameId, StackTables } from '../stack-tables.ts';
import type { CodeLocation, PprofReader } from './pprof-reader.ts';

/** Costs by the names that Go gave them, which others took over. */
const TYPES: Readonly<Record<string, keyof CostColumns>> = {
  alloc_objects: 'calls',
  alloc_space: 'allocated',
  inuse_objects: 'leakedBlocks',
  inuse_space: 'leaked',
  objects: 'leakedBlocks',
  space: 'leaked',
};

/** What memtool writes: `inuse` is what was live at the peak. */
const OWN_TYPES: Readonly<Record<string, keyof CostColumns>> = {
  alloc_objects: 'calls',
  alloc_space: 'allocated',
  inuse_space: 'peak',
  inuse_objects: 'peakBlocks',
  leaked_space: 'leaked',
  leaked_objects: 'leakedBlocks',
  temporary_objects: 'temporary',
  read: 'reads',
  written: 'writes',
  copies: 'copies',
  copied: 'copied',
  events: 'events',
  units: 'units',
};

/** The comment of a file that memtool wrote. */
const OWN_COMMENT = /^written by memtool\b/;

/** Lines of source files are ints. */
const MAX_LINE = 0x7fffffff;

/** @returns undefined, with an error, for a profile of something else than a heap. */
export function buildProfile(
  reader: PprofReader,
  diagnostics: Diagnostics,
): HeapProfile | undefined {
  const comments = reader.comments.map((index) => reader.text(index));
  const isOwn = comments.some((comment) => OWN_COMMENT.test(comment));
  const names = reader.types.map(({ type }) => reader.text(type));
  const known = isOwn ? OWN_TYPES : TYPES;
  const kinds = names.map((name) => (Object.hasOwn(known, name) ? known[name] : undefined));
  if (kinds.every((kind) => kind === undefined)) {
    const found = names.length === 0 ? 'it has no sample types' : `it counts ${names.join(', ')}`;
    diagnostics.report('pprof/no-heap', found);
    return undefined;
  }
  const { tables, traces } = sampleStacks(reader);
  const stacks = tables.finish();
  const costs: Partial<Record<keyof CostColumns, Float64Array>> = {};
  for (const [i, kind] of kinds.entries()) {
    if (kind === undefined) continue;
    const column = new Float64Array(stacks.traces.count);
    for (const [sample, trace] of traces.entries()) {
      column[trace]! += reader.values.get(sample * kinds.length + i);
    }
    costs[kind] = column;
  }
  const runtime = reader.duration > 0 ? reader.duration / 1e9 : undefined;
  const program = [...reader.mappings.values()][0];
  return plainProfile({
    tool: isOwn ? 'memtool (as pprof)' : 'pprof',
    recording: {
      debuggee: isOwn ? comments[0] : program && (reader.text(program.file) || undefined),
      isSnapshot: !isOwn,
    },
    stacks,
    costs,
    inexact: !isOwn && reader.period > 1 ? sampledAll(costs, reader.period) : {},
    totals: { runtime },
  });
}

function sampleStacks(reader: PprofReader) {
  const tables = new StackTables();
  const codeOf = new Map<number, readonly FrameId[]>();
  const codeAt = (id: number): readonly FrameId[] => {
    let code = codeOf.get(id);
    if (code === undefined) {
      code = framesOf(reader, reader.locations.get(id)).map((frame) => tables.addFrame(frame));
      codeOf.set(id, code);
    }
    return code;
  };
  const traces = new Uint32Array(reader.sampleCount);
  for (let sample = 0; sample < reader.sampleCount; sample++) {
    const code: (readonly FrameId[])[] = [];
    for (let i = reader.locationStart.get(sample); i < reader.locationStart.get(sample + 1); i++) {
      code.push(codeAt(reader.sampleLocations.get(i)));
    }
    traces[sample] = tables.stackOfCode(code);
  }
  return { tables, traces };
}

/** Code without names is one frame. */
function framesOf(reader: PprofReader, location: CodeLocation | undefined): CapturedFrame[] {
  const { mapping: id = 0, address = 0, lines = [] } = location ?? {};
  const mapping = reader.mappings.get(id);
  const code = {
    address: Math.max(0, address),
    module: mapping === undefined ? '' : reader.text(mapping.file),
    ...(mapping &&
      mapping.start > 0 &&
      address >= mapping.start && { offset: address - mapping.start + mapping.offset }),
  };
  if (lines.length === 0) return [{ ...code, name: '', file: '', line: 0 }];
  return lines.map(({ function: number, line }) => {
    const { name, file } = reader.functions.get(number) ?? { name: 0, file: 0 };
    const isLine = line >= 0 && line <= MAX_LINE;
    return { ...code, name: reader.text(name), file: reader.text(file), line: isLine ? line : 0 };
  });
}
