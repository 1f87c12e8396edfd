/** When to colour: `auto` asks the environment and the stream. */
export type ColorChoice = 'auto' | 'always' | 'never';

/**
 * NO_COLOR and FORCE_COLOR follow no-color.org and force-color.org: any non-empty value counts. The
 * flag goes before the environment.
 */
export function wantsColor(choice: ColorChoice, stream: NodeJS.WriteStream): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0';
  return stream.isTTY && TERM !== 'dumb';
}

/**
 * How many columns a line may have: those of the terminal, else COLUMNS; no limit where neither
 * tells, so that nothing is cut in a file or a pipe.
 */
export function outputWidth(stream: NodeJS.WriteStream): number {
  return (
    (stream.isTTY && stream.columns) || Number(process.env.COLUMNS) || Number.POSITIVE_INFINITY
  );
}
