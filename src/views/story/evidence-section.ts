import { baseName } from '../../model/base-name.ts';
import type { StoryResult } from '../../results/story/schema.ts';
import { bytes, type Cell, captured, type Fact, type Section } from '../report.ts';
import { MATCH_WORDS } from './labels.ts';
import type { Places } from './places.ts';

type Match = StoryResult['mapAndLog'];

/** How sure all this is, what would make it surer, and where it was read. */
export function evidenceSection(
  result: StoryResult,
  places: Places,
  more: readonly Fact[],
): Section {
  return {
    title: 'How sure',
    facts: [
      ...matchFact('map and log', result.mapAndLog),
      ...recordingFact(result),
      ...accountFact(result, places),
      ...settleFact(result),
      ...momentFact(result, places),
      ...captureFacts(result),
      ...more,
    ],
  };
}

const matchCells = (match: NonNullable<Match>): Cell[] => [
  `${MATCH_WORDS[match.degree]}:`,
  captured(match.because),
];

const matchFact = (label: string, match: Match): Fact[] =>
  match === null ? [] : [{ label, cells: matchCells(match) }];

function recordingFact({ recordingAndOthers, recordingUnusedBecause }: StoryResult): Fact[] {
  if (recordingUnusedBecause === null) return matchFact('heap recording', recordingAndOthers);
  const why = `not used, it is of other work: ${recordingUnusedBecause}`;
  return [{ label: 'heap recording', cells: [captured(why)] }];
}

function accountFact(
  { heapAccount, heapAccountUnusedBecause }: StoryResult,
  places: Places,
): Fact[] {
  if (heapAccount === null) return [];
  if (heapAccountUnusedBecause === null) return matchFact('heap account', heapAccount.match);
  const why = `${places.capture(heapAccount.capture)} is not used: ${heapAccountUnusedBecause}`;
  return [{ label: 'heap account', cells: [captured(why)] }];
}

/** What capture would tell more. */
function settleFact({ tellsLive, answer, liveByPlace }: StoryResult): Fact[] {
  const cells: string[] = [];
  if (tellsLive !== null) cells.push(`${tellsLive} counts what is live`);
  if (tellsLive !== null && liveByPlace.length === 0 && answer.live === null) {
    cells.push('memtool record --heaptrack COMMAND tells which code allocated it');
  }
  return cells.length === 0 ? [] : [{ label: 'to be surer', cells: [captured(cells.join(' · '))] }];
}

/** When the map was taken, by the log. */
function momentFact({ snapshots: [told], mapAndLog }: StoryResult, places: Places): Fact[] {
  const isOfLog = mapAndLog?.degree === 'process' || mapAndLog?.degree === 'layout';
  if (told?.moment == null || !isOfLog) return [];
  const { firstLine, untilLine, differingBytes } = told.moment;
  const until = untilLine === null ? '' : `, before line ${untilLine}`;
  const but: Cell[] = differingBytes > 0 ? ['·', bytes(differingBytes), 'differ from the log'] : [];
  const when = captured(`after ${places.logLine(firstLine)}${until}`);
  return [{ label: 'map captured', cells: [when, ...but] }];
}

const folderOf = (name: string): string => name.slice(0, -baseName(name).length);

/** By folder; the format is said where the name does not. */
function captureFacts({ captures }: StoryResult): Fact[] {
  const folders = [...new Set(captures.map(({ name }) => folderOf(name)))];
  return folders.map((folder, i) => {
    const files = captures
      .filter(({ name }) => folderOf(name) === folder)
      .map(({ name: file, format, isTold }) => {
        const short = baseName(file);
        const name = short.includes(format) ? short : `${short} (${format})`;
        return isTold ? name : `${name}, not used`;
      });
    const place = folder === '' ? '' : `${folder} `;
    return {
      label: i === 0 ? 'read' : '',
      cells: [captured(place + files.join(' · '))],
    };
  });
}
