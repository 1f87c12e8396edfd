import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { type Input, plainHead } from '../input/input.ts';
import { STDIN_NAME } from '../input/open.ts';
import type { Artifact } from '../model/artifact.ts';
import { shellWord } from '../model/shell-word.ts';
import { looksLikeCore } from '../parsers/core/elf.ts';
import type { Format, Verdict } from '../parsers/format.ts';
import { FORMATS } from '../parsers/index.ts';

/** The verb that shows each model, whatever wrote it. */
const VERB_OF: Record<Artifact['kind'], string> = {
  'memory-maps': 'map',
  'syscall-trace': 'strace',
  'heap-profile': 'heap',
  'heap-account': 'heap',
};

/** The command that a capture of a format is shown with. */
export const commandOf = ({ command, produces }: Format): string => command ?? VERB_OF[produces];

/** What a file holds, by its beginning alone; undefined where that does not say it for sure. */
export async function kindOf(file: string): Promise<Artifact['kind'] | undefined> {
  const head = await plainHead(file);
  return head && FORMATS.find((format) => format.detect(head).match === 'yes')?.produces;
}

/**
 * Tells the format of a capture by its content.
 *
 * @param command that asks, for messages.
 * @returns undefined, with a diagnostic, when no format fits or the one that fits is of another kind.
 */
export function chooseFormat(
  input: Input,
  wants: readonly Artifact['kind'][],
  diagnostics: Diagnostics,
  command = VERB_OF[wants[0]!],
): Format | undefined {
  const wanted = FORMATS.filter((format) => wants.includes(format.produces));
  const certain = wanted.find((format) => format.detect(input.head).match === 'yes');
  if (certain) return certain;

  const verdicts = FORMATS.map((format) => ({ format, verdict: format.detect(input.head) }));
  const matching = (match: Verdict['match']) =>
    verdicts.filter(({ verdict }) => verdict.match === match).map(({ format }) => format);
  const possible = matching('maybe');
  const best =
    matching('yes')[0] ?? possible.find((format) => wanted.includes(format)) ?? possible[0];

  if (best === undefined && looksLikeCore(input.head.bytes)) {
    reportOtherCommand(input, 'the core of a process', 'core', diagnostics);
    return undefined;
  }
  if (best === undefined) {
    const message = 'memtool knows no such capture';
    diagnostics.report('format/unknown', message, {}, notOneOf(wanted, input, command));
    return undefined;
  }
  if (!wants.includes(best.produces)) {
    const title = `${best.title}, which \`memtool ${command}\` does not read`;
    reportOtherCommand(input, title, commandOf(best), diagnostics);
    return undefined;
  }
  return best;
}

/** So many formats are gone through one by one. */
const MOST_REASONS = 6;

/** Why a file is none of some formats, and how to capture one that is. */
function notOneOf(
  wanted: readonly Format[],
  input: Input,
  command: string,
): { readonly details: readonly string[]; readonly hint: string } {
  if (wanted.length > MOST_REASONS) {
    return {
      details: [`it is none of these: ${wanted.map(({ title }) => title).join(', ')}`],
      hint: `memtool help ${command} says how they are captured`,
    };
  }
  return {
    details: wanted.map(({ title, detect }) => `not ${title}: ${detect(input.head).because}`),
    hint: `to capture one: ${wanted.map(({ howToCapture }) => howToCapture).join('; or ')}`,
  };
}

/** Names what a file is, and the command that shows it. */
export function reportOtherCommand(
  { name }: Input,
  title: string,
  command: string,
  diagnostics: Diagnostics,
): void {
  const file = name === STDIN_NAME ? '-' : shellWord(name);
  const hint = `try: memtool ${command} ${file}`;
  diagnostics.report('format/other-command', `it is ${title}`, {}, { hint });
}
