import { parseAddress } from '../../model/address.ts';
import { Fields } from './fields.ts';

/** From this version on, strings are written with their length before them. */
const SIZED_STRINGS = 3;

const NEWLINE = 10;

/** Text of a byte range; a Buffer view also works on the decoder's shared memory. */
export function text(buffer: Uint8Array, start: number, end: number): string {
  return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength).toString(
    'utf8',
    start,
    end,
  );
}

/** A string of a record; `isWhole` where it is as long as the record says. */
export interface RecordString {
  readonly text: string;
  readonly isWhole: boolean;
}

/** The string of a record, in the form of the file's version. */
export function recordString(
  buffer: Uint8Array,
  start: number,
  end: number,
  fileVersion: number,
): RecordString {
  if (fileVersion < SIZED_STRINGS) return { text: text(buffer, start + 2, end), isWhole: true };
  const fields = new Fields(buffer, start, end);
  const length = fields.hex();
  if (length === undefined) return { text: text(buffer, start + 2, end), isWhole: false };
  const stringEnd = fields.position + length;
  // A carriage return at the end of a line is not counted among its bytes.
  const isWhole = stringEnd <= end + 1;
  return { text: text(buffer, fields.position, Math.min(end, stringEnd)), isWhole };
}

/** A module before file version 3: where its path ends is told from the numbers at the end. */
const UNSIZED_MODULE = /^(.*?) ([0-9a-f]+(?: [0-9a-f]+ [0-9a-f]+)*)$/;

/** Path and numbers of an `m` record; undefined when it is damaged. */
export function moduleFields(
  buffer: Uint8Array,
  start: number,
  end: number,
  fileVersion: number,
): { path: string; numbers: number[] } | undefined {
  if (fileVersion < SIZED_STRINGS) {
    const content = text(buffer, start + 2, end);
    const match = UNSIZED_MODULE.exec(content);
    if (match === null) return content === '-' ? { path: content, numbers: [] } : undefined;
    const numbers = match[2]!.split(' ').map(parseAddress);
    return numbers.every((number) => number !== undefined)
      ? { path: match[1]!, numbers }
      : undefined;
  }
  const fields = new Fields(buffer, start, end);
  const pathStart = fields.skip(fields.hex() ?? Number.POSITIVE_INFINITY);
  if (pathStart === undefined) return undefined;
  const path = text(buffer, pathStart, Math.min(end, fields.position - 1));
  const numbers: number[] = [];
  while (!fields.atEnd) {
    const number = fields.hex();
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  return { path, numbers };
}

/** Where the text of a sized string ends; undefined when it has no size. */
function sizedStringEnd(buffer: Uint8Array, start: number, lineEnd: number): number | undefined {
  const fields = new Fields(buffer, start, lineEnd);
  const length = fields.hex();
  return length === undefined ? undefined : fields.position + length;
}

/**
 * The newline at which a record ends that begins with a string, which may hold newlines itself.
 *
 * @param mostBytes that a string may have; a longer one is taken for a damaged length.
 * @param end behind the last whole line that is there.
 * @returns undefined when it goes on beyond `end`.
 */
export function stringRecordEnd(
  buffer: Uint8Array,
  start: number,
  lineEnd: number,
  end: number,
  fileVersion: number,
  mostBytes: number,
): number | undefined {
  if (fileVersion < SIZED_STRINGS) return lineEnd;
  const stringEnd = sizedStringEnd(buffer, start, lineEnd);
  if (stringEnd === undefined || stringEnd <= lineEnd) return lineEnd;
  if (stringEnd - start > mostBytes) return lineEnd;
  return stringEnd >= end ? undefined : buffer.indexOf(NEWLINE, stringEnd);
}

export function countNewlines(buffer: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (
    let at = buffer.indexOf(NEWLINE, start);
    at !== -1 && at < end;
    at = buffer.indexOf(NEWLINE, at + 1)
  ) {
    count++;
  }
  return count;
}
