/** What a text can match; a RegExp is one. */
export interface Pattern {
  test(text: string): boolean;
}
