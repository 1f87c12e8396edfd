import type { Recording } from '../../model/allocation-profile.ts';
import type { Fields } from './fields.ts';

/** heaptrack 1.2.0 wrote its version without a format version; it means 1. */
const VERSION_1_2_0 = 0x10200;

/** The file version of a `v` record. */
export function fileVersionOf(heaptrackVersion: number, stated: number | undefined): number {
  return stated ?? (heaptrackVersion === VERSION_1_2_0 ? 1 : 0);
}

/** What a recording says about itself: `v`, `X`, `I`, `A` and `S`. */
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

  /** @returns false when the record is damaged. */
  readVersion(fields: Fields): boolean {
    this.heaptrackVersion = fields.hex();
    if (this.heaptrackVersion === undefined) return false;
    const stated = fields.atEnd ? undefined : fields.hex();
    this.fileVersion = fileVersionOf(this.heaptrackVersion, stated);
    return true;
  }

  /** @returns false when the record is damaged. */
  readMachine(fields: Fields): boolean {
    this.pageBytes = fields.hex();
    this.#systemPages = fields.hex();
    return this.#systemPages !== undefined;
  }

  recording(): Recording {
    const { heaptrackVersion, fileVersion, debuggee, pageBytes, attached, suppressions } = this;
    const systemPages = this.#systemPages;
    return {
      heaptrackVersion: heaptrackVersion === undefined ? undefined : versionText(heaptrackVersion),
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

/** `10400` is 1.4.0; the parts are bytes, so development builds such as 0x10250 are 1.2.80. */
function versionText(version: number): string {
  return `${version >> 16}.${(version >> 8) & 0xff}.${version & 0xff}`;
}
