import type { Artifact } from './artifact.ts';
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

/** A capture as the story names it. */
export interface NamedCapture {
  readonly name: string;
  /** The id of its format. */
  readonly format: string;
  readonly kind: Artifact['kind'];
  /** Of several logs, and of several recordings, the story is about the first. */
  readonly isTold: boolean;
}

/** A line of a capture. */
export interface CaptureLine {
  /** The capture as the user named it. */
  readonly file: string;
  readonly line: number;
}
