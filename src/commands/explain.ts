import { existsSync } from 'node:fs';
import { Args, Flags, type Interfaces } from '@oclif/core';
import { capturesIn } from '../app/capture-folder.ts';
import { readStory } from '../app/read-story.ts';
import { matchingTopics, readTopic, topicIds } from '../app/topics.ts';
import { BaseCommand, type BaseFlags } from '../cli/base-command.ts';
import { interactiveFlag, openedInteractively } from '../cli/flags/interactive.ts';
import { growthFlags, growthNumbers, growthQuery } from '../cli/flags/strace.ts';
import { prose } from '../cli/prose.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { groupSplitCaptures, type Parts } from '../ingest/split-capture.ts';
import type { TopicId, TopicText } from '../model/topic.ts';
import { topicsResult } from '../results/explain/topics-result.ts';
import { storyResult } from '../results/story/story-result.ts';
import { topicListReport, topicReport } from '../views/explain/report.ts';
import type { Report } from '../views/report.ts';
import { storyReport } from '../views/story/report.ts';

export default class Explain extends BaseCommand {
  static override readonly usage = ['explain [CAPTURE|PID|FOLDER...] [FLAGS]', 'explain TOPIC...'];
  static override readonly summary =
    'Tell one story from the captures of a run; or explain a term: what it is, what changes it.';
  static override readonly description =
    prose`Takes any mixture of captures (memory maps, strace logs, heaptrack recordings) or the folder of
memtool record, works out what they are and whether they belong together, and goes from what the
program asked for to what lies in RAM. With the name of a topic, or without anything, it explains
terms instead.`;
  static override readonly examples = [
    {
      description: 'Record a program and tell its story',
      command: '<%= config.bin %> record -o run -- ./program; <%= config.bin %> explain run',
    },
    {
      description: 'Captures made by hand, and what you know of the largest container',
      command: '<%= config.bin %> explain pmap.txt strace.log heaptrack.zst --elements 12426',
    },
    { description: 'All topics', command: '<%= config.bin %> explain' },
    {
      description: 'Why a mapping is larger than what was asked for',
      command: '<%= config.bin %> explain page-rounding',
    },
  ];
  static override readonly args = {
    capture: Args.string({
      multiple: true,
      description: 'captures, PIDs, folders of captures; or topics',
    }),
  };
  static override readonly flags = {
    interactive: interactiveFlag,
    rows: Flags.boolean({ summary: 'Also list the rows of the memory map, alike ones as one.' }),
    containers: Flags.boolean({
      summary: 'Also show each container that grew, from its elements to its pages.',
    }),
    'address-space': Flags.boolean({
      summary: 'Also show what of the address space is not in RAM.',
    }),
    ...growthFlags,
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Explain);
    const names = args.capture ?? [];
    const growth = { query: growthQuery(flags), numbers: growthNumbers(flags) };
    const topics = names.map((name) => (isCapture(name) ? [] : matchingTopics(name)));
    const topic = topics.length === 1 && topics[0]!.length === 1 ? topics[0]![0] : undefined;
    if (topics.every((found) => found.length === 1)) {
      if (
        names.length <= 1 &&
        (await openedInteractively(this.config, flags, [], { ...growth, ...opensWith(topic) }))
      ) {
        return undefined;
      }
      return names.length === 0
        ? this.#listTopics(flags)
        : this.#explainTopics(topics.flat(), flags);
    }
    const unknown = names.find((name, i) => topics[i]!.length !== 1 && isWord(name));
    if (unknown !== undefined) return this.#unknownTopic(unknown, flags);
    if (await openedInteractively(this.config, flags, names, growth)) return undefined;
    return this.#tellStory(sourcesOf(names), flags);
  }

  #listTopics(flags: BaseFlags): unknown {
    const topics = topicIds().map(readTopic);
    return this.#showTopics(topics, [topicListReport(topics)], flags);
  }

  #explainTopics(ids: readonly string[], flags: BaseFlags): unknown {
    const topics = ids.map(readTopic);
    return this.#showTopics(topics, topics.map(topicReport), flags);
  }

  #showTopics(topics: readonly TopicText[], reports: readonly Report[], flags: BaseFlags): unknown {
    const outcome = { info: undefined, result: topicsResult(topics), diagnostics: [] };
    return this.showResult(outcome, { reports: () => reports }, flags);
  }

  async #unknownTopic(word: string, flags: BaseFlags): Promise<unknown> {
    const diagnostics = new Diagnostics('explain');
    const found = matchingTopics(word);
    const { didYouMean } = await import('../cli/did-you-mean.ts');
    const message =
      found.length > 1
        ? `${word} can be ${found.join(' or ')}`
        : `there is no file, folder, process or topic ${word}${didYouMean(word, topicIds(), 'the topic ')}`;
    diagnostics.report('explain/unknown-topic', message);
    const outcome = { info: undefined, result: undefined, diagnostics: [diagnostics] };
    return this.showResult(outcome, { reports: () => [] }, flags);
  }

  async #tellStory({ files, found }: Sources, flags: ExplainFlags): Promise<unknown> {
    const read = await readStory({
      files,
      found,
      query: growthQuery(flags),
      ingest: this.ingest,
    });
    const { story, captures } = read;
    const result = captures.length === 0 ? undefined : storyResult(story, captures);
    return this.showResult(
      { info: undefined, result, diagnostics: read.diagnostics },
      {
        reports: (told) => [
          storyReport(told, {
            top: flags.top,
            rows: flags.rows,
            containers: flags.containers,
            addressSpace: flags['address-space'],
          }),
        ],
      },
      flags,
    );
  }
}

/** What is there goes before a topic of the same name. */
const isCapture = (name: string) => name === '-' || isPid(name) || existsSync(name);

const isPid = (name: string) => /^\d+$/.test(name);

/** A path that is not there was not meant as a topic. */
const isWord = (name: string) => !isCapture(name) && !/[./]/.test(name);

const opensWith = (topic: string | undefined) =>
  topic === undefined ? {} : { topic: topic as TopicId };

interface Sources {
  readonly files: readonly (string | number | Parts)[];
  /** Those that were found in a folder: nobody said that they are captures. */
  readonly found: ReadonlySet<string>;
}

function sourcesOf(names: readonly string[]): Sources {
  const found = new Set<string>();
  const files = names.flatMap((name) => {
    const inFolder = capturesIn(name);
    for (const file of inFolder ?? []) found.add(file);
    return inFolder ?? [name];
  });
  const pids = files.filter(isPid).map(Number);
  return { files: [...pids, ...groupSplitCaptures(files.filter((file) => !isPid(file)))], found };
}

type ExplainFlags = Interfaces.InferredFlags<typeof Explain.flags> & BaseFlags;
