import type { LogProcess } from '../../results/story/log-processes.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, captured, count, left, type Report, type Row, right } from '../report.ts';

/** The processes of a log, the one with the largest peak first. @param told the one that is told of. */
export function processReport(
  processes: readonly LogProcess[],
  told: number,
  log: string | undefined,
): Report {
  const columns = [
    right('process'),
    left('program', 'middle'),
    right('at most', TOPICS.peakBytes),
    right('from line'),
    right('to'),
    left('ended', 'middle'),
  ];
  const rows = processes.map((one, index): Row => {
    const { pid, program, outcome } = one;
    return {
      cells: [
        pid === null ? '?' : count(pid),
        program === null ? '?' : captured(program),
        bytes(one.peakBytes),
        count(one.firstLine),
        count(one.lastLine),
        outcome === null ? 'the log ends before it does' : captured(outcome),
      ],
      strong: index === told,
      because: ['heap and anonymous memory at its peak, as its calls up to there left it'],
      place: log === undefined ? undefined : { file: log, line: one.peakLine },
      subject: { kind: 'process', index },
    };
  });
  return { title: ['Processes of the log'], sections: [{ table: { columns, rows } }] };
}
