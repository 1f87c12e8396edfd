import { RE2JS } from 're2js';
import type { Pattern } from '../model/pattern.ts';

/**
 * A regular expression in the syntax of RE2, which Go and ripgrep have: no backtracking, so that none
 * can run for ever, and no look-around or back references.
 *
 * @throws with a message for the user, where the text is no such expression.
 */
export function linearPattern(text: string, ignoresCase = false): Pattern {
  return RE2JS.compile(text, ignoresCase ? RE2JS.CASE_INSENSITIVE : 0);
}

/** The text itself as a pattern. */
export function literalPattern(text: string, ignoresCase = false): Pattern {
  return linearPattern(RE2JS.quote(text), ignoresCase);
}
