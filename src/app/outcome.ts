import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { Ingested, IngestRequest } from '../ingest/ingest.ts';
import type { Artifact } from '../model/artifact.ts';
import type { CaptureInfo } from '../model/capture-info.ts';

/** How a capture is read; who asks for it shows the progress. */
export type Ingest = <Kind extends Artifact['kind']>(
  request: IngestRequest<Kind>,
) => Promise<Ingested<Kind>>;

/** What was asked for, or why there is none of it. */
export interface Outcome<Result> {
  /** The capture that the result is of, where it is one. */
  readonly info: CaptureInfo | undefined;
  readonly result: Result | undefined;
  /** Of all captures that were read, those of the result's own first. */
  readonly diagnostics: readonly Diagnostics[];
}
