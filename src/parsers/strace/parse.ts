import type { Input } from '../../input/input.ts';
import { WholeLines } from '../../input/whole-lines.ts';
import type { SyscallTrace } from '../../model/syscall-trace.ts';
import type { ParseContext } from '../format.ts';
import { LineScanner } from './scanner.ts';

/** @param everyLineAsText reads no line from its bytes: what that gives is what must come out. */
export async function parseStrace(
  input: Input,
  context: ParseContext,
  everyLineAsText = false,
): Promise<SyscallTrace> {
  const scanner = new LineScanner(context, input.memory, everyLineAsText);
  const lines = new WholeLines(scanner);
  for await (const chunk of input.chunks()) lines.push(chunk);
  const endsWithNewline = lines.finish();
  return scanner.finish(endsWithNewline);
}
