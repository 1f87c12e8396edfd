import { Args, Errors } from '@oclif/core';
import type { ContainerFindings } from '../analysis/containers/containers.ts';
import type { MallocFindings } from '../analysis/process/findings.ts';
import { heapFindings } from '../app/heap-findings.ts';
import { readCore } from '../app/read-core.ts';
import { type HeapQuestion, lookInto, readHeapOrAccount } from '../app/read-heap.ts';
import { type HeapWanted, readProcessHeap } from '../app/read-heap-account.ts';
import { fullLists, imageListFlags } from '../cli/flags/heap-lists.ts';
import type { HeaptrackFlags } from '../cli/flags/heaptrack.ts';
import { openedInteractively } from '../cli/flags/interactive.ts';
import { prose } from '../cli/prose.ts';
import { checkOutput, writeExport } from '../cli/write-export.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { isCore } from '../ingest/core-file.ts';
import type { HeapAccount } from '../model/heap-account.ts';
import { heapAccountResult } from '../results/malloc/account-result.ts';
import { mallocResult } from '../results/malloc/malloc-result.ts';
import { ownershipProfile } from '../views/containers/ownership-profile.ts';
import { accountReport } from '../views/malloc/account-report.ts';
import { heapReport } from '../views/malloc/report.ts';
import Heaptrack from './heaptrack.ts';

/** Flags that a heap profile and the heap of a process both have. */
const OF_BOTH = ['interactive', 'top', 'sizes', 'json', 'bytes', 'color', 'strict'];

/** Flags that the account of a heap has. */
const OF_ACCOUNTS = ['json', 'bytes', 'color', 'strict'];

/** Flags that show who holds what among containers. */
const OF_OWNERS = ['tree', 'threshold', 'frames', 'export', 'output', 'force', 'diff'];

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
tool recorded, and no others; a flag that needs more is refused, and the message says what there is. It reads heaptrack,
DHAT, massif, XTrees, jemalloc, tcmalloc, pprof (Go and others), mtrace, and allocations as lines of JSON; what captures
each stands among the examples. Profiles of two tools are compared by what both have.`;
  static override readonly examples = [
    { description: 'A running process', command: '<%= config.bin %> heap 1234' },
    {
      description: 'How full its containers are, and what holds them',
      command: '<%= config.bin %> heap 1234 --containers',
    },
    {
      description: 'Who holds what in it, for a flame graph',
      command:
        '<%= config.bin %> heap 1234 --containers --export folded | flamegraph.pl > held.svg',
    },
    {
      description: 'What grew, and what leaks, since a core that was kept before',
      command: '<%= config.bin %> heap 1234 --containers --diff core.before',
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
    {
      description: 'What was never read, and what lived briefly (valgrind; the Rust crate dhat)',
      command:
        'valgrind --tool=dhat --num-callers=40 --fullpath-after= ./program; <%= config.bin %> heap dhat.out.1234',
    },
    {
      description: 'The heap over time, by massif',
      command:
        'valgrind --tool=massif --peak-inaccuracy=0 ./program; <%= config.bin %> heap massif.out.1234 --timeline',
    },
    {
      description: 'What a service in production holds, and what grew between two dumps',
      command:
        'MALLOC_CONF=prof:true,prof_final:true LD_PRELOAD=libjemalloc.so.2 ./program; <%= config.bin %> heap old.heap new.heap',
    },
    {
      description: 'A Go program',
      command:
        'curl -o heap.pb.gz http://localhost:6060/debug/pprof/heap; <%= config.bin %> heap heap.pb.gz',
    },
    {
      description: 'tcmalloc of gperftools',
      command:
        'HEAPPROFILE=profile LD_PRELOAD=libtcmalloc.so.4 ./program; <%= config.bin %> heap profile.0001.heap',
    },
    {
      description: 'Every malloc and free of a program that calls mtrace()',
      command:
        'MALLOC_TRACE=mtrace.txt LD_PRELOAD=libc_malloc_debug.so.0 ./program; <%= config.bin %> heap mtrace.txt',
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
    const known = [...OF_BOTH, ...ofImages, ...(flags.containers ? OF_OWNERS : [])];
    const other = given.find((flag) => !known.includes(flag));
    const needsContainers = other !== undefined && OF_OWNERS.includes(other);
    refuse(other, needsContainers ? 'heap profiles, or goes with --containers' : 'heap profiles');
    if (flags.diff !== undefined && (flags.tree || flags.export)) {
      const message = '--diff shows what grew and what leaks; it has no --tree and no --export';
      throw new Errors.CLIError(message, { exit: 2 });
    }
    if (await openedInteractively(this.config, flags, sources)) return undefined;
    const bases = flags.diff === undefined ? [] : [flags.diff];
    checkOutput(flags, [...sources, ...bases], sources.length);
    return this.showEach(sources, (source) => this.#showImage(source, flags));
  }

  async #showImage(source: string, flags: HeaptrackFlags & HeapWanted & ListFlags) {
    const { info, heap, diagnostics } = await this.#readImage(source, flags);
    const base = flags.diff === undefined ? undefined : await this.#readImage(flags.diff, flags);
    const found = heap && heapFindings(heap, base?.heap);
    const result = base && base.heap === undefined ? undefined : found;
    const outcome = {
      info,
      result,
      diagnostics: [diagnostics, ...(base ? [base.diagnostics] : [])],
    };
    const owners =
      found?.containers &&
      ownersOf(found.containers, found, flags, this.question(flags), diagnostics);
    if (flags.export) {
      if (owners) {
        const { exportFile } = await import('../views/export/export-file.ts');
        const { profile, findings } = owners;
        const options = { by: 'peak' as const, thresholdPercent: flags.threshold };
        writeExport(await exportFile(flags.export, profile, findings, options), flags);
      }
      return this.showResult({ ...outcome, result: undefined }, NOTHING, flags);
    }
    const tree = owners?.findings.details.tree;
    const options = { top: flags.top, full: fullLists(flags), tree };
    const forms = {
      reports: (one: MallocFindings) => [heapReport(one, options)],
      json: mallocResult,
    };
    return this.showResult(outcome, forms, flags);
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

/** Who holds what, where a tree or a file of it is asked for. */
function ownersOf(
  containers: ContainerFindings,
  process: MallocFindings,
  flags: HeaptrackFlags,
  question: HeapQuestion,
  diagnostics: Diagnostics,
) {
  if (flags.tree === undefined && flags.export === undefined) return undefined;
  const profile = ownershipProfile(containers, process);
  question.check(profile, diagnostics);
  return lookInto(profile, question, diagnostics);
}

const NOTHING = { reports: () => [] };

type ListFlags = Parameters<typeof fullLists>[0];

const isPid = (source: string): boolean => /^\d+$/.test(source);

const isImage = async (source: string): Promise<boolean> => isPid(source) || isCore(source);

/** @throws CLIError for a flag that there is. */
function refuse(flag: string | undefined, what: string): void {
  if (flag !== undefined) throw new Errors.CLIError(`--${flag} is for ${what}`, { exit: 2 });
}
