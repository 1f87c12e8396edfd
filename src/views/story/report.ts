import { type CaptureMatch, haveOneLayout } from '../../analysis/story/capture-match.ts';
import { isAccounted, type Story, unusedAccount } from '../../analysis/story/story.ts';
import { type MainStep, mainSteps, type Waterfall } from '../../analysis/story/waterfall.ts';
import type { WaterfallStep } from '../../analysis/story/waterfall-step.ts';
import { baseName } from '../../model/base-name.ts';
import type { NamedCapture } from '../../model/capture-info.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { splitTop } from '../../model/split-top.ts';
import type { TopicId } from '../../model/topic.ts';
import { accountResult } from '../../results/map/process.ts';
import { TOPICS } from '../../results/topics.ts';
import { ramWords } from '../malloc/account-report.ts';
import { accountSections } from '../map/report.ts';
import {
  bytes,
  type Cell,
  captured,
  counted,
  type Fact,
  left,
  percent,
  type Quantity,
  type Report,
  type Row,
  right,
  type Section,
} from '../report.ts';
import { containerSections } from './container-section.ts';
import { MATCH_WORDS } from './labels.ts';
import { liveCodeSections } from './live-code-section.ts';
import { mergedRowSections } from './merged-row-section.ts';
import { type Places, placesOf, toldCapture } from './places.ts';
import { spareFacts } from './spare-facts.ts';

/** The report of `memtool explain CAPTURE…`. */
export function storyReport(story: Story, captures: readonly NamedCapture[], top: number): Report {
  const { waterfall, containers, witnesses } = story;
  const places = placesOf(captures);
  const { shown, rest } = splitTop(containers, top);
  return {
    title: isAccounted(waterfall) ? accountTitle(story) : titleOf(story),
    sections: [
      {
        facts: [
          ...captureFacts(captures),
          ...belongingFacts(story),
          ...accountFacts(story, places),
          ...momentFacts(story, places),
          ...(waterfall ? headlines(waterfall) : sumHeadlines(story)),
        ],
      },
      ...(waterfall
        ? [waterfallSection(waterfall, story, toldCapture(story, places))]
        : withoutMap(story)),
      ...liveCodeSections(story.liveCode, top),
      ...mergedRowSections(story, places, top),
      ...shown.flatMap((one) => containerSections(one, places, witnesses)),
      ...(rest.length > 0
        ? [{ notes: [[...counted(rest.length, 'smaller container'), 'grew as well']] }]
        : []),
    ],
  };
}

function titleOf({ witnesses: { map, space, recording }, sums }: Story): Cell[] {
  const process = (map ?? sums[0]?.groups)?.map;
  const pid = space?.pid ?? process?.pid;
  const program =
    process?.command ?? space?.replayed.program ?? recording?.profile.recording.debuggee;
  return [captured(program ?? 'a process'), ...(pid === undefined ? [] : [`· process ${pid}`])];
}

/** How much RAM is live, and how much is free inside the allocator. */
function accountTitle(story: Story): Cell[] {
  const { account, waterfall } = story;
  const { name } = account!.account.process;
  const program = name === undefined ? titleOf(story)[0] : captured(name);
  const pid = story.witnesses.map?.map.pid ?? account?.account.process.pid;
  const who = pid === undefined ? [] : [`(PID ${pid})`];
  const has = ['has', bytes(waterfall!.resident), 'in RAM;'];
  return [program, ...who, ...has, ...ramWords(account!.account)];
}

function accountFacts(story: Story, places: Places): Fact[] {
  const { account } = story;
  if (account === undefined) return [];
  const { match, name } = account;
  const unused = unusedAccount(story);
  const words: Cell[] =
    unused === undefined
      ? [`${MATCH_WORDS[match.degree]}:`, captured(match.because)]
      : [captured(`${places.capture(name)} is not used: ${unused}`)];
  const used = unused === undefined ? account.account.containers : undefined;
  return [{ label: 'heap account', cells: words }, ...spareFacts(used)];
}

const folderOf = (name: string): string => name.slice(0, -baseName(name).length);

/** By folder; the format is said where the name does not. */
function captureFacts(captures: readonly NamedCapture[]): Fact[] {
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
    return { label: i === 0 ? 'read' : '', cells: [captured(place + files.join(' · '))] };
  });
}

function belongingFacts({ mapAndLog, recordingAndOthers }: Story): Fact[] {
  const fact = (label: string, belonging: CaptureMatch | undefined): Fact[] =>
    belonging
      ? [{ label, cells: [`${MATCH_WORDS[belonging.degree]}:`, captured(belonging.because)] }]
      : [];
  return [...fact('map and log', mapAndLog), ...fact('heap recording', recordingAndOthers)];
}

/** Which of several maps the story is about, and when that was. */
function momentFacts({ snapshots: [told, ...others] }: Story, places: Places): Fact[] {
  if (told === undefined) return [];
  const { name, moment, belonging } = told;
  const facts: Fact[] = [];
  if (others.length > 0) {
    const resident = others.flatMap((other): Cell[] => {
      const { resident } = other.groups.total;
      return [
        '·',
        captured(`${places.capture(other.name)}:`),
        resident === undefined ? 'not known' : bytes(resident),
      ];
    });
    const chosen = captured(`${places.capture(name)}, with the most in RAM`);
    facts.push({ label: 'told from', cells: [chosen, ...resident] });
  }
  if (moment && haveOneLayout(belonging)) {
    const { firstLine, untilLine, differing } = moment;
    const until =
      untilLine === undefined ? 'and nothing changed later' : `before line ${untilLine}`;
    const cells = [captured(`after ${places.logLine(firstLine)}, ${until}`)];
    const but: Cell[] = differing > 0 ? ['·', bytes(differing), 'lie otherwise in the log'] : [];
    facts.push({ label: 'map taken', cells: [...cells, ...but] });
  }
  return facts;
}

/** Why it uses as much as it does, in two lines. */
function headlines(found: Waterfall): Fact[] {
  const { inRam, notInRam } = mainSteps(found);
  const mostly = (main: MainStep | undefined): Cell[] =>
    main ? ['·', percent(main.percent), 'of it:', main.step.label] : [];
  return [
    { label: 'in RAM', cells: [bytes(found.resident), ...mostly(inRam)] },
    {
      label: 'address space',
      cells: [bytes(found.size), '· not in RAM', bytes(found.notResident), ...mostly(notInRam)],
    },
  ];
}

/** What is in RAM by the kernel's sums: VmRSS of a status, Rss of smaps_rollup. */
function sumHeadlines({ sums }: Story): Fact[] {
  const account = sums.flatMap(({ groups }) => groups.account);
  const resident = account.find(({ name }) => name === 'VmRSS' || name === 'Rss');
  return resident ? [{ label: 'in RAM', cells: [bytes(resident.bytes)] }] : [];
}

/** What a log and a recording say of sizes where no map says what is in RAM. */
function withoutMap({ witnesses: { map, space, recording }, sums }: Story): Section[] {
  const facts: Fact[] = [];
  const accounts = sums.flatMap(({ groups }) =>
    accountSections(groups.account.map(accountResult), false),
  );
  if (space) {
    const { peak, bytes: now } = space.replayed.space;
    facts.push({
      label: 'address space',
      cells: [
        bytes(now.heap + now.anonymous),
        'of heap and anonymous memory at the end, at most',
        bytes(peak.heap + peak.anonymous),
        `(line ${peak.line})`,
      ],
      topic: TOPICS.sizeBytes,
    });
  }
  const { leaked, peak } = recording?.profile.totals ?? {};
  if (leaked !== undefined && peak !== undefined) {
    const cells = [bytes(leaked), 'at the end, at most', bytes(peak)];
    facts.push({ label: 'held', cells, topic: TOPICS.peakBytes });
  }
  if (accounts.length > 0) {
    const rows = 'what it is used for stands in a memory map alone (pmap -x, or /proc/PID/smaps)';
    return [...accounts, { facts, notes: [[rows]] }];
  }
  const missing = map
    ? 'the map has no resident sizes: what is in RAM is not known (pmap -x, or /proc/PID/smaps, has it)'
    : 'what is in RAM is not known without a memory map (pmap -x, or /proc/PID/smaps)';
  return [{ facts, notes: [[missing]] }];
}

function waterfallSection(
  { inRam, resident, notInRam, size, outside, areFilesUnknown }: Waterfall,
  { isHeldUnknown, witnesses: { recording } }: Story,
  capture: string | undefined,
): Section {
  const rows: Row[] = [
    ...inRam.map(stepRow),
    sumRow(
      areFilesUnknown ? '= in RAM, less files' : '= in RAM (RSS)',
      resident,
      TOPICS.residentBytes,
    ),
    ...notInRam.map(stepRow),
    sumRow('= address space (VIRT)', size, TOPICS.sizeBytes),
    ...outside.map(stepRow),
  ];
  const reasons = inRam.flatMap(({ label, bytes: { ...claim } }) =>
    claim.basis === 'inferred' ? [['≈', captured(`${label}: ${claim.because}`)]] : [],
  );
  const hasKnobs = [...inRam, ...notInRam].some(({ knob }) => knob !== undefined);
  return {
    title: capture === undefined ? 'Where the memory is' : `Where the memory is (${capture})`,
    table: {
      columns: [right('bytes'), left(''), ...(hasKnobs ? [left('smaller with', 'middle')] : [])],
      rows,
    },
    notes: isHeldUnknown && recording ? [...reasons, heldUnknown(recording.profile)] : reasons,
  };
}

/** Why no step says what the program held, though there is a recording. */
const heldUnknown = ({ totals }: HeapProfile): Cell[] => [
  'what the program held then is not known: the map is of neither the peak of the run nor its end, at which the recording has',
  totals.peak === undefined ? '?' : bytes(totals.peak),
  'and',
  totals.leaked === undefined ? '?' : bytes(totals.leaked),
];

function stepRow({ label, bytes: claim, topic, knob }: WaterfallStep): Row {
  const quantity: Quantity = bytes(claim.value, claim.basis === 'inferred');
  return {
    cells: knob === undefined ? [quantity, label] : [quantity, label, knob],
    depth: 1,
    topic,
  };
}

function sumRow(label: string, value: number, topic: TopicId): Row {
  return { cells: [bytes(value), label], strong: true, topic };
}
