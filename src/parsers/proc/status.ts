/**
 * /proc/PID/status: what the kernel says of a process as a whole, a key and a value a line
 * (proc_pid_status(5), task_mem in fs/proc/task_mmu.c). Memory is in kB; a kernel thread has none.
 *
 *     Name:   heaptrace_csv
 *     Pid:    10423
 *     VmHWM:      7308 kB
 *
 * VmRSS and its parts are sums that the kernel keeps per thread and adds up now and then: they may be
 * some hundred KiB behind smaps.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { readLines } from '../../input/lines.ts';
import { KIB } from '../../model/bytes.ts';
import type { AccountEntry, MemoryMaps } from '../../model/memory-map.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';

/** `VmRSS:	    7308 kB` */
const MEMORY = /^([A-Z]\w+):\s+(\d+) kB$/;

/** Any other line: `Name:	cat`, `Cpus_allowed_list:	0-1`. */
const OTHER = /^\w+:(?:\s+(.*))?$/;

function detect(head: Head): Verdict {
  if (!head.isText) return no('it is not text');
  if (!head.lines[0]?.startsWith('Name:\t')) return no('it does not start with Name:');
  const isStatus = head.lines.some((line) => line.startsWith('Pid:\t'));
  return isStatus ? yes('it has Name: and Pid:') : no('it has a Name: but no Pid:');
}

/** One line of status or smaps_rollup; undefined if it is about no memory. */
export function accountEntry(text: string, line: number): AccountEntry | undefined {
  const memory = MEMORY.exec(text);
  return memory ? { name: memory[1]!, bytes: Number(memory[2]) * KIB, line } : undefined;
}

/** The status of a live process. */
export function statusAccount(text: string): AccountEntry[] {
  return text.split('\n').flatMap((line) => accountEntry(line, 0) ?? []);
}

class StatusReader {
  readonly account: AccountEntry[] = [];
  readonly facts = new Map<string, string>();
  readonly #context: ParseContext;

  constructor(context: ParseContext) {
    this.#context = context;
  }

  onLine(text: string, line: number): void {
    if (text === '') return;
    const entry = accountEntry(text, line);
    if (entry) {
      this.account.push(entry);
      return;
    }
    const other = OTHER.exec(text);
    if (other) this.facts.set(text.slice(0, text.indexOf(':')), other[1] ?? '');
    else {
      const message = 'this line is no `Key: value` of /proc/PID/status';
      this.#context.diagnostics.report('proc/unexpected-line', message, { line, text });
    }
  }

  onCut(line: number): void {
    this.#context.diagnostics.report('input/line-too-long', 'the line is too long', { line });
  }
}

export const status: Format = {
  id: 'status',
  title: 'a /proc/PID/status file',
  produces: 'memory-maps',
  howToCapture: 'cp /proc/PID/status status.txt',
  detect,
  async parse(input: Input, context: ParseContext): Promise<MemoryMaps> {
    const reader = new StatusReader(context);
    await readLines(input.chunks(), reader);
    const { account, facts } = reader;
    if (account.length === 0) {
      const message = 'there is no Vm… line: it is of a kernel thread or a process that has ended';
      context.diagnostics.report('proc/no-memory', message);
    }
    const map = {
      pid: Number(facts.get('Pid')) || undefined,
      command: input.process?.command ?? facts.get('Name'),
      executable: input.process?.executable,
      mappings: [],
      stated: undefined,
      account,
    };
    return { kind: 'memory-maps', maps: [map] };
  },
};
