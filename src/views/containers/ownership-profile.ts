import type { ContainerFindings } from '../../analysis/containers/containers.ts';
import type { MeasuredFamily } from '../../analysis/containers/measured-families.ts';
import type { Holding } from '../../analysis/containers/ownership.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { rootWords, typeName } from './family-words.ts';

/** Of which process, for words and titles. */
export interface OwnedProcess {
  readonly pid: number | undefined;
  readonly name: string | undefined;
}

/**
 * Who holds which blocks as a heap profile, so that all views and files of one show it: holders stand for callers,
 * what they hold for what they call. Bytes are those that are live now, in the column of the peak.
 */
export function ownershipProfile(
  findings: ContainerFindings,
  { pid, name }: OwnedProcess,
): HeapProfile {
  const { holdings, live } = findings;
  const families = new Map(findings.families.map((family) => [family.id, family]));
  const strings = new Strings();
  const count = holdings.length + 1;
  const ip = new Uint32Array(count);
  const parent = new Uint32Array(count);
  const [peak, calls] = [new Float64Array(count), new Float64Array(count)];
  for (const [i, holding] of holdings.entries()) {
    // Traces and strings count from 1, and each string has an instruction pointer of its number.
    ip[i + 1] = strings.indexOf(holdingWords(holding, families, findings, pid));
    parent[i + 1] = holding.parent === undefined ? 0 : holding.parent + 1;
    peak[i + 1] = holding.bytes;
    calls[i + 1] = holding.count;
  }
  const costs = { peak, calls };
  const ips = strings.list.length;
  return {
    kind: 'heap-profile',
    recording: {
      recorder: { tool: 'memtool', version: undefined },
      fileVersion: undefined,
      debuggee: name,
      pageBytes: undefined,
      systemBytes: undefined,
      attached: true,
      suppressions: [],
    },
    strings: strings.list,
    ips: {
      count: ips,
      address: new Float64Array(ips),
      module: new Uint32Array(ips),
      // The first stands for nothing, and has no frame.
      frameStart: Uint32Array.from({ length: ips + 1 }, (_, at) => Math.max(0, at - 1)),
      frames: {
        function: Uint32Array.from({ length: ips - 1 }, (_, at) => at + 1),
        file: new Uint32Array(ips - 1),
        line: new Uint32Array(ips - 1),
      },
    },
    traces: { count, ip, parent },
    costs,
    inexact: {},
    allocations: undefined,
    totals: {
      calls: live.count,
      temporary: undefined,
      allocated: undefined,
      peak: live.bytes,
      peakTime: undefined,
      leaked: undefined,
      peakResident: undefined,
      runtime: undefined,
    },
    timeline: undefined,
    window: undefined,
    growthSteps: undefined,
    snapshots: [],
    temporaryRule: undefined,
    exact: undefined,
  };
}

class Strings {
  readonly list: string[] = [''];
  readonly #numbers = new Map<string, number>();

  indexOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.list.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }
}

function holdingWords(
  { held }: Holding,
  families: ReadonlyMap<number, MeasuredFamily>,
  findings: ContainerFindings,
  pid: number | undefined,
): string {
  switch (held.kind) {
    case 'place':
      return rootWords(held.place, pid);
    case 'shared':
      return 'held by several';
    case 'leaked':
      return 'held by nothing';
    case 'others':
      return 'others';
    case 'blocks':
      return `block of ${held.usable} B`;
    case 'family': {
      const family = families.get(held.family)!;
      const name = typeName(family, findings);
      const { offset, number, length, capacity } = family;
      // Two of one type are two variables, or two fields.
      if (offset !== undefined) return `${name} at +${offset}`;
      return number === 1 ? `${name}, ${length} of ${capacity}` : name;
    }
  }
}
