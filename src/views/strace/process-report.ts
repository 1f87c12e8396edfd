import type { SpaceFindings } from '../../analysis/call-log/findings.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, captured, count, left, type Report, type Row, right } from '../report.ts';

/** The processes of a log, the one with the largest peak first. @param told the one that is told of. */
export function processReport(spaces: readonly SpaceFindings[], told: number, log: string): Report {
  const columns = [
    right('process'),
    left('program', 'middle'),
    right('at most', TOPICS.peakBytes),
    right('from line'),
    right('to'),
    left('ended', 'middle'),
  ];
  const rows = spaces.map(({ pid, replayed }, index): Row => {
    const { space, program, outcome, firstLine, lastLine } = replayed;
    const { heap, anonymous, line } = space.peak;
    const end = captured(outcome ?? 'the log ends before it does');
    return {
      cells: [
        pid === undefined ? '?' : count(pid),
        program === undefined ? '?' : captured(program),
        bytes(heap + anonymous),
        count(firstLine),
        count(lastLine),
        end,
      ],
      strong: index === told,
      because: ['heap and anonymous memory at its peak, as its calls up to there left it'],
      place: { file: log, line },
      subject: { kind: 'process', index },
    };
  });
  return { title: ['Processes of the log'], sections: [{ table: { columns, rows } }] };
}
