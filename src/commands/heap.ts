import { Args, Errors } from '@oclif/core';
import type { MallocFindings } from '../analysis/process/findings.ts';
import { heapFindings } from '../app/heap-findings.ts';
import { readCore } from '../app/read-core.ts';
import { readHeapOrAccount } from '../app/read-heap.ts';
import { type HeapWanted, readProcessHeap } from '../app/read-heap-account.ts';
import { fullLists, imageListFlags } from '../cli/flags/heap-lists.ts';
import type { HeaptrackFlags } from '../cli/flags/heaptrack.ts';
import { openedInteractively } from '../cli/flags/interactive.ts';
import { prose } from '../cli/prose.ts';
import { isCore } from '../ingest/core-file.ts';
import type { HeapAccount } from '../model/heap-account.ts';
import { heapAccountResult } from '../results/malloc/account-result.ts';
import { mallocResult } from '../results/malloc/malloc-result.ts';
import { accountReport } from '../views/malloc/account-report.ts';
import { heapReport } from '../views/malloc/report.ts';
import Heaptrack from './heaptrack.ts';

/** Flags that a heap profile and the heap of a process both have. */
const OF_BOTH = ['interactive', 'top', 'sizes', 'json', 'bytes', 'color', 'strict'];

/** Flags that the account of a heap has. */
const OF_ACCOUNTS = ['json', 'bytes', 'color', 'strict'];

/** A heap has one verb, whether a tool recorded it or it is read from a process. */
export default class Heap extends Heaptrack {
  static override readonly usage = ['heap PROFILE... [FLAGS]', 'heap PID|CORE... [FLAGS]'];
  static override readonly summary =
    'Look into a heap: of a running process, of a core, or as any tool recorded it.';
  static override readonly description =
    prose`Of a process it walks the heap of glibc's malloc through /proc, while the process goes on, neither stopped
nor changed: live blocks, free ones that malloc keeps, what malloc_trim gives back, containers and how full they are. It
takes the right to trace it: the same user, or root. Of a core the same.

A heap profile is told by its content: whatever says which call stacks hold memory. The report has the columns that the
tool recorded, and no others; a flag that needs more is refused, and the message says what there is.`;
  static override readonly examples = [
    { description: 'A running process', command: '<%= config.bin %> heap 1234' },
    {
      description: 'How full its containers are, and what holds them',
      command: '<%= config.bin %> heap 1234 --containers',
    },
    { description: 'A heap profile', command: '<%= config.bin %> heap heaptrack.zst' },
    {
      description: 'Who is behind its peak',
      command: '<%= config.bin %> heap heaptrack.zst --tree bottom-up --own-code',
    },
    {
      description: 'What a change did',
      command: '<%= config.bin %> heap before.zst after.zst',
    },
  ];
  static override readonly args = {
    recording: Args.string({
      multiple: true,
      description:
        'heap profiles, PIDs or cores; none, or -, for a profile on standard input; ./1234 is a file. Two profiles are compared: BEFORE AFTER',
    }),
  };
  static override readonly flags = { ...Heaptrack.flags, ...imageListFlags };

  /** Flags on the command line. */
  #given: readonly string[] = [];

  override async run(): Promise<unknown> {
    const { args, flags, raw } = await this.parse(Heap);
    const sources = args.recording ?? [];
    const given = raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : []));
    this.#given = given;
    const areImages = await Promise.all(sources.map(isImage));
    const ofImages = Object.keys(imageListFlags);
    if (!areImages.includes(true)) {
      refuse(
        given.find((flag) => ofImages.includes(flag)),
        'processes and cores',
      );
      return super.run();
    }
    if (areImages.includes(false)) {
      throw new Errors.CLIError('give processes and cores, or heap profiles', { exit: 2 });
    }
    const known = [...OF_BOTH, ...ofImages];
    refuse(
      given.find((flag) => !known.includes(flag)),
      'heap profiles',
    );
    if (await openedInteractively(this.config, flags, sources)) return undefined;
    const options = { top: flags.top, full: fullLists(flags) };
    return this.showEach(sources, async (source) => {
      const { info, heap, diagnostics } = await this.#readImage(source, flags);
      const outcome = { info, result: heap && heapFindings(heap), diagnostics: [diagnostics] };
      const forms = {
        reports: (found: MallocFindings) => [heapReport(found, options)],
        json: mallocResult,
      };
      return this.showResult(outcome, forms, flags);
    });
  }

  protected override async showOne(
    file: string,
    flags: HeaptrackFlags,
    mostFrames: number,
  ): Promise<unknown> {
    const read = await readHeapOrAccount(file, this.question(flags), this.ingest);
    if ('heap' in read) return this.showProfile(read.heap, flags, mostFrames);
    const other = this.#given.find((flag) => !OF_ACCOUNTS.includes(flag));
    refuse(other, 'heap profiles, processes and cores');
    const forms = {
      reports: (account: HeapAccount) => [accountReport(account, read.account.info?.name ?? file)],
      json: heapAccountResult,
    };
    return this.showResult(read.account, forms, flags);
  }

  async #readImage(source: string, wanted: HeapWanted) {
    if (isPid(source)) {
      const { reading, diagnostics } = readProcessHeap(Number(source), wanted);
      return { info: undefined, heap: reading, diagnostics };
    }
    const { reading, diagnostics } = await this.readWithProgress(source, (name, onProgress) =>
      readCore(name, onProgress, wanted),
    );
    return { info: reading?.info, heap: reading?.heap, diagnostics };
  }
}

const isPid = (source: string): boolean => /^\d+$/.test(source);

const isImage = async (source: string): Promise<boolean> => isPid(source) || isCore(source);

/** @throws CLIError for a flag that there is. */
function refuse(flag: string | undefined, what: string): void {
  if (flag !== undefined) throw new Errors.CLIError(`--${flag} is for ${what}`, { exit: 2 });
}
