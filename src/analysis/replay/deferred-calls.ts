import { type RecordedEvent, RecordReader, writeRecord } from '../../model/packed-event.ts';
import { RECORD_NUMBERS } from '../../model/record-layout.ts';

/** Calls that one space can have waiting. */
export const MOST_WAITING = 256;

/** Arrays that nobody uses: to make one costs as much as to fill it. */
const spare: Float64Array[] = [];
const MOST_SPARE = 256;

const reader = new RecordReader();

/** Memory calls that have not been replayed, in their order. */
export class DeferredCalls {
  length = 0;
  readonly #numbers = spare.pop() ?? new Float64Array(MOST_WAITING * RECORD_NUMBERS);
  /** Advice by its number; the paths of mapped files by the number of their call. */
  readonly #advice: string[] = [];
  readonly #paths: (string | undefined)[] = [];

  /** @param path of the mapped file, where there is one. */
  push(event: RecordedEvent, path: string | undefined): void {
    const text = event.call === 'madvise' ? this.#numberOf(event.advice) : 0;
    writeRecord(this.#numbers, this.length * RECORD_NUMBERS, event, text);
    if (path !== undefined) this.#paths[this.length] = path;
    this.length++;
  }

  /** A call; to be used until the next one is asked for. */
  at(index: number): RecordedEvent {
    const path = this.#paths[index];
    return reader.read(this.#numbers, index * RECORD_NUMBERS, this.#advice, path);
  }

  /** They wait no longer. */
  release(): void {
    if (spare.length < MOST_SPARE) spare.push(this.#numbers);
    this.length = 0;
  }

  #numberOf(advice: string): number {
    const known = this.#advice.indexOf(advice);
    return known >= 0 ? known : this.#advice.push(advice) - 1;
  }
}
