import type { DiagnosticCode } from '../../diagnostics/codes.ts';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { type LineRunHandler, MAX_LINE_BYTES } from '../../input/line-chunker.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { HeapRequest } from '../../model/heap-profile.ts';
import type { Accounts, RecordHandler, RecordScanner } from './accounts.ts';
import { readCodeAddress } from './code-address.ts';
import { Fields } from './fields.ts';
import { PointerAccounts } from './pointer-accounts.ts';
import { PointerScanner } from './pointer-scanner.ts';
import { RawTables } from './raw-tables.ts';
import { countNewlines, moduleFields, recordString, stringRecordEnd, text } from './record-text.ts';
import { RecordingHeader } from './recording-header.ts';
import type { RecordingKind } from './recording-kind.ts';
import { EventScanner } from './scanner.ts';
import { Tables } from './tables.ts';
import { ClockWatch } from './time-window.ts';

/** The newest file format version that is read here, as of heaptrack 1.5. */
export const NEWEST_VERSION = 3;

/** Linux has no longer paths, and a suppression is a line. */
const MOST_PATH_BYTES = 8192;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/**
 * All records of a recording that are no plain events: header, tables, clock.
 *
 * Damaged records are reported and left out; what they define is left out with them, so that the
 * tables keep the numbering of the file, an empty entry takes the place.
 */
export class RecordReader implements RecordHandler, LineRunHandler {
  readonly header = new RecordingHeader();
  readonly scanner: RecordScanner;
  readonly accounts: Accounts;
  readonly tables = new Tables();
  /** Only of raw recordings: what stands behind `tables`, which then lack all names. */
  readonly rawTables: RawTables | undefined;
  readonly clock: ClockWatch;
  /** Bytes; undefined without samples, or where the page size is not known. */
  peakResident: Bytes | undefined;

  /**
   * Why nothing more of it is read: a version that nobody knew when this was written, another recording
   * behind it (`cat first.zst second.zst`), or damage, which what follows cannot be told from.
   */
  ending: 'version' | 'second-recording' | 'damage' | undefined;

  readonly #diagnostics: Diagnostics;
  /** Records that the scanner did not take, for line numbers. */
  #records = 0;
  /** Newlines inside sized strings, for the same. */
  #extraLines = 0;
  /** Of the last stamp of the clock or resident size. */
  #clockLine = 0;
  readonly #infos: EventScanner | undefined;
  readonly #stopsAtDamage: boolean;

  /** @param memory where the recording's bytes lie, if that is a WebAssembly memory. */
  constructor(
    kind: RecordingKind,
    diagnostics: Diagnostics,
    memory: WebAssembly.Memory | undefined,
    request: HeapRequest,
  ) {
    this.#diagnostics = diagnostics;
    this.#stopsAtDamage = request.stopAtDamage ?? false;
    const wantsSteps = request.growthSteps ?? false;
    if (kind === 'infos') {
      this.#infos = new EventScanner(this, memory, wantsSteps);
      this.scanner = this.#infos;
      this.accounts = this.#infos;
    } else {
      const accounts = new PointerAccounts(wantsSteps);
      this.scanner = new PointerScanner(this, accounts);
      this.accounts = accounts;
    }
    this.rawTables = kind === 'raw' ? new RawTables(this.tables) : undefined;
    this.clock = new ClockWatch(this.accounts, this.tables, request);
  }

  /** The line of the next record. */
  get line(): number {
    return this.scanner.lines + this.#records + this.#extraLines + 1;
  }

  /** The recorder's last records are the clock and the resident size. */
  get endsWithClock(): boolean {
    return this.#clockLine > 0 && this.#clockLine === this.line - 1;
  }

  /** Nothing more is to be read. */
  get isDone(): boolean {
    return this.ending !== undefined || this.clock.isPast;
  }

  onLines(buffer: Uint8Array, start: number, end: number): number {
    return this.isDone ? end : this.scanner.scan(buffer, start, end);
  }

  onCut(): void {
    const message = 'the record is too long';
    this.#diagnostics.report('input/line-too-long', message, { line: this.line });
  }

  onTrace(ip: number, parent: number): void {
    this.tables.addTrace(ip, parent);
    this.accounts.traceCount = this.tables.traceCount;
  }

  onRecord(buffer: Uint8Array, start: number, end: number): number {
    const lineEnd = buffer.indexOf(NEWLINE, start);
    const letter = String.fromCharCode(buffer[start]!);
    const mostBytes = this.rawTables ? MOST_PATH_BYTES : MAX_LINE_BYTES;
    const isString = (this.rawTables ? 'Sxm' : 'Ss').includes(letter);
    const recordEnd = isString
      ? stringRecordEnd(buffer, start, lineEnd, end, this.header.fileVersion, mostBytes)
      : lineEnd;
    if (recordEnd === undefined) return -1;
    if (recordEnd > lineEnd) this.#extraLines += countNewlines(buffer, start, recordEnd);
    const contentEnd =
      buffer[recordEnd - 1] === CARRIAGE_RETURN && recordEnd - 1 > start
        ? recordEnd - 1
        : recordEnd;
    if (this.#isSecondStart(letter)) {
      const message = 'a second recording begins here';
      this.#report('heaptrack/second-recording', message, buffer, start, contentEnd);
      this.ending = 'second-recording';
      return -1;
    }
    this.#onRecord(letter, buffer, start, contentEnd);
    return this.isDone ? -1 : recordEnd + 1;
  }

  /** Each recording has one version and one command. */
  #isSecondStart(letter: string): boolean {
    const { heaptrackVersion, debuggee } = this.header;
    if (letter === 'v') return this.#records > 0 && heaptrackVersion !== undefined;
    return letter === 'X' && debuggee !== undefined;
  }

  #onRecord(letter: string, buffer: Uint8Array, start: number, end: number): void {
    if (letter === '+' || letter === '-') {
      this.#onOddEvent(letter, buffer, start, end);
      return;
    }
    const fields = new Fields(buffer, start, end);
    const isValid =
      this.#onHeader(letter, fields, buffer, start, end) ??
      (this.rawTables
        ? this.#onRawRecord(this.rawTables, letter, fields, buffer, start, end)
        : this.#onTableRecord(letter, fields, buffer, start, end));
    if (isValid === undefined) {
      const code = this.#unreadable('heaptrack/unknown-record');
      this.#report(code, 'no such record is known', buffer, start, end);
    } else if (!isValid) {
      const message = `the ${letter} record cannot be read`;
      const code = this.#unreadable('heaptrack/malformed-record');
      this.#report(code, message, buffer, start, end);
    }
    this.#records++;
  }

  /**
   * Records that all kinds of recordings have.
   *
   * @returns false when the record is damaged, undefined when it is no such record.
   */
  #onHeader(
    letter: string,
    fields: Fields,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): boolean | undefined {
    const { header } = this;
    switch (letter) {
      case 'c':
        return this.#onClock(fields, buffer, start, end);
      case 'R':
        return this.#onResident(fields);
      case 'v':
        if (!header.readVersion(fields)) return false;
        if (header.fileVersion > NEWEST_VERSION) this.ending = 'version';
        return true;
      case 'X':
        header.debuggee = text(buffer, start + 2, end);
        return true;
      case 'I':
        return header.readMachine(fields);
      case 'S':
        // Development builds of 1.3 wrote it without a size.
        header.suppressions.push(recordString(buffer, start, end, header.fileVersion).text);
        return true;
      case 'A':
        header.attached = true;
        return true;
      case '#':
        return header.readComment(text(buffer, start, end));
      case '\n':
      case '\r':
        return true;
      default:
        return undefined;
    }
  }

  /** The tables of an interpreted recording; what is returned is as above. */
  #onTableRecord(
    letter: string,
    fields: Fields,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): boolean | undefined {
    switch (letter) {
      case 't':
        return this.#onTrace(fields);
      case 'a':
        return this.#infos && this.#onInfo(this.#infos, fields);
      case 'i': {
        const isValid = readCodeAddress(fields, this.tables);
        this.scanner.ipCount = this.tables.ipCount;
        return isValid;
      }
      case 's': {
        const string = recordString(buffer, start, end, this.header.fileVersion);
        this.tables.strings.push(string.text);
        return string.isWhole;
      }
      default:
        return undefined;
    }
  }

  /** The tables of a raw one. */
  #onRawRecord(
    tables: RawTables,
    letter: string,
    fields: Fields,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): boolean | undefined {
    const { fileVersion } = this.header;
    switch (letter) {
      case 't': {
        const address = fields.address();
        const parent = fields.index();
        const isKnown =
          address !== undefined && parent !== undefined && parent < this.tables.traceCount;
        tables.addTrace(isKnown ? address : { high: 0, low: 0 }, isKnown ? parent : 0);
        this.accounts.traceCount = this.tables.traceCount;
        return isKnown;
      }
      case 'm': {
        const module = moduleFields(buffer, start, end, fileVersion);
        if (module === undefined) return false;
        return tables.addModule(module.path, module.numbers, buffer.slice(start, end));
      }
      case 'x': {
        const path = recordString(buffer, start, end, fileVersion);
        tables.setProgram(path.text, buffer.slice(start, end));
        return path.isWhole;
      }
      default:
        return undefined;
    }
  }

  /** An event that the scanner refused: damaged, past the table, or with a carriage return. */
  #onOddEvent(letter: '+' | '-', buffer: Uint8Array, start: number, end: number): void {
    const problem = this.scanner.takeEvent(letter, new Fields(buffer, start, end));
    if (problem === undefined) return;
    this.#report(this.#unreadable(problem.code), problem.message, buffer, start, end);
    this.#records++;
  }

  /** What a record that cannot be read is; nothing behind it counts where the bytes are damaged. */
  #unreadable(code: DiagnosticCode): DiagnosticCode {
    if (!this.#stopsAtDamage) return code;
    this.ending = 'damage';
    return 'heaptrack/damaged';
  }

  #onTrace(fields: Fields): boolean {
    const ip = fields.index();
    const parent = fields.index();
    const isKnown =
      ip !== undefined &&
      parent !== undefined &&
      ip < this.tables.ipCount &&
      parent < this.tables.traceCount;
    this.onTrace(isKnown ? ip : 0, isKnown ? parent : 0);
    return isKnown;
  }

  #onInfo(scanner: EventScanner, fields: Fields): boolean {
    const size = fields.hex();
    const trace = fields.index();
    const isKnown = size !== undefined && trace !== undefined && trace < this.tables.traceCount;
    scanner.addInfo(size ?? 0, isKnown ? trace : 0);
    return isKnown;
  }

  #onClock(fields: Fields, buffer: Uint8Array, start: number, end: number): boolean {
    const time = fields.hex();
    if (time === undefined) return false;
    this.#clockLine = this.line;
    if (time < this.accounts.time) {
      const message = `the clock goes back from ${this.accounts.time} ms to ${time} ms`;
      this.#report('heaptrack/clock-goes-back', message, buffer, start, end);
    } else this.clock.advance(time);
    return true;
  }

  #onResident(fields: Fields): boolean {
    const pages = fields.hex();
    const { pageBytes } = this.header;
    const bytes = pages === undefined ? undefined : pages * (pageBytes ?? 1);
    if (bytes === undefined || !Number.isSafeInteger(bytes)) return false;
    this.#clockLine = this.line;
    if (!this.clock.isInWindow || pageBytes === undefined) return true;
    this.peakResident = Math.max(this.peakResident ?? 0, bytes);
    this.clock.setResident(bytes);
    return true;
  }

  #report(
    code: DiagnosticCode,
    message: string,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    const shown = text(buffer, start, Math.min(end, start + 200));
    this.#diagnostics.report(code, message, { line: this.line, text: shown });
  }
}
