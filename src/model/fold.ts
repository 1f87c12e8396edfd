/**
 * A computation over a stream of events that keeps only what it needs.
 *
 * Event logs can hold a billion records, so they are never stored: a parser hands each event to
 * every fold that asked for it, in one pass over the bytes, and `finish` gives what was kept.
 */
export interface Fold<Event, Result> {
  /** @param event to be used until this returns: the next one may be the same object. */
  step(event: Event): void;
  finish(): Result;
}
