/**
 * A profile for `go tool pprof` and whatever else reads pprof: gzip'd protobuf, as
 * https://github.com/google/pprof/blob/main/proto/profile.proto describes it.
 *
 * The kinds of cost have the names of Go's heap profiles, so that tools know them: `inuse_space` is
 * what was live at the peak.
 */
import { gzipSync } from 'node:zlib';
import {
  emptyTableToken,
  type FunctionInput,
  type LocationInput,
  type MappingInput,
  Profile,
  type SampleInput,
  StringTable,
} from 'pprof-format';
import { costlyTraces } from '../../analysis/heap/call-forest.ts';
import type { CostedStacks, CostKind } from '../../analysis/heap/costs.ts';
import { frameOfSymbol, frameRows, sameTexts } from '../../analysis/heap/frame-rows.ts';
import { stackBottoms } from '../../analysis/heap/stacks.ts';
import { baseName, programName } from '../../model/base-name.ts';
import {
  addressAt,
  type CallStacks,
  type IpIndex,
  type StringIndex,
} from '../../model/heap-profile.ts';
import { escapeText } from '../text/escape.ts';
import { frameName } from './frame-names.ts';

const SAMPLE_TYPES: readonly { by: CostKind; type: string; unit: 'bytes' | 'count' }[] = [
  { by: 'calls', type: 'alloc_objects', unit: 'count' },
  { by: 'allocated', type: 'alloc_space', unit: 'bytes' },
  { by: 'peak', type: 'inuse_space', unit: 'bytes' },
  { by: 'leaked', type: 'leaked_space', unit: 'bytes' },
  { by: 'temporary', type: 'temporary_objects', unit: 'count' },
  { by: 'peakBlocks', type: 'inuse_objects', unit: 'count' },
  { by: 'leakedBlocks', type: 'leaked_objects', unit: 'count' },
  { by: 'reads', type: 'read', unit: 'bytes' },
  { by: 'writes', type: 'written', unit: 'bytes' },
  { by: 'copies', type: 'copies', unit: 'count' },
  { by: 'copied', type: 'copied', unit: 'bytes' },
  { by: 'events', type: 'events', unit: 'count' },
  { by: 'units', type: 'units', unit: 'count' },
];

/** Says that inuse_space is no dump of a running program. */
const OWN_COMMENT = 'written by memtool: inuse_space is what was live at the peak';

/** Members that are encoded at a time. */
const BATCH = 4096;

export interface PprofOptions {
  /** The program that was recorded. */
  readonly command: string | undefined;
  /** How long it ran, in seconds; undefined where that is not known. */
  readonly runtime: number | undefined;
}

export function pprofFile(costed: CostedStacks, { command, runtime }: PprofOptions): Uint8Array {
  const strings = new StringTable();
  const text = (value: string) => strings.dedup(escapeText(value));
  const recorded = SAMPLE_TYPES.filter(({ by }) => costed.kinds.includes(by));
  const types = recorded.map(({ type, unit }) => ({ type: text(type), unit: text(unit) }));
  const main = recorded.find(({ by }) => by === 'peak') ?? recorded[0];
  const sample = new Batches('sample');
  const kinds = recorded.map(({ by }) => by);
  const used = addSamples(costed, kinds, sample);
  const location = new Batches('location');
  const functions = new Batches('function');
  const program = programModule(costed.stacks, used, command);
  const mapping = addCode(costed.stacks, used, program, text, location, functions);
  const head = new Profile({
    sampleType: types,
    defaultSampleType: text(main?.type ?? ''),
    durationNanos: Math.round((runtime ?? 0) * 1e9),
    comment: [command ?? '', OWN_COMMENT].map(text),
    mapping,
    stringTable: strings,
  });
  const parts = [sample, location, functions].flatMap((batches) => batches.finish());
  return gzipSync(Buffer.concat([head.encode(), ...parts]));
}

interface Members {
  readonly sample: SampleInput;
  readonly location: LocationInput;
  readonly function: FunctionInput;
}

/**
 * Members of one kind, encoded in pieces: parts of one message may stand one after the other, and all
 * members of a large recording as objects would take gigabytes.
 */
class Batches<Kind extends keyof Members> {
  readonly #kind: Kind;
  readonly #encoded: Uint8Array[] = [];
  #batch: Members[Kind][] = [];

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  push(member: Members[Kind]): void {
    this.#batch.push(member);
    if (this.#batch.length === BATCH) this.#encode();
  }

  finish(): readonly Uint8Array[] {
    this.#encode();
    return this.#encoded;
  }

  #encode(): void {
    if (this.#batch.length === 0) return;
    const stringTable = new StringTable(emptyTableToken);
    this.#encoded.push(new Profile({ [this.#kind]: this.#batch, stringTable }).encode());
    this.#batch = [];
  }
}

/** Stacks with their costs, innermost first. @returns which IPs stand in them. */
function addSamples(
  { stacks, costs }: CostedStacks,
  kinds: readonly CostKind[],
  samples: Batches<'sample'>,
): Uint8Array {
  const { ip, parent } = stacks.traces;
  const isBottom = stackBottoms(stacks);
  const used = new Uint8Array(stacks.ips.count);
  for (const [trace, isCostly] of costlyTraces(costs).entries()) {
    if (isCostly === 0) continue;
    const locations: number[] = [];
    let at = trace;
    do {
      const here = ip[at]!;
      used[here] = 1;
      locations.push(locationId(here));
      at = isBottom[here] === 1 ? 0 : parent[at]!;
    } while (at !== 0);
    samples.push({ locationId: locations, value: kinds.map((kind) => costs[kind][trace]!) });
  }
  return used;
}

/** 0 is not a location; IP 0, of which nothing is known, is one. */
const locationId = (ip: IpIndex) => ip + 1;

/** The module of the program itself; 0 where none is called like it. */
function programModule(
  { ips, strings }: CallStacks,
  used: Uint8Array,
  command: string | undefined,
): StringIndex {
  const name = programName(command);
  const isProgram = (module: StringIndex) => baseName(strings[module]!) === name;
  return ips.module.find((module, ip) => used[ip] === 1 && isProgram(module)) ?? 0;
}

/**
 * What stands where: locations, with inlined functions innermost first as in our own tables.
 *
 * @param program the module that becomes the first mapping, which pprof takes for the program.
 * @returns the mappings that they lie in.
 */
function addCode(
  stacks: CallStacks,
  used: Uint8Array,
  program: StringIndex,
  text: (value: string) => number,
  locations: Batches<'location'>,
  functions: Batches<'function'>,
): MappingInput[] {
  const { ips } = stacks;
  const rows = functionsInFiles(stacks);
  const mappings = new Map<number, MappingInput>();
  const isAdded = new Uint8Array(rows.symbolCount);

  const mappingId = (module: number) => {
    if (module === 0) return 0;
    let mapping = mappings.get(module);
    if (mapping === undefined) {
      mapping = {
        id: mappings.size + 1,
        filename: text(stacks.strings[module]!),
        // Where the module lay in memory is not recorded. A viewer that looked up names there would
        // find wrong ones, so it is told that all are here.
        hasFunctions: true,
        hasFilenames: true,
        hasLineNumbers: true,
        hasInlineFrames: true,
      };
      mappings.set(module, mapping);
    }
    return mapping.id!;
  };
  const functionId = (symbol: number) => {
    if (isAdded[symbol] === 0) {
      isAdded[symbol] = 1;
      const frame = frameOfSymbol(rows, symbol);
      const name = text(frameName(frame));
      const filename = text(frame.file ?? '');
      // `pprof` demangles system names, and takes a readable one for mangled: `<T as A>::b` to `::b`.
      functions.push({ id: symbol + 1, name, filename });
    }
    return symbol + 1;
  };

  mappingId(program);
  for (let ip = 0; ip < ips.count; ip++) {
    if (used[ip] === 0) continue;
    const line = [];
    for (let i = ips.frameStart[ip]!; i < ips.frameStart[ip + 1]!; i++) {
      const row = rows.rowStart[ip]! + i - ips.frameStart[ip]!;
      line.push({ functionId: functionId(rows.symbol[row]!), line: ips.frames.line[i]! });
    }
    const address = addressAt(ips, ip);
    locations.push({ id: locationId(ip), mappingId: mappingId(ips.module[ip]!), address, line });
  }
  return [...mappings.values()];
}

function functionsInFiles(stacks: CallStacks) {
  const { ips } = stacks;
  const { frames } = ips;
  const text = sameTexts(stacks.strings);
  return frameRows(stacks, (ip, frame) => {
    const name = frame === undefined ? 0 : text[frames.function[frame]!]!;
    // Without a name the address is one.
    const file = frame === undefined ? 0 : text[frames.file[frame]!]!;
    return name === 0 ? `${addressAt(ips, ip)} ${file}` : `f${name} ${file}`;
  });
}
