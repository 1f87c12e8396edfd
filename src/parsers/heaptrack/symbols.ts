import { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { LineChunker } from '../../input/line-chunker.ts';
import type { Symbolise } from '../format.ts';
import type { RawTables } from './raw-tables.ts';
import { RecordReader } from './record-reader.ts';
import type { ProfileTables } from './tables.ts';

/**
 * The tables of a raw recording, with the names that heaptrack's interpreter finds in the programs
 * and libraries of this machine. Where it does not, addresses stay offsets in their modules, and a
 * note says why.
 */
export async function symbolised(
  reader: RecordReader,
  raw: RawTables,
  symbolise: Symbolise | undefined,
  diagnostics: Diagnostics,
): Promise<ProfileTables> {
  const bare = reader.tables.finish();
  const tables = { ...bare, ips: { ...bare.ips, offset: raw.offset } };
  if (symbolise === undefined || bare.ips.count === 1) return tables;

  const { heaptrackVersion, fileVersion } = reader.header;
  const version = `v ${(heaptrackVersion ?? 0).toString(16)} ${fileVersion}`;
  const answer = await symbolise(raw.lines(version), raw.modulePaths);
  const named = 'failure' in answer ? undefined : readTables(answer.output);
  if (named === undefined || !isSame(named, bare)) {
    const reason =
      'failure' in answer ? answer.failure : 'heaptrack_interpret did not answer for all addresses';
    diagnostics.report('heaptrack/not-symbolised', `functions have no names: ${reason}`);
    return tables;
  }
  if (named.ips.frames.function.length === 0) {
    const reason = 'heaptrack_interpret found none of the programs, or no symbols in them';
    diagnostics.report('heaptrack/not-symbolised', `functions have no names: ${reason}`);
  }
  return { ...named, ips: { ...named.ips, offset: raw.offset } };
}

/** What the interpreter wrote is an interpreted recording without events. */
function readTables(output: readonly Uint8Array[]): ProfileTables {
  const diagnostics = new Diagnostics('heaptrack_interpret');
  const reader = new RecordReader('infos', diagnostics, undefined, {});
  const lines = new LineChunker(reader);
  for (const chunk of output) lines.push(chunk);
  return reader.tables.finish();
}

/** Whether both number the same addresses and stacks; stacks through `operator new` may differ. */
function isSame(named: ProfileTables, bare: ProfileTables): boolean {
  return (
    named.traces.count === bare.traces.count &&
    named.ips.count === bare.ips.count &&
    named.ips.address.every((address, ip) => address === bare.ips.address[ip])
  );
}
