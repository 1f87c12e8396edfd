/** A cell that is filled by eighths, from its left end and from its lower end. */
const RIGHTWARDS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
const UPWARDS = ['', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

const cell = (glyphs: readonly string[], eighths: number): string =>
  glyphs[Math.max(0, Math.min(8, eighths))]!;

/** A cell filled to so many eighths of its height; empty for none. */
export const risenCell = (eighths: number): string => cell(UPWARDS, eighths);

/** A row of cells filled from the left to so many eighths in all. */
export const filledCells = (eighths: number): string =>
  '█'.repeat(eighths >> 3) + cell(RIGHTWARDS, eighths & 7);
