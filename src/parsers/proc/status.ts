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
import { parseKib } from '../../model/bytes.ts';
import { type AccountEntry, LINUX, type MemoryMaps } from '../../model/memory-map.ts';
import { parsePid } from '../../model/whole-number.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';

/** `VmRSS:	    7308 kB` */
const MEMORY = /^([A-Z]\w+):\s+(\d+) kB$/;

/** Lines that have a size, whatever stands there. */
const IS_MEMORY = /^(?:Vm|Rss|Hugetlb)\w*:/;

/** Any other line: `Name:	cat`, `Cpus_allowed_list:	0-1`. */
const OTHER = /^(\w+):(?:\s+(.*))?$/;

function detect(head: Head): Verdict {
  if (!head.isText) return no('it is not text');
  if (!head.lines[0]?.startsWith('Name:\t')) return no('it does not start with Name:');
  const isStatus = head.lines.some((line) => line.startsWith('Pid:\t'));
  return isStatus ? yes('it has Name: and Pid:') : no('it has a Name: but no Pid:');
}

/** One line of status or smaps_rollup; undefined if it has no size. */
export function accountEntry(text: string, line: number): AccountEntry | undefined {
  const [, name, digits] = MEMORY.exec(text) ?? [];
  const bytes = parseKib(digits ?? '');
  return name === undefined || bytes === undefined ? undefined : { name, bytes, line };
}

/** The status of a live process. */
export function statusAccount(text: string): AccountEntry[] {
  return text.split('\n').flatMap((line) => accountEntry(line, 0) ?? []);
}

class StatusReader {
  readonly account: AccountEntry[] = [];
  pid: number | undefined;
  name: string | undefined;
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
    if (other === null)
      this.#report('this line is no `Key: value` of /proc/PID/status', text, line);
    else if (IS_MEMORY.test(text))
      this.#report('expected a size in kB, less than 8 PiB', text, line);
    else this.#onFact(other[1]!, other[2] ?? '', text, line);
  }

  #onFact(key: string, value: string, text: string, line: number): void {
    if (key === 'Name') this.name = value;
    if (key !== 'Pid') return;
    this.pid = parsePid(value);
    if (this.pid === undefined) this.#report('no process has such a PID', text, line);
  }

  #report(message: string, text: string, line: number): void {
    this.#context.diagnostics.report('proc/unexpected-line', message, { line, text });
  }
}

export const status: Format<'memory-maps'> = {
  id: 'status',
  title: 'a /proc/PID/status file',
  produces: 'memory-maps',
  command: 'pmap',
  howToCapture: 'cp /proc/PID/status status.txt',
  detect,
  async parse(input: Input, context: ParseContext): Promise<MemoryMaps> {
    const reader = new StatusReader(context);
    await readLines(input, context.diagnostics, reader);
    const { account, name, pid } = reader;
    if (account.length === 0) {
      const message = 'there is no Vm… line: it is of a kernel thread or a process that has ended';
      context.diagnostics.report('proc/no-memory', message);
    }
    const map = {
      system: LINUX,
      pid: pid || undefined,
      command: input.process?.command ?? name,
      executable: input.process?.executable,
      mappings: [],
      stated: undefined,
      account,
    };
    return { kind: 'memory-maps', maps: [map] };
  },
};
