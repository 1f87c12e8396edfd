import type { Recording } from '../../model/heap-profile.ts';
import { parseWhole } from '../../model/whole-number.ts';
import type { Fields } from './fields.ts';

/** heaptrack 1.2.0 wrote its version without a format version; it means 1. */
const VERSION_1_2_0 = 0x10200;

const MAX_UNSIGNED = 0xffffffff;

/** The file version of a `v` record. */
export function fileVersionOf(heaptrackVersion: number, stated: number | undefined): number {
  return stated ?? (heaptrackVersion === VERSION_1_2_0 ? 1 : 0);
}

/** What a recording says about itself: `v`, `X`, `I`, `A`, `S` and `#`. */
export class RecordingHeader {
  /** As it stands in the file, a number. */
  heaptrackVersion: number | undefined;
  /** Recordings from before there was a `v` are of version 0. */
  fileVersion = 0;
  debuggee: string | undefined;
  pageBytes: number | undefined;
  #systemPages: number | undefined;
  attached = false;
  readonly suppressions: string[] = [];
  /** What its last lines say that it holds, for the check that it is whole. */
  readonly trailer: { strings?: number; ips?: number } = {};

  /** @returns false when the record is damaged. */
  readVersion(fields: Fields): boolean {
    const version = readInt(fields);
    const isStated = !fields.atEnd;
    const stated = isStated ? readInt(fields) : undefined;
    if (version === undefined || (isStated && stated === undefined)) return false;
    this.heaptrackVersion = version;
    this.fileVersion = fileVersionOf(version, stated);
    return true;
  }

  /** @returns false when the record is damaged. */
  readMachine(fields: Fields): boolean {
    const [pageBytes, systemPages] = [fields.hex(), fields.hex()];
    if (pageBytes === undefined || systemPages === undefined) return false;
    if (!Number.isSafeInteger(pageBytes * systemPages)) return false;
    this.pageBytes = pageBytes;
    this.#systemPages = systemPages;
    return true;
  }

  /** `# strings: 120`; other comments say nothing. @returns false when the record is damaged. */
  readComment(comment: string): boolean {
    const [, name, digits] = /^# (strings|ips): (\d+)$/.exec(comment) ?? [];
    if (digits === undefined) return true;
    const count = parseWhole(digits);
    if (count === undefined) return false;
    this.trailer[name as 'strings' | 'ips'] = count;
    return true;
  }

  recording(): Recording {
    const { heaptrackVersion, fileVersion, debuggee, pageBytes, attached, suppressions } = this;
    const systemPages = this.#systemPages;
    return {
      recorder: {
        tool: 'heaptrack',
        version: heaptrackVersion === undefined ? undefined : versionText(heaptrackVersion),
        tellsBlocksWith: 'heaptrack --raw',
      },
      fileVersion,
      debuggee,
      pageBytes,
      systemBytes:
        pageBytes === undefined || systemPages === undefined ? undefined : pageBytes * systemPages,
      attached,
      suppressions,
    };
  }
}

function readInt(fields: Fields): number | undefined {
  const value = fields.hex();
  return value !== undefined && value <= MAX_UNSIGNED ? value : undefined;
}

/** `10400` is 1.4.0; the parts are bytes, so development builds such as 0x10250 are 1.2.80. */
function versionText(version: number): string {
  return `${version >>> 16}.${(version >> 8) & 0xff}.${version & 0xff}`;
}
