/**
 * strace logs, 4.x to 6.x, of any options: a file from -o, a terminal's output, with or without
 * -f, -t…, -r, -T, -i, -n, -y…, -Y, -k, -X. The grammar is in docs/formats/strace.md.
 *
 * Every line is recognised; only calls that change an address space or the set of processes become
 * events, and only when they succeed. A call that strace prints in two halves (`<unfinished ...>`,
 * `resumed>`) takes effect at its second half: that is when the kernel had done it.
 *
 * Where logs lie: a note of strace itself can be written into the middle of a line; the program's
 * own output can share the file; -t has no date; a log can begin or end anywhere.
 */
import type { Head } from '../../input/head.ts';
import { type Format, maybe, no, type Verdict, yes } from '../format.ts';
import { joinParts } from './join-parts.ts';
import { parseLine, type StraceLine } from './line.ts';
import { parseStrace } from './parse.ts';
import { parseInWorker } from './parse-in-worker.ts';

/** A log from which on a second thread pays: it takes 50 ms to start. */
const LONG_BYTES = 48 * 1024 * 1024;

function detect(head: Head): Verdict {
  if (!head.isText) return no('it is not text');
  const counts: Partial<Record<StraceLine['kind'], number>> = {};
  let lines = 0;
  for (const text of head.lines) {
    const { kind } = parseLine(text);
    if (kind === 'tip-head') break;
    if (kind === 'blank') continue;
    lines++;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const calls = (counts.call ?? 0) + (counts.unfinished ?? 0) + (counts.resumed ?? 0);
  const own = calls + (counts['stack-frame'] ?? 0) + (counts.exit ?? 0) + (counts.signal ?? 0);
  if (calls > 0 && own * 2 > lines) return yes('most lines are `name(args) = result`');
  if (counts['summary-head']) return yes('it has the table of `strace -c`');
  if (own > 0) return maybe('some lines are `name(args) = result`, most are something else');
  return no('no line is `name(args) = result`');
}

export const strace: Format<'syscall-trace'> = {
  id: 'strace',
  title: 'an strace log',
  produces: 'syscall-trace',
  answers: ['folds'],
  howToCapture: 'strace -f -tt -o strace.log COMMAND',
  detect,
  join: joinParts,
  parse: (input, context) =>
    input.plain && (input.size ?? 0) >= LONG_BYTES
      ? parseInWorker(input.plain, input.name, context)
      : parseStrace(input, context),
};
