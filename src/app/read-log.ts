/** A log of system calls, with what other captures of the process tell of its containers. */

import { type StraceFindings, straceFindings } from '../analysis/call-log/findings.ts';
import { growthSites } from '../analysis/growth/from-heap/growth-sites.ts';
import type { GrowthQuery } from '../analysis/growth/from-log/grown-container.ts';
import { GrowthReplay } from '../analysis/growth/from-log/growth-replay.ts';
import { MapAtLine, type MapMoment } from '../analysis/replay/folds/map-at-line.ts';
import type { Parts } from '../ingest/split-capture.ts';
import { hasSizes } from '../model/heap-profile.ts';
import type { Ingest, Outcome } from './outcome.ts';

export interface LogRequest {
  readonly source: string | Parts;
  /** What the user knows of the containers. */
  readonly query: GrowthQuery;
  /** The line after which the address space is wanted. */
  readonly mapAt: number | undefined;
  /** Another look at the process. */
  readonly map: string | undefined;
  readonly recording: string | undefined;
}

export interface ReadLog {
  readonly findings: StraceFindings;
  /** What was mapped at a moment, where that was asked for. */
  readonly map: MapMoment | undefined;
}

export async function readLog(request: LogRequest, ingest: Ingest): Promise<Outcome<ReadLog>> {
  const { source, mapAt: line, query } = request;
  const replay = new GrowthReplay();
  const mapAt = line === undefined ? undefined : new MapAtLine(replay, line);
  const { capture, diagnostics } = await ingest({
    source,
    wants: 'syscall-trace',
    asks: { 'syscall-trace': { folds: mapAt ? [mapAt, replay] : [replay] } },
  });
  const second = await secondCaptures(request, ingest);
  const all = [diagnostics, ...second.diagnostics];
  if (!capture) return { info: undefined, result: undefined, diagnostics: all };
  const { lineCount } = capture.artifact;
  const isBehindEnd = line !== undefined && line > lineCount;
  if (isBehindEnd) {
    const message = `there is no line ${line}: the log has ${lineCount}`;
    diagnostics.report('strace/no-such-line', message);
  }
  const map = isBehindEnd ? undefined : mapAt?.finish();
  const asked = { ...query, ...second.found };
  const findings = straceFindings(capture.artifact, replay.finish(), asked);
  return { info: capture.info, result: { findings, map }, diagnostics: all };
}

/** What another look at the process tells of its containers. */
async function secondCaptures({ map, recording }: LogRequest, ingest: Ingest) {
  const maps = map === undefined ? undefined : await ingest({ source: map, wants: 'memory-maps' });
  const heap =
    recording === undefined
      ? undefined
      : await ingest({
          source: recording,
          wants: 'heap-profile',
          asks: { 'heap-profile': { growthSteps: true } },
        });
  const profile = heap?.capture?.artifact;
  return {
    found: {
      map: maps?.capture?.artifact.maps[0],
      sites: profile && hasSizes(profile) ? growthSites(profile) : undefined,
    },
    diagnostics: [maps, heap].flatMap((one) => one?.diagnostics ?? []),
  };
}
