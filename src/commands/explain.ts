import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { readTopic, topicIds } from '../cli/topics.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { explainJson } from '../views/explain/json.ts';
import { topicListReport, topicReport } from '../views/explain/report.ts';

export default class Explain extends BaseCommand {
  static override readonly summary = 'Explain a term: what it is, what it costs, what changes it.';
  static override readonly description =
    'Without a topic, lists all of them. Numbers of other commands name their topic.';
  static override readonly examples = [
    { description: 'All topics', command: '<%= config.bin %> explain' },
    {
      description: 'Why a mapping is larger than what was asked for',
      command: '<%= config.bin %> explain page-rounding',
    },
  ];
  static override readonly args = {
    topic: Args.string({ description: 'one of the topics, or the beginning of its name' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Explain);
    const diagnostics = new Diagnostics('explain');
    const ids = topicIds();
    if (args.topic === undefined) {
      const topics = ids.map(readTopic);
      const shown = { reports: [topicListReport(topics)], json: explainJson(topics) };
      return this.show({ info: undefined, shown, diagnostics }, flags);
    }
    const wanted = args.topic;
    const found = ids.filter((id) => id === wanted || id.startsWith(wanted));
    const id = found.includes(wanted) ? wanted : found[0];
    if (id === undefined || (found.length > 1 && id !== wanted)) {
      const message =
        id === undefined ? `there is no topic ${wanted}` : `${wanted} can be ${found.join(' or ')}`;
      const hint = `the topics are: ${ids.join(', ')}`;
      diagnostics.report('explain/unknown-topic', message, {}, { hint });
      return this.show({ info: undefined, shown: undefined, diagnostics }, flags);
    }
    const topic = readTopic(id);
    const shown = { reports: [topicReport(topic)], json: explainJson([topic]) };
    return this.show({ info: undefined, shown, diagnostics }, flags);
  }
}
