import { escapeText } from './escape.ts';
import { cutText } from './width.ts';

/** Columns of a text from a capture: tables pad to the longest, which may have megabytes. */
const MOST_COLUMNS = 400;

/**
 * Text from a capture as a report shows it: safe to print, and without its middle where it is longer
 * than anyone reads. JSON has it whole.
 */
export function shownText(text: string): string {
  const escaped = escapeText(text.length > 2 * MOST_COLUMNS ? ends(text) : text);
  // No character takes more than two columns.
  return 2 * escaped.length <= MOST_COLUMNS ? escaped : cutText(escaped, MOST_COLUMNS, 'middle');
}

/** As much of both ends as could be shown; a character of two halves goes whole. */
function ends(text: string): string {
  const head = text.slice(0, MOST_COLUMNS).replace(/[\ud800-\udbff]$/, '');
  return `${head}…${text.slice(-MOST_COLUMNS).replace(/^[\udc00-\udfff]/, '')}`;
}
