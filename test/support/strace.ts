import { straceFindings } from '../../src/analysis/call-log/findings.ts';
import { GrowthReplay } from '../../src/analysis/growth/from-log/growth-replay.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { withReadableStacks } from '../../src/ingest/demangle/readable-names.ts';
import { Head } from '../../src/input/head.ts';
import type { Input } from '../../src/input/input.ts';
import type { Fold } from '../../src/model/fold.ts';
import type { SyscallEvent, SyscallTrace } from '../../src/model/syscall-trace.ts';
import { strace } from '../../src/parsers/strace/strace.ts';

/** A text as an opened capture. */
export const textInput = (text: string): Input => bytesInput(Buffer.from(text));

/** Bytes as an opened capture that is read in pieces. */
export function bytesInput(bytes: Uint8Array, pieceSize = Number.POSITIVE_INFINITY): Input {
  return {
    name: 'text',
    process: undefined,
    compression: 'none',
    size: bytes.length,
    head: new Head(bytes),
    memory: undefined,
    plain: undefined,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.slice(at, at + pieceSize);
    },
    text: async () => Buffer.from(bytes).toString(),
    close: async () => {},
  };
}

/** Keeps all events: copies, as the parser uses its objects again. */
export class KeptEvents implements Fold<SyscallEvent, readonly SyscallEvent[]> {
  readonly events: SyscallEvent[] = [];

  step(event: SyscallEvent): void {
    this.events.push({ ...event });
  }

  finish(): readonly SyscallEvent[] {
    return this.events;
  }
}

/** Replays a log written out in a test, one call per line. */
export async function replayLog(...lines: readonly string[]) {
  const diagnostics = new Diagnostics('text');
  const replay = new GrowthReplay();
  const context = { diagnostics, asked: { folds: [withReadableStacks(replay)] } };
  const trace = await strace.parse(textInput(`${lines.join('\n')}\n`), context);
  return { ...straceFindings(trace as SyscallTrace, replay.finish()), diagnostics };
}
