/** What glibc's malloc has given out and what it keeps: of a living process, or of a core. */
import { readFileSync } from 'node:fs';
import { type ContainerFindings, findContainers } from '../analysis/containers/containers.ts';
import type { GlibcAccount } from '../analysis/malloc/glibc/account.ts';
import { glibcAccount } from '../analysis/malloc/glibc/account.ts';
import { heapDefects } from '../analysis/malloc/heap-defects.ts';
import type { ImageIdentity } from '../analysis/malloc/image-map.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { programFacts } from '../ingest/program-files.ts';
import { isSystemError, reportReadError } from '../input/open.ts';
import { ProcessMemory } from '../input/process-memory.ts';
import type { Allocator } from '../knowledge/allocators/allocator.ts';
import type { Bytes } from '../model/bytes.ts';
import { KIB } from '../model/bytes.ts';
import type { ImageThread, ProcessImage } from '../model/process-image.ts';
import { otherOwner, ownerOf } from './other-owner.ts';

/** What is known of a process and its heap. */
export interface HeapReading {
  readonly pid: number | undefined;
  /** The program's name: never its arguments. */
  readonly name: string | undefined;
  readonly threads: number;
  /** Whether it was read from the process itself and not from a core. */
  readonly isLive: boolean;
  /** In RAM, as the kernel says; undefined where only contents tell. */
  readonly resident: Bytes | undefined;
  readonly swapped: Bytes;
  /** Undefined where there is no heap of glibc. */
  readonly account: GlibcAccount | undefined;
  /** Undefined where they were not asked for, or there is no heap of glibc. */
  readonly containers: ContainerFindings | undefined;
  /** Whose the private memory is, where it is not glibc's malloc alone. */
  readonly otherOwner: Allocator | undefined;
}

/** What is looked for in a heap beside its account. */
export interface HeapWanted {
  readonly containers: boolean;
}

export const ACCOUNT_ONLY: HeapWanted = { containers: false };
export const WITH_CONTAINERS: HeapWanted = { containers: true };

type WalkedHeap = Pick<HeapReading, 'account' | 'containers'>;

/** Walks the heap in an image. @param executable the program's file. */
export function walkHeap(
  image: ProcessImage,
  wanted: HeapWanted,
  executable: string | undefined,
): WalkedHeap {
  const account = glibcAccount(image);
  return { account, containers: containersOf(image, account, wanted, executable) };
}

const containersOf = (
  image: ProcessImage,
  account: GlibcAccount | undefined,
  wanted: HeapWanted,
  executable: string | undefined,
): ContainerFindings | undefined =>
  account && wanted.containers
    ? findContainers(image, account, programFacts(image, executable))
    : undefined;

/** A process that allocates all the time changes under the walk: as many walks are tried. */
const MOST_WALKS = 5;

/** Reads the heap of a living process, which goes on meanwhile. */
export function readProcessHeap(
  pid: number,
  wanted: HeapWanted = ACCOUNT_ONLY,
): {
  readonly reading: HeapReading | undefined;
  readonly diagnostics: Diagnostics;
} {
  const diagnostics = new Diagnostics(`process ${pid}`);
  try {
    const walk = bestWalk(pid, wanted);
    if (walk === 'of 32 bits') {
      diagnostics.report('heap/other-width', 'it is a program of 32 bits');
      return { reading: undefined, diagnostics };
    }
    // Of the same moment as the last walk, as far as that goes.
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    if (walk === undefined) {
      const isZombie = /^State:\s+[ZX]/m.test(status);
      if (isZombie) diagnostics.report('input/no-such-process', 'it has ended');
      else diagnostics.report('input/kernel-thread', 'it has no memory map');
      return { reading: undefined, diagnostics };
    }
    // A process that ended while it was walked has nothing to read.
    readFileSync(`/proc/${pid}/maps`);
    const { image, heap, defects, walks } = walk;
    if (heap.account && defects > 0) {
      const message = `it changed while it was read, ${walks} times in a row`;
      diagnostics.report('heap/changing', message);
    }
    const identity = { pid, command: field(status, 'Name'), executable: undefined };
    const resident = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * KIB;
    const reading = {
      ...readImage(image, identity, heap, `/proc/${pid}/exe`, diagnostics),
      isLive: true,
      resident: Number.isNaN(resident) ? undefined : resident,
      swapped: Number(/^VmSwap:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * KIB,
    };
    return { reading, diagnostics };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      diagnostics.report('heap/not-permitted', 'its memory may not be read');
    } else reportReadError(error, 'process', diagnostics);
    return { reading: undefined, diagnostics };
  }
}

const field = (status: string, name: string): string | undefined =>
  new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1];

/**
 * The first walk that meets no change, else the one with the fewest. Containers are looked for in the walk that
 * meets none, or in the last.
 */
function bestWalk(pid: number, wanted: HeapWanted) {
  let best: { image: ProcessImage; heap: WalkedHeap; defects: number; walks: number } | undefined;
  for (let walks = 1; walks <= MOST_WALKS; walks++) {
    const image = ProcessMemory.open(pid);
    if (image === undefined) return best;
    try {
      if (isOf32Bits(image)) return 'of 32 bits' as const;
      const account = glibcAccount(image);
      const defects = defectsOf(account, image);
      if (best === undefined || defects < best.defects) {
        best = { image, heap: { account, containers: undefined }, defects, walks };
      }
      best.walks = walks;
      if (defects > 0 && walks < MOST_WALKS) continue;
      const containers = containersOf(image, account, wanted, `/proc/${pid}/exe`);
      best.heap = { account: best.heap.account, containers };
      return best;
    } finally {
      image.close();
    }
  }
  return best;
}

/** The stack of a process of 64 bits lies above 4 GiB, on every kernel. */
const isOf32Bits = ({ rows }: ProcessImage): boolean => rows.every(({ end }) => end <= 2 ** 32);

/** How much is wrong with a walk; a heap that is not found, though it should be there, is the worst. */
function defectsOf(account: GlibcAccount | undefined, image: ProcessImage): number {
  if (account !== undefined) {
    const { lostBytes, odd } = heapDefects(account);
    return lostBytes + odd.length;
  }
  return ownerOf(image)?.id === 'glibc' ? Number.POSITIVE_INFINITY : 0;
}

const NO_HEAP =
  'no heap of glibc was found in it: its memory is given out by an allocator that is not known, or by none';

/** What an image tells of a heap that has been walked, with what is odd in it as diagnostics. */
export function readImage(
  image: ProcessImage & { readonly threads: readonly ImageThread[] },
  identity: ImageIdentity,
  { account, containers }: WalkedHeap,
  executable: string | undefined,
  diagnostics: Diagnostics,
): HeapReading {
  const other = otherOwner(image, executable);
  if (other) {
    const what = other.role === 'malloc' ? 'blocks' : 'objects';
    const message = `${other.title} has memory of this process: its ${what} cannot be told from outside`;
    diagnostics.report('heap/other-allocator', message);
  }
  if (account) reportDefects(account, diagnostics);
  else if (other?.role !== 'malloc') {
    diagnostics.report('heap/none', NO_HEAP);
  }
  return {
    pid: identity.pid,
    name: identity.command,
    threads: image.threads.length,
    isLive: false,
    resident: undefined,
    swapped: 0,
    account,
    containers,
    otherOwner: other,
  };
}

function reportDefects(account: GlibcAccount, diagnostics: Diagnostics): void {
  const { odd, lostBytes, mappedDiffer } = heapDefects(account);
  for (const { address, because } of odd) {
    const message = `the heap of malloc is not as it should be at 0x${address.toString(16)}: ${because}`;
    diagnostics.report('heap/damaged', message);
  }
  if (odd.length === 0 && lostBytes > 0) {
    const message = `${lostBytes} bytes that malloc has from the system were not found`;
    diagnostics.report('heap/damaged', message);
  }
  if (mappedDiffer) {
    const { counted, found } = mappedDiffer;
    const message = `malloc counts ${counted} bytes in mappings of their own; blocks of ${found} were found`;
    diagnostics.report('heap/mapped-differ', message);
  }
  const hasChunks = account.arenas.some(({ live }) => live.count > 0);
  if (hasChunks && account.arenas.every(({ caches }) => caches === 0)) {
    diagnostics.report('heap/no-caches', 'no thread cache was recognised in it');
  }
}
