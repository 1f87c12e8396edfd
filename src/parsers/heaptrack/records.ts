import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { HeapRequest, Recording } from '../../model/allocation-profile.ts';
import { ClockWatch } from './clock-watch.ts';
import { Fields } from './fields.ts';
import { EventScanner, type RecordHandler } from './scanner.ts';
import { Tables } from './tables.ts';

/** File format versions whose records are read here; 3 is the newest as of heaptrack 1.5. */
export const OLDEST_VERSION = 1;
export const NEWEST_VERSION = 3;

/** From this version on, strings are written with their length before them. */
const SIZED_STRINGS = 3;

/** heaptrack 1.2.0 wrote its version without a format version; it means 1. */
const VERSION_1_2_0 = 0x10200;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Text of a byte range; a Buffer view also works on the decoder's shared memory. */
function text(buffer: Uint8Array, start: number, end: number): string {
  return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength).toString(
    'utf8',
    start,
    end,
  );
}

/**
 * All records of an interpreted recording that are no plain events: header, tables, clock.
 *
 * Damaged records are reported and left out; what they define is left out with them, so that the
 * tables keep the numbering of the file, an empty entry takes the place.
 */
export class RecordReader implements RecordHandler {
  readonly scanner: EventScanner;
  readonly tables = new Tables();
  readonly clock: ClockWatch;

  heaptrackVersion: number | undefined;
  fileVersion = 0;
  debuggee: string | undefined;
  pageBytes: number | undefined;
  systemPages: number | undefined;
  attached = false;
  readonly suppressions: string[] = [];
  peakResidentPages: number | undefined;

  /** What the trailer says about the file, for the check that it is whole. */
  trailer: { strings?: number; ips?: number } = {};

  /** Why the recording cannot be read at all. */
  refusal: 'raw' | 'version' | undefined;

  readonly #diagnostics: Diagnostics;
  /** Records that the scanner did not take, for line numbers. */
  #records = 0;
  /** Newlines inside sized strings, for the same. */
  #extraLines = 0;

  /** @param memory where the recording's bytes lie, if that is a WebAssembly memory. */
  constructor(
    diagnostics: Diagnostics,
    memory: WebAssembly.Memory | undefined,
    request: HeapRequest,
  ) {
    this.#diagnostics = diagnostics;
    this.scanner = new EventScanner(this, memory, request.growthSteps ?? false);
    this.clock = new ClockWatch(this.scanner, this.tables, request);
  }

  /** The line of the next record. */
  get line(): number {
    return this.scanner.lines + this.#records + this.#extraLines + 1;
  }

  onTrace(ip: number, parent: number): void {
    this.tables.addTrace(ip, parent);
    this.scanner.traceCount = this.tables.traceCount;
  }

  onRecord(buffer: Uint8Array, start: number, end: number): number {
    const lineEnd = buffer.indexOf(NEWLINE, start);
    const letter = buffer[start]!;
    const isSized =
      this.fileVersion >= SIZED_STRINGS && (letter === 0x73 /* s */ || letter === 0x53) /* S */;
    let recordEnd = lineEnd;
    if (isSized) {
      const stringEnd = sizedStringEnd(buffer, start, lineEnd);
      if (stringEnd !== undefined && stringEnd > lineEnd) {
        if (stringEnd >= end) return -1;
        recordEnd = buffer.indexOf(NEWLINE, stringEnd);
        this.#extraLines += countNewlines(buffer, start, recordEnd);
      }
    }
    const contentEnd =
      buffer[recordEnd - 1] === CARRIAGE_RETURN && recordEnd - 1 > start
        ? recordEnd - 1
        : recordEnd;
    this.#onRecord(String.fromCharCode(letter), buffer, start, contentEnd);
    return this.clock.isPast ? -1 : recordEnd + 1;
  }

  recording(): Recording {
    const { pageBytes, systemPages } = this;
    return {
      heaptrackVersion:
        this.heaptrackVersion === undefined ? undefined : versionText(this.heaptrackVersion),
      fileVersion: this.fileVersion,
      debuggee: this.debuggee,
      pageBytes,
      systemBytes:
        pageBytes === undefined || systemPages === undefined ? undefined : pageBytes * systemPages,
      attached: this.attached,
      suppressions: this.suppressions,
    };
  }

  #onRecord(letter: string, buffer: Uint8Array, start: number, end: number): void {
    if (letter === '+' || letter === '-') {
      this.#onOddEvent(letter, buffer, start, end);
      return;
    }
    const fields = new Fields(buffer, start, end);
    const isValid = this.#onTableRecord(letter, fields, buffer, start, end);
    if (isValid === false) {
      const message = `the ${letter} record cannot be read`;
      this.#report('heaptrack/malformed-record', message, buffer, start, end);
    }
    this.#records++;
  }

  /** @returns false when the record is damaged. */
  #onTableRecord(
    letter: string,
    fields: Fields,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    switch (letter) {
      case 't':
        return this.#onTrace(fields);
      case 'a':
        return this.#onInfo(fields);
      case 'i':
        return this.#onIp(fields);
      case 's':
        this.tables.strings.push(this.#string(buffer, start, end));
        return true;
      case 'c':
        return this.#onClock(fields, buffer, start, end);
      case 'R': {
        const pages = fields.hex();
        if (pages === undefined) return false;
        this.#onResident(pages);
        return true;
      }
      case 'v':
        return this.#onVersion(fields);
      case 'X':
        this.debuggee = text(buffer, start + 2, end);
        return true;
      case 'I':
        this.pageBytes = fields.hex();
        this.systemPages = fields.hex();
        return this.systemPages !== undefined;
      case 'S':
        this.suppressions.push(this.#string(buffer, start, end));
        return true;
      case 'A':
        this.attached = true;
        return true;
      case '#':
        this.#onComment(text(buffer, start, end));
        return true;
      case 'x':
      case 'm':
        this.refusal = 'raw';
        return true;
      case '\n':
      case '\r':
        return true;
      default:
        this.#report('heaptrack/unknown-record', 'no such record is known', buffer, start, end);
        return true;
    }
  }

  /** An event that the scanner refused: damaged, past the table, or with a carriage return. */
  #onOddEvent(letter: '+' | '-', buffer: Uint8Array, start: number, end: number): void {
    const fields = new Fields(buffer, start, end);
    const index = fields.hex();
    if (index !== undefined && fields.atEnd && index < this.scanner.infoCount) {
      this.scanner.apply(letter, index);
      return;
    }
    if (index !== undefined && fields.atEnd) {
      const message = `the event names allocation info ${index}, there are ${this.scanner.infoCount}`;
      this.#report('heaptrack/index-out-of-range', message, buffer, start, end);
    } else {
      const message = 'the event cannot be read';
      this.#report('heaptrack/malformed-record', message, buffer, start, end);
    }
    this.#records++;
  }

  #onTrace(fields: Fields): boolean {
    const ip = fields.hex();
    const parent = fields.hex();
    const isKnown =
      ip !== undefined &&
      parent !== undefined &&
      ip < this.tables.ipCount &&
      parent < this.tables.traceCount;
    this.onTrace(isKnown ? ip : 0, isKnown ? parent : 0);
    return isKnown;
  }

  #onInfo(fields: Fields): boolean {
    const size = fields.hex();
    const trace = fields.hex();
    const isKnown = size !== undefined && trace !== undefined && trace < this.tables.traceCount;
    this.scanner.addInfo(size ?? 0, isKnown ? trace : 0);
    return isKnown;
  }

  /** `i ADDRESS MODULE [FUNCTION [FILE LINE [FUNCTION FILE LINE]…]]`, innermost function first. */
  #onIp(fields: Fields): boolean {
    const address = fields.hex();
    const module = this.#stringIndex(fields);
    this.tables.addIp(address ?? 0, module ?? 0);
    this.scanner.ipCount = this.tables.ipCount;
    let isValid = address !== undefined && module !== undefined;
    while (!fields.atEnd) {
      const name = this.#stringIndex(fields);
      const hasPosition = !fields.atEnd;
      const file = hasPosition ? this.#stringIndex(fields) : 0;
      const line = hasPosition ? fields.hex() : 0;
      if (name === undefined || file === undefined || line === undefined) isValid = false;
      else this.tables.addFrame(name, file, line);
    }
    return isValid;
  }

  #onClock(fields: Fields, buffer: Uint8Array, start: number, end: number): boolean {
    const time = fields.hex();
    if (time === undefined) return false;
    if (time < this.scanner.time) {
      const message = `the clock goes back from ${this.scanner.time} ms to ${time} ms`;
      this.#report('heaptrack/clock-goes-back', message, buffer, start, end);
    } else this.clock.advance(time);
    return true;
  }

  #onResident(pages: number): void {
    if (!this.clock.isInWindow) return;
    this.peakResidentPages = Math.max(this.peakResidentPages ?? 0, pages);
    if (this.pageBytes !== undefined) this.clock.setResident(pages * this.pageBytes);
  }

  #onVersion(fields: Fields): boolean {
    this.heaptrackVersion = fields.hex();
    if (this.heaptrackVersion === undefined) return false;
    const stated = fields.atEnd ? undefined : fields.hex();
    this.fileVersion = stated ?? (this.heaptrackVersion === VERSION_1_2_0 ? 1 : 0);
    if (this.fileVersion < OLDEST_VERSION || this.fileVersion > NEWEST_VERSION) {
      this.refusal = 'version';
    }
    return true;
  }

  #onComment(comment: string): void {
    const match = /^# (strings|ips): (\d+)$/.exec(comment);
    if (match) this.trailer[match[1] as 'strings' | 'ips'] = Number(match[2]);
  }

  /** @returns undefined for an index past the table. */
  #stringIndex(fields: Fields): number | undefined {
    const index = fields.hex();
    return index !== undefined && index < this.tables.strings.length ? index : undefined;
  }

  /** The string of an `s` or `S` record, in the form of the file's version. */
  #string(buffer: Uint8Array, start: number, end: number): string {
    if (this.fileVersion < SIZED_STRINGS) return text(buffer, start + 2, end);
    const fields = new Fields(buffer, start, end);
    const length = fields.hex();
    // `S` was written without a size by development builds of 1.3.
    if (length === undefined) return text(buffer, start + 2, end);
    return text(buffer, fields.position, Math.min(end, fields.position + length));
  }

  #report(
    code: Parameters<Diagnostics['report']>[0],
    message: string,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    const shown = text(buffer, start, Math.min(end, start + 200));
    this.#diagnostics.report(code, message, { line: this.line, text: shown });
  }
}

/** Where the text of a sized string ends; undefined when it has no size. */
function sizedStringEnd(buffer: Uint8Array, start: number, lineEnd: number): number | undefined {
  const fields = new Fields(buffer, start, lineEnd);
  const length = fields.hex();
  return length === undefined ? undefined : fields.position + length;
}

function countNewlines(buffer: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = buffer.indexOf(10, start); at !== -1 && at < end; at = buffer.indexOf(10, at + 1)) {
    count++;
  }
  return count;
}

/** `10400` is 1.4.0; the parts are bytes, so development builds such as 0x10250 are 1.2.80. */
function versionText(version: number): string {
  return `${version >> 16}.${(version >> 8) & 0xff}.${version & 0xff}`;
}
