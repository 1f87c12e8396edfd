import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { float64Column, uint32Column } from '../../model/columns.ts';
import type { JsonReader } from '../json-bytes.ts';

/** Figures of a point, by the name of its field; what older files call them stands behind. */
const FIGURES = {
  tb: 'tb',
  tbk: 'tbk',
  tl: 'tl',
  tli: 'tl',
  gb: 'gb',
  gbk: 'gbk',
  eb: 'eb',
  fb: 'eb',
  ebk: 'ebk',
  fbk: 'ebk',
  rb: 'rb',
  wb: 'wb',
} as const;

export type Figure = (typeof FIGURES)[keyof typeof FIGURES];

const FIGURE_NAMES = [...new Set(Object.values(FIGURES))];

const figureOf = new Map<string, Figure>(Object.entries(FIGURES));

/** Those that every point has, and those that it has where the header says so. */
const ALWAYS: readonly Figure[] = ['tb', 'tbk'];
const WITH_LIVES: readonly Figure[] = ['tl', 'gb', 'gbk', 'eb', 'ebk'];
const WITH_ACCESSES: readonly Figure[] = ['rb', 'wb'];

/** Sums of times may be larger than a double counts exactly: averages of them stay right. */
const TIMES: readonly Figure[] = ['tl'];

/** valgrind counts accesses in blocks of at most 1024 bytes, 25600 where the program asks for it. */
const MOST_ACCESSES = 65536;

/** What stands at the top of the document. */
export interface DhatHeader {
  dhatFileVersion?: number;
  mode?: string;
  bklt?: boolean;
  bkacc?: boolean;
  bsu?: string;
  bksu?: string;
  tu?: string;
  tuth?: number;
  cmd?: string;
  te?: number;
  tg?: number;
}

/** What version 1 called times of its header. */
const OLD_HEADER: Readonly<Record<string, keyof DhatHeader>> = { mi: 'tg', ei: 'te' };

const HEADER: Readonly<Record<string, 'number' | 'string' | 'boolean'>> = {
  dhatFileVersion: 'number',
  mode: 'string',
  bklt: 'boolean',
  bkacc: 'boolean',
  bsu: 'string',
  bksu: 'string',
  tu: 'string',
  tuth: 'number',
  cmd: 'string',
  te: 'number',
  tg: 'number',
};

/** Where in the document the next value stands. */
type Place = 'top' | 'points' | 'point' | 'frames' | 'accesses' | 'texts' | 'elsewhere';

/** The places below each, by the name of the field; a list's own elements have none. */
const BELOW: Readonly<Partial<Record<Place, Readonly<Record<string, Place>>>>> = {
  top: { pps: 'points', aps: 'points', ftbl: 'texts' },
  points: { '': 'point' },
  point: { fs: 'frames', acc: 'accesses' },
};

/** Takes a document of DHAT apart: header, points and frame texts, each as soon as it is whole. */
export class DhatReader implements JsonReader {
  readonly header: DhatHeader = {};
  readonly frameTexts: string[] = [];
  readonly figures = Object.fromEntries(
    FIGURE_NAMES.map((name) => [name, float64Column()]),
  ) as Record<Figure, ReturnType<typeof float64Column>>;
  /** The frames of a point are those from `frameStart[point]` to `frameStart[point + 1]`. */
  readonly frames = uint32Column();
  readonly frameStart = uint32Column();
  /** Access counts by point, in run lengths as they stand in the file. */
  readonly accesses = new Map<number, readonly number[]>();
  pointCount = 0;
  /** Points that could not be read. */
  malformed = 0;
  /** Elements of the list of points, read or not. */
  #points = 0;

  readonly #diagnostics: Diagnostics;
  readonly #places: Place[] = [];
  #key = '';
  #point = new Map<Figure, number>();
  #pointFrames: number[] = [];
  #pointAccesses: number[] = [];
  #hasFrames = false;
  /** What is wrong with the point that is being read. */
  #wrong: string | undefined;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
    this.frameStart.push(0);
  }

  /** A point was begun and not ended. */
  get isInPoint(): boolean {
    return this.#places.includes('point');
  }

  onOpen(kind: 'object' | 'array'): void {
    const above = this.#places.at(-1);
    const place = above === undefined ? 'top' : (BELOW[above]?.[this.#key] ?? 'elsewhere');
    const isObject = place === 'top' || place === 'point';
    const isKind = place === 'elsewhere' || isObject === (kind === 'object');
    if (!isKind && (above === 'point' || above === 'points'))
      this.#refuse(`${this.#key || 'it'} is no ${isObject ? 'object' : 'list'}`);
    this.#places.push(isKind ? place : 'elsewhere');
    if (place === 'point' && isKind) this.#beginPoint();
    if (place === 'frames' && isKind) this.#hasFrames = true;
    this.#key = '';
  }

  onClose(): void {
    const place = this.#places.pop();
    if (place === 'point') this.#endPoint();
    this.#key = '';
  }

  onKey(name: string): void {
    this.#key = name;
  }

  onNumber(value: number): void {
    switch (this.#places.at(-1)) {
      case 'frames':
        if (isIndex(value)) this.#pointFrames.push(value);
        else this.#refuse(`${shown(value)} in fs is no index of a frame`);
        return;
      case 'accesses':
        this.#pointAccesses.push(value);
        return;
      case 'point':
        this.#figure(value);
        return;
      case 'top':
        this.#field(value);
        return;
      case 'texts':
        this.frameTexts.push('');
        return;
      case 'points':
        this.#beginPoint();
        this.#refuse('it is no object');
        this.#endPoint();
    }
  }

  onString(text: string): void {
    switch (this.#places.at(-1)) {
      case 'texts':
        this.frameTexts.push(text);
        return;
      case 'top':
        this.#field(text);
        return;
      default:
        this.#other();
    }
  }

  onLiteral(value: boolean | null): void {
    if (this.#places.at(-1) === 'top') this.#field(value);
    else this.#other();
  }

  /** A value that is no number where one belongs. */
  #other(): void {
    const place = this.#places.at(-1);
    if (place === 'point' && figureOf.has(this.#key)) this.#refuse(`${this.#key} is no number`);
    else if (place === 'frames') this.#refuse('an element of fs is no index of a frame');
    else if (place === 'accesses') this.#pointAccesses.push(Number.NaN);
    else if (place === 'points') this.onNumber(Number.NaN);
    else if (place === 'texts') this.frameTexts.push('');
  }

  #field(value: number | string | boolean | null): void {
    const name = OLD_HEADER[this.#key] ?? this.#key;
    const kind = Object.hasOwn(HEADER, name) ? HEADER[name] : undefined;
    if (kind === undefined) return;
    if (typeof value === kind) Object.assign(this.header, { [name]: value });
    else if (value !== null) {
      const message = `${name} is no ${kind}, and was left out`;
      this.#diagnostics.report('dhat/unexpected-value', message);
    }
  }

  #beginPoint(): void {
    this.#points++;
    this.#point = new Map();
    this.#pointFrames = [];
    this.#pointAccesses = [];
    this.#hasFrames = false;
    this.#wrong = undefined;
  }

  #figure(value: number): void {
    const figure = figureOf.get(this.#key);
    if (figure === undefined) return;
    const isKnown = TIMES.includes(figure) ? Number.isInteger(value) : Number.isSafeInteger(value);
    if (isKnown && value >= 0) this.#point.set(figure, value);
    else this.#refuse(`${this.#key} is ${shown(value)}, and no count`);
  }

  #refuse(why: string): void {
    this.#wrong ??= why;
  }

  #endPoint(): void {
    const { bklt, bkacc, dhatFileVersion } = this.header;
    const isOld = dhatFileVersion === 1;
    const needed = [
      ...ALWAYS,
      ...((bklt ?? isOld) ? WITH_LIVES : []),
      ...((bkacc ?? isOld) ? WITH_ACCESSES : []),
    ];
    const missing = needed.find((figure) => !this.#point.has(figure));
    if (missing !== undefined) this.#refuse(`it has no ${missing}`);
    if (!this.#hasFrames) this.#refuse('it has no fs');
    if (this.#wrong !== undefined) {
      this.malformed++;
      const message = `point ${this.#points} cannot be read: ${this.#wrong}`;
      this.#diagnostics.report('dhat/malformed-point', message);
      return;
    }
    for (const name of FIGURE_NAMES) this.figures[name].push(this.#point.get(name) ?? Number.NaN);
    for (const frame of this.#pointFrames) this.frames.push(frame);
    this.frameStart.push(this.frames.length);
    if (this.#pointAccesses.length > 0) this.accesses.set(this.pointCount, this.#pointAccesses);
    this.pointCount++;
  }
}

/** A number of hundreds of digits is none. */
const shown = (value: number): string => (Number.isFinite(value) ? `${value}` : 'too large');

const isIndex = (value: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= 0xffffffff;

/**
 * Access counts by byte of a block, from run lengths: `-3, 4` stands for 4, 4, 4.
 *
 * @returns undefined where they are none.
 */
export function expandAccesses(runs: readonly number[]): Float64Array | undefined {
  const counts: number[] = [];
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i]! < 0 ? -runs[i++]! : 1;
    const value = runs[i];
    if (value === undefined || !Number.isSafeInteger(value) || value < 0) return undefined;
    if (!Number.isSafeInteger(run) || counts.length + run > MOST_ACCESSES) return undefined;
    for (let n = 0; n < run; n++) counts.push(value);
  }
  return Float64Array.from(counts);
}
