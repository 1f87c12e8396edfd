import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Input } from '../../input/input.ts';
import { LineChunker } from '../../input/line-chunker.ts';
import type { SyscallTrace } from '../../model/syscall-trace.ts';
import type { ParseContext } from '../format.ts';
import { EventReader } from './event-reader.ts';
import { LineScanner } from './scanner.ts';

/**
 * Reads a log.
 *
 * @param onRecords takes its events as records (see packed-event.ts and kinds.ts), to be used until it returns.
 * @param everyLineAsText reads no line from its bytes: what that gives is what must come out.
 */
export async function scanStrace(
  input: Input,
  diagnostics: Diagnostics,
  onRecords: (records: Uint8Array) => void,
  everyLineAsText = false,
): Promise<SyscallTrace> {
  const scanner = new LineScanner(diagnostics, onRecords, input.memory, everyLineAsText);
  const lines = new LineChunker(scanner);
  for await (const chunk of input.chunks()) lines.push(chunk);
  const endsWithNewline = lines.finish();
  return scanner.finish(endsWithNewline);
}

/** Reads a log, and steps the folds with its events. */
export async function parseStrace(
  input: Input,
  { diagnostics, asked }: ParseContext<'syscall-trace'>,
  everyLineAsText = false,
): Promise<SyscallTrace> {
  const events = new EventReader(asked.folds ?? []);
  const onRecords = (records: Uint8Array) => events.read(records);
  const trace = await scanStrace(input, diagnostics, onRecords, everyLineAsText);
  events.finish();
  return trace;
}
