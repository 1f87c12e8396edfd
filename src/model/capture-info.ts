import type { Bytes } from './bytes.ts';

/** What is known of the file that a result came from. */
export interface CaptureInfo {
  /** As the user named it. */
  readonly name: string;
  /** Size on disk; undefined for pipes and live processes. */
  readonly sizeBytes: Bytes | undefined;
  readonly compression: string;
  /** Id of the format as which it was read. */
  readonly format: string;
}
