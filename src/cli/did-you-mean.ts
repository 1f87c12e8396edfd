import { closest, distance } from 'fastest-levenshtein';

/** A typing error is that far from what was meant, at most; two letters that changed places are two steps. */
const SIMILAR_PART = 0.4;
const SWAPPED = 2;

/** `; did you mean X?`, where something known is that similar. @param before stands before it. */
export function didYouMean(word: string, known: readonly string[], before = ''): string {
  const best = closest(word, known);
  const isSimilar = distance(word, best) <= Math.max(SWAPPED, word.length * SIMILAR_PART);
  return isSimilar ? `; did you mean ${before}${best}?` : '';
}
