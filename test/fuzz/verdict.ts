/** What must be true of every run, whatever it read. */
import type { CommandName, CommandRun } from '../support/run-command.ts';
import { SCHEMAS } from '../support/schemas.ts';

/** README, "Exit codes". */
const EXIT_CODES = [0, 1, 2, 42];

/** What a terminal obeys; JSON and reports alike have none of it but line ends. */
const OBEYED =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const STACK_TRACE = /^\s+at .*(?:\.js|\.ts|node:)/m;

const NO_NUMBER = /\bNaN\b|\bInfinity\b|\bundefined\b|\[object /;

/** Longer output of so small a capture is a fault. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * What is wrong with a run.
 *
 * @param input the words of the capture, which a report may repeat.
 */
export function faultOf(
  name: CommandName,
  argv: readonly string[],
  { stdout, stderr, exitCode }: CommandRun,
  input: string,
): string | undefined {
  if (!EXIT_CODES.includes(exitCode)) return `exit code ${exitCode}`;
  const text = stdout + stderr;
  if (text.length > MOST_CHARACTERS) return `wrote ${text.length} characters`;
  const obeyed = OBEYED.exec(text);
  if (obeyed) return `wrote the control character ${codePoint(obeyed[0])}`;
  if (STACK_TRACE.test(text) && !STACK_TRACE.test(input)) return 'wrote a stack trace';
  const odd = NO_NUMBER.exec(text)?.[0];
  if (odd !== undefined && !input.replaceAll('\0', '').includes(odd)) return `wrote ${odd}`;
  return argv.includes('--json') ? jsonFault(name, stdout) : undefined;
}

const codePoint = (character: string) =>
  `U+${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;

function jsonFault(name: CommandName, stdout: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(stdout);
  } catch (error) {
    return `no JSON: ${(error as Error).message}`;
  }
  // A wrong flag has a document of its own.
  if (typeof document === 'object' && document !== null && !('schema' in document))
    return undefined;
  for (const one of Array.isArray(document) ? document : [document]) {
    const parsed = SCHEMAS[name].safeParse(one);
    if (!parsed.success) return `not of its schema: ${JSON.stringify(parsed.error.issues[0])}`;
    // Fields that the schema does not know are gone.
    if (JSON.stringify(sorted(parsed.data)) !== JSON.stringify(sorted(one))) {
      return 'has fields that its schema does not know';
    }
  }
  return undefined;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).map(([key, one]) => [key, sorted(one)]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
