import { shellWord } from '../../model/shell-word.ts';
import type { RecordResult } from '../../results/record/schema.ts';
import { captured, left, type Report, seconds } from '../report.ts';

/** What was captured, and how to read it. */
export function recordReport(
  { files, pid, durationSeconds, exitCode, signal }: Omit<RecordResult, 'folder'>,
  folder: string,
): Report {
  const isRunning = exitCode === null && signal === null;
  const end = signal === null ? `exit code ${exitCode}` : `ended by ${signal}`;
  return {
    title: ['captured in', captured(folder)],
    sections: [
      {
        facts: [
          isRunning
            ? { label: 'process', cells: [`${pid}, which goes on`] }
            : { label: 'ran for', cells: [seconds(durationSeconds), `(${end})`] },
        ],
        table: {
          columns: [left(''), left('')],
          rows: files.map(({ name, what }) => ({ cells: [captured(name), captured(what)] })),
        },
      },
      { facts: [{ label: 'next:', cells: [captured(`memtool explain ${shellWord(folder)}`)] }] },
    ],
  };
}
