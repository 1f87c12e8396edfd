import { Args, type Interfaces } from '@oclif/core';
import { BaseCommand, type BaseFlags } from '../cli/base-command.ts';
import { explored, interactiveFlag } from '../cli/interactive-flag.ts';
import { capturesIn, readStory } from '../cli/read-story.ts';
import { growthFlags, growthNumbers, growthQuery } from '../cli/strace-flags.ts';
import { matchingTopics, readTopic, topicIds } from '../cli/topics.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { groupParts } from '../ingest/parts.ts';
import type { TopicId } from '../model/topic.ts';
import { explainJson } from '../views/explain/json.ts';
import { topicListReport, topicReport } from '../views/explain/report.ts';
import { storyJson } from '../views/story/json.ts';
import { storyReport } from '../views/story/report.ts';

export default class Explain extends BaseCommand {
  static override readonly summary =
    'Tell one story from the captures of a run; or explain a term: what it is, what changes it.';
  static override readonly description =
    `Takes any mixture of captures (memory maps, strace logs, heaptrack recordings) or the folder of
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
      description: 'captures, a folder of them, or one topic',
    }),
  };
  static override readonly flags = { interactive: interactiveFlag, ...growthFlags };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Explain);
    const [first, ...others] = args.capture ?? [];
    const growth = { query: growthQuery(flags), numbers: growthNumbers(flags) };
    if (first === undefined) {
      return (await explored(flags, [], growth)) ? undefined : this.#listTopics(flags);
    }
    const folder = capturesIn(first);
    const topics = others.length === 0 && folder === undefined ? matchingTopics(first) : [];
    if (topics.length > 0) {
      // Where a name can be several topics, that is what there is to say.
      const opening = { ...growth, topic: topics[0] as TopicId };
      if (topics.length === 1 && (await explored(flags, [], opening))) return undefined;
      return this.#explainTopic(first, flags);
    }
    const files = [first, ...others].flatMap((name) => capturesIn(name) ?? [name]);
    if (await explored(flags, files, growth)) return undefined;
    return this.#tellStory(files, flags);
  }

  #listTopics(flags: BaseFlags): unknown {
    const topics = topicIds().map(readTopic);
    const shown = { reports: [topicListReport(topics)], json: explainJson(topics) };
    return this.show({ info: undefined, shown, diagnostics: new Diagnostics('explain') }, flags);
  }

  #explainTopic(wanted: string, flags: BaseFlags): unknown {
    const diagnostics = new Diagnostics('explain');
    const found = matchingTopics(wanted);
    if (found.length > 1) {
      diagnostics.report('explain/unknown-topic', `${wanted} can be ${found.join(' or ')}`);
      return this.show({ info: undefined, shown: undefined, diagnostics }, flags);
    }
    const topic = readTopic(found[0]!);
    const shown = { reports: [topicReport(topic)], json: explainJson([topic]) };
    return this.show({ info: undefined, shown, diagnostics }, flags);
  }

  async #tellStory(files: readonly string[], flags: ExplainFlags): Promise<unknown> {
    const { story, captures, diagnostics } = await readStory({
      files: groupParts(files),
      query: growthQuery(flags),
      ingest: (request) => this.ingest(request),
    });
    const [first = new Diagnostics('explain'), ...others] = diagnostics;
    const shown =
      captures.length === 0
        ? undefined
        : { reports: [storyReport(story, captures, flags.top)], json: storyJson(story, captures) };
    return this.show({ info: undefined, shown, diagnostics: first, others }, flags);
  }
}

type ExplainFlags = Interfaces.InferredFlags<typeof Explain.flags> & BaseFlags;
