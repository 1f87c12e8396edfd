import { type Line, lineWidth, span } from './line.ts';

export interface Tab {
  readonly title: string;
  readonly isActive: boolean;
  /** It has something to show. */
  readonly isFull: boolean;
  /** How many things in it are to be looked at. */
  readonly warnings?: number | undefined;
}

/** Cells of a line: `start` belongs to it, `end` does not. */
export interface CellRange {
  readonly start: number;
  readonly end: number;
}

/** Numbered tabs, and where each stands; where they do not fit only the active one has its name. */
export function tabsLine(
  tabs: readonly Tab[],
  width: number,
): { readonly line: Line; readonly ranges: readonly CellRange[] } {
  const long = (hasCount: boolean) =>
    tabs.map((tab, i) => tabSpans(tab, `${i + 1} ${tab.title}`, hasCount));
  const short = tabs.map((tab, i) =>
    tabSpans(tab, tab.isActive ? `${i + 1} ${tab.title}` : `${i + 1}`, false),
  );
  const fits = (spans: readonly Line[]) => lineWidth(spans.flat()) <= width;
  const shown = [long(true), long(false)].find(fits) ?? short;
  let end = 0;
  const ranges = shown.map((spans) => {
    const start = end;
    end += lineWidth(spans);
    return { start, end };
  });
  return { line: shown.flat(), ranges };
}

function tabSpans({ isActive, isFull, warnings }: Tab, text: string, hasCount: boolean): Line {
  const mark = warnings ? [span(`▲${hasCount ? warnings : ''}`, 'warning')] : [];
  const tone = isActive ? 'selected' : isFull ? 'plain' : 'dim';
  return [span(text, tone), ...mark, ' '];
}
