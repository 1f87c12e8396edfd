import type { HeapAccount } from '../../model/heap-account.ts';
import { bytes, type Cell, captured, type Report } from '../report.ts';
import { ALLOCATOR_WORDS, accountSections } from './account-section.ts';
import { inRamWords } from './report.ts';

/** The report of `memtool heap` on an account that was written down. */
export function accountReport(account: HeapAccount, file: string): Report {
  const title = [...whoWords(account, file), ...sumWords(account)];
  return { title, sections: accountSections(account) };
}

/** Accounts of several moments or processes, below each other. */
export function accountsReport(named: readonly NamedAccount[]): Report | undefined {
  const [first, ...others] = named.map(({ name, account }) => accountReport(account, name));
  if (first === undefined) return undefined;
  const below = others.flatMap(({ title, sections }) => [{ notes: [title] }, ...sections]);
  return { title: first.title, sections: [...first.sections, ...below] };
}

interface NamedAccount {
  /** Of the file. */
  readonly name: string;
  readonly account: HeapAccount;
}

function whoWords({ process: { name, pid, threads } }: HeapAccount, file: string): Cell[] {
  const parts = [
    ...(pid === undefined ? [] : [`PID ${pid}`]),
    ...(threads !== undefined && threads > 1 ? [`${threads} threads`] : []),
  ];
  const who = captured(name ?? file);
  return parts.length === 0 ? [who] : [who, `(${parts.join(', ')})`];
}

function sumWords(account: HeapAccount): Cell[] {
  const { allocator, process, system, live, freeInAll } = account;
  if (process.resident !== undefined) {
    return ['had', bytes(process.resident), 'in RAM;', ...ramWords(account)];
  }
  if (system === undefined || freeInAll === undefined) return ['·', ...ramWords(account)];
  return [
    `· ${ALLOCATOR_WORDS[allocator]} had`,
    bytes(system.bytes),
    'from the system;',
    bytes(live.bytes),
    'were live,',
    bytes(freeInAll.bytes),
    'were free.',
  ];
}

/** How much is live and how much is free: in RAM where that is told, otherwise as the allocator counts. */
export function ramWords(account: HeapAccount): Cell[] {
  const { allocator, live, freeInAll, trimmable } = account;
  if (live.resident !== undefined && freeInAll?.resident !== undefined && trimmable !== undefined) {
    return inRamWords(account);
  }
  const free: Cell[] = freeInAll
    ? ['as live, and', bytes(freeInAll.bytes), 'as free.']
    : ['as live; what is free it does not tell.'];
  return [`${ALLOCATOR_WORDS[allocator]} counts`, bytes(live.bytes), ...free];
}
