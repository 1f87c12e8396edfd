import packageJson from '../../package.json' with { type: 'json' };
import { sessionOf } from '../../src/cli/open-interactive.ts';
import { lineText } from '../../src/tui/parts/line.ts';
import { Program } from '../../src/tui/program.ts';
import type { Session } from '../../src/tui/session.ts';

const NUMBERS = {
  container: 'rust-vec',
  allocator: 'glibc',
  elementBytes: 24,
  length: 12426,
  pageBytes: 4096,
} as const;

/** What the program reads of captures, as the command would ask for it. */
export function session(names: readonly string[], elements?: number): Session {
  const witness =
    elements === undefined
      ? undefined
      : { elementBytes: undefined, elements, container: undefined };
  return sessionOf({
    names,
    query: { pageBytes: 4096, witness },
    numbers: NUMBERS,
    color: 'never',
    version: packageJson.version,
  });
}

/** A program that has read everything, without a terminal. */
export async function programOf(session: Session, columns: number, rows: number): Promise<Program> {
  const program = new Program(session, { columns, rows });
  await program.start({ quit() {}, suspend() {}, redraw() {}, toggleMouse: () => true });
  if (program.failure !== undefined) throw program.failure;
  return program;
}

/** Presses keys, with blanks between them. */
export function pressed(program: Program, keys: string): Program {
  for (const key of keys.split(' ')) if (key !== '') program.press(key);
  return program;
}

/** The frame as text; the chosen row has a `>` before it, which a terminal shows inverted. */
export function frameText(program: Program): string {
  return program
    .frame()
    .lines.map(({ line, isSelected }) => `${isSelected ? '>' : ' '}${lineText(line)}`.trimEnd())
    .join('\n');
}
