/** Recordings of a heap: one, or two compared. */
import type { DiffKind } from '../analysis/heap/difference.ts';
import {
  type HeapDifference,
  type HeapFindings,
  type HeapQuery,
  heapDifference,
  heapFindings,
} from '../analysis/heap/findings.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { Ingested } from '../ingest/ingest.ts';
import type { HeapAccount } from '../model/heap-account.ts';
import type { HeapProfile, HeapRequest } from '../model/heap-profile.ts';
import type { Ingest, Outcome } from './outcome.ts';

export interface HeapQuestion {
  /** What to read of a recording. */
  readonly request: HeapRequest;
  /** What to look for in it; a recording can bring leak rules of its own, and errors end it. */
  query(profile: HeapProfile, diagnostics: Diagnostics): HeapQuery;
  /** Reports what it asks of a profile that its recorder did not record. */
  check(profile: HeapProfile, diagnostics: Diagnostics): void;
}

export interface ReadHeap {
  readonly profile: HeapProfile;
  readonly findings: HeapFindings;
}

export async function readHeap(
  source: string,
  question: HeapQuestion,
  ingest: Ingest,
): Promise<Outcome<ReadHeap>> {
  return heapOutcome(await readProfile(source, question, ingest), question);
}

/** A recording, or what an allocator says of its heap. */
export async function readHeapOrAccount(
  source: string,
  question: HeapQuestion,
  ingest: Ingest,
): Promise<{ readonly heap: Outcome<ReadHeap> } | { readonly account: Outcome<HeapAccount> }> {
  const wants = ['heap-profile', 'heap-account'] as const;
  const { capture, diagnostics } = await ingest({
    source,
    wants,
    asks: { 'heap-profile': question.request },
  });
  if (capture?.artifact.kind === 'heap-account') {
    const { artifact: result, info } = capture;
    return { account: { info, result, diagnostics: [diagnostics] } };
  }
  const profile = capture && { artifact: capture.artifact, info: capture.info };
  if (profile) question.check(profile.artifact, diagnostics);
  return { heap: heapOutcome({ capture: profile, diagnostics }, question) };
}

function heapOutcome(
  { capture, diagnostics }: Ingested<'heap-profile'>,
  question: HeapQuestion,
): Outcome<ReadHeap> {
  if (!capture) return { info: undefined, result: undefined, diagnostics: [diagnostics] };
  const { artifact: profile, info } = capture;
  const result = lookInto(profile, question, diagnostics);
  return { info, result, diagnostics: [diagnostics] };
}

/** @returns undefined where something is wrong with the question. */
export function lookInto(
  profile: HeapProfile,
  question: Pick<HeapQuestion, 'query'>,
  diagnostics: Diagnostics,
): ReadHeap | undefined {
  const wanted = question.query(profile, diagnostics);
  return diagnostics.has('error')
    ? undefined
    : { profile, findings: heapFindings(profile, wanted) };
}

export interface ComparedHeaps {
  readonly findings: HeapDifference;
  /** The recordings, as the user named them. */
  readonly names: { readonly before: string; readonly after: string };
}

/** What is not in one of two recordings cannot be compared: the first that fails is told of. */
export async function compareHeaps(
  { before, after }: ComparedHeaps['names'],
  question: HeapQuestion,
  by: DiffKind,
  ingest: Ingest,
): Promise<Outcome<ComparedHeaps>> {
  const { capture, diagnostics } = await readProfile(after, question, ingest);
  const base = await readProfile(before, question, ingest);
  const failed = base.capture ? diagnostics : base.diagnostics;
  if (!capture || !base.capture) {
    return { info: undefined, result: undefined, diagnostics: [failed] };
  }
  const { artifact, info } = capture;
  const wanted = question.query(artifact, diagnostics);
  const read = [diagnostics, base.diagnostics];
  if (read.some((one) => one.has('error'))) return { info, result: undefined, diagnostics: read };
  const findings = heapDifference(artifact, base.capture.artifact, wanted, by);
  const names = { before: base.capture.info.name, after: info.name };
  return { info, result: { findings, names }, diagnostics: read };
}

async function readProfile(source: string, { request, check }: HeapQuestion, ingest: Ingest) {
  const read = await ingest({ source, wants: 'heap-profile', asks: { 'heap-profile': request } });
  if (read.capture) check(read.capture.artifact, read.diagnostics);
  return read;
}
