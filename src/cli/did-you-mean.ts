import { closest, distance } from 'fastest-levenshtein';

/** A typing error is that far from what was meant, at most, and seldom in the first letter. */
const SIMILAR_PART = 0.5;

const firstLetter = (word: string) => /[^-]/.exec(word)?.[0];

/** `; did you mean X?`, where something known is that similar. @param before stands before it. */
export function didYouMean(word: string, known: readonly string[], before = ''): string {
  const best = closest(word, known);
  const errors = distance(word, best);
  const isSimilar =
    errors <= 1 ||
    (errors <= word.length * SIMILAR_PART && firstLetter(word) === firstLetter(best));
  return isSimilar ? `; did you mean ${before}${best}?` : '';
}
