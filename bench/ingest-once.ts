import type { Ingest } from '../src/app/outcome.ts';
import { type Ingested, type IngestRequest, ingest } from '../src/ingest/ingest.ts';
import type { Artifact } from '../src/model/artifact.ts';

const once = new Map<unknown, Promise<Ingested<Artifact['kind']>>>();

/** Maps and recordings are the same for each question, and read once; a log is replayed with each. */
export const ingestOnce: Ingest = <Kind extends Artifact['kind']>(request: IngestRequest<Kind>) => {
  const { source } = request;
  if (typeof source === 'string' && source.endsWith('.log')) return ingest(request);
  const read = once.get(source) ?? ingest(request);
  once.set(source, read);
  return read as Promise<Ingested<Kind>>;
};
