import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { HeapProfile, HeapRequest } from '../../src/model/heap-profile.ts';
import type { Format } from '../../src/parsers/format.ts';
import { openFixture } from './fixtures.ts';

/** A fixture as its format reads it. */
export async function readProfile(
  format: Format<'heap-profile'>,
  file: string,
  asked: HeapRequest = {},
  diagnostics = new Diagnostics(file),
): Promise<HeapProfile> {
  const input = (await openFixture(file))!;
  return (await format.parse(input, { diagnostics, asked })) as HeapProfile;
}

/** The same of bytes, as if they stood in a file. */
export async function readProfileOf(
  format: Format<'heap-profile'>,
  bytes: string | Uint8Array,
  diagnostics: Diagnostics,
  asked: HeapRequest = {},
): Promise<HeapProfile | undefined> {
  const chunks = async function* () {
    yield typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  };
  const input = (await openFixture('fixtures/dhat/c-program/input.json'))!;
  const artifact = await format.parse({ ...input, chunks }, { diagnostics, asked });
  return artifact as HeapProfile | undefined;
}

/** What ends in each function: its name, or its address where it has none. */
export function bytesByFunction(
  { traces, ips, strings }: HeapProfile,
  column: Float64Array,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [trace, bytes] of column.entries()) {
    if (bytes === 0) continue;
    const ip = traces.ip[trace]!;
    const first = ips.frameStart[ip]!;
    const isNamed = first < ips.frameStart[ip + 1]!;
    const name = isNamed
      ? strings[ips.frames.function[first]!]!
      : `0x${ips.address[ip]!.toString(16).toUpperCase()}`;
    sums.set(name, (sums.get(name) ?? 0) + bytes);
  }
  return sums;
}
