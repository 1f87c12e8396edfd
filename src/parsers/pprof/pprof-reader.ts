import { float64Column, uint32Column } from '../../model/columns.ts';
import { addNumbers, visitFields } from './wire.ts';

/** Fields of a message by their numbers, in https://github.com/google/pprof/blob/main/proto/profile.proto. */
const PROFILE = {
  sampleType: 1,
  sample: 2,
  mapping: 3,
  location: 4,
  function: 5,
  string: 6,
  duration: 10,
  period: 12,
  comment: 13,
} as const;

/** Numbers of texts. */
interface CodeFunction {
  readonly name: number;
  readonly file: number;
}

interface CodeMapping {
  readonly start: number;
  readonly offset: number;
  readonly file: number;
}

/** Code at an address; its functions stand innermost first. */
export interface CodeLocation {
  readonly mapping: number;
  readonly address: number;
  readonly lines: readonly { readonly function: number; readonly line: number }[];
}

/** Takes a profile apart: its tables by the ids of the file, and its samples. */
export class PprofReader {
  readonly texts: string[] = [];
  readonly types: { readonly type: number; readonly unit: number }[] = [];
  readonly functions = new Map<number, CodeFunction>();
  readonly mappings = new Map<number, CodeMapping>();
  readonly locations = new Map<number, CodeLocation>();
  readonly comments: number[] = [];
  duration = 0;
  period = 0;
  /** Locations of a sample are those from `locationStart[sample]` to `locationStart[sample + 1]`. */
  readonly sampleLocations = float64Column();
  readonly locationStart = uint32Column();
  /** As many for each sample as there are types. */
  readonly values = float64Column();
  sampleCount = 0;
  malformed = 0;

  constructor() {
    this.locationStart.push(0);
  }

  /** @returns how many bytes are whole fields. */
  read(bytes: Uint8Array): number {
    const samples: Uint8Array[] = [];
    const end = visitFields(bytes, (field, value, message) => {
      if (field === PROFILE.duration) this.duration = value;
      else if (field === PROFILE.period) this.period = value;
      else if (field === PROFILE.comment) addNumbers(this.comments, value, message);
      else if (message === undefined) return;
      else if (field === PROFILE.sample) samples.push(message);
      else this.#table(field, message);
    });
    // How many values a sample has is known when all types are.
    for (const sample of samples) this.#sample(sample);
    return end;
  }

  text(index: number): string {
    return this.texts[index] ?? '';
  }

  #table(field: number, bytes: Uint8Array): void {
    switch (field) {
      case PROFILE.string:
        this.texts.push(utf8(bytes));
        return;
      case PROFILE.sampleType: {
        const [type, unit] = numbers(bytes, 1, 2);
        this.types.push({ type: type!, unit: unit! });
        return;
      }
      case PROFILE.mapping: {
        const [id, start, offset, file] = numbers(bytes, 1, 2, 4, 5);
        this.mappings.set(id!, { start: start!, offset: offset!, file: file! });
        return;
      }
      case PROFILE.function: {
        const [id, name, system, file] = numbers(bytes, 1, 2, 3, 4);
        this.functions.set(id!, { name: name! || system!, file: file! });
        return;
      }
      case PROFILE.location:
        this.#location(bytes);
    }
  }

  #location(bytes: Uint8Array): void {
    const [id, mapping, address] = numbers(bytes, 1, 2, 3);
    const lines: { function: number; line: number }[] = [];
    visitFields(bytes, (field, _value, message) => {
      if (field !== 4 || message === undefined) return;
      const [name, line] = numbers(message, 1, 2);
      lines.push({ function: name!, line: line! });
    });
    this.locations.set(id!, { mapping: mapping!, address: address!, lines });
  }

  /** One whose values are no counts is left out: differences of profiles have negative ones. */
  #sample(bytes: Uint8Array): void {
    const locations: number[] = [];
    const values: number[] = [];
    visitFields(bytes, (field, value, message) => {
      if (field === 1) addNumbers(locations, value, message);
      else if (field === 2) addNumbers(values, value, message);
    });
    const isWhole = values.length === this.types.length;
    if (!isWhole || !values.every((value) => Number.isSafeInteger(value) && value >= 0)) {
      this.malformed++;
      return;
    }
    for (const location of locations) this.sampleLocations.push(location);
    this.locationStart.push(this.sampleLocations.length);
    for (const value of values) this.values.push(value);
    this.sampleCount++;
  }
}

/** Numbers of a message, by their fields; 0 for those that are not there. */
function numbers(bytes: Uint8Array, ...fields: readonly number[]): number[] {
  const found = fields.map(() => 0);
  visitFields(bytes, (field, value) => {
    const at = fields.indexOf(field);
    if (at !== -1) found[at] = value;
  });
  return found;
}

const utf8 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
