import { type Line, lineWidth, span } from './line.ts';

export interface Tab {
  readonly title: string;
  readonly isActive: boolean;
  /** It has something to show. */
  readonly isFull: boolean;
}

/** Numbered tabs; where they do not fit only the active one has its name. */
export function tabsLine(tabs: readonly Tab[], width: number): Line {
  const long = tabs.flatMap((tab, i) => tabSpans(tab, `${i + 1} ${tab.title}`));
  if (lineWidth(long) <= width) return long;
  return tabs.flatMap((tab, i) =>
    tabSpans(tab, tab.isActive ? `${i + 1} ${tab.title}` : `${i + 1}`),
  );
}

function tabSpans({ isActive, isFull }: Tab, text: string): Line {
  if (isActive) return [span(text, 'selected'), ' '];
  return [span(text, isFull ? 'plain' : 'dim'), ' '];
}
