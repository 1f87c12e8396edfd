import { imageMap } from '../analysis/malloc/image-map.ts';
import { type MemoryGroups, memoryGroups } from '../analysis/memory-map/memory-groups.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { openCoreFile } from '../ingest/core-file.ts';
import { STDIN_NAME } from '../input/open.ts';
import { faultMeaning, isFault, isStop, signalName } from '../knowledge/signals.ts';
import type { Address } from '../model/address.ts';
import { baseName } from '../model/base-name.ts';
import type { Bytes } from '../model/bytes.ts';
import type { CaptureInfo } from '../model/capture-info.ts';
import {
  ACCOUNT_ONLY,
  type HeapReading,
  type HeapWanted,
  readImage,
  walkHeap,
} from './read-heap-account.ts';

/** Why a process died. */
export interface Death {
  readonly signal: string;
  /** What it touched, where that killed it. */
  readonly fault: { readonly address: Address; readonly because: string | undefined } | undefined;
  /** Who sent the signal, where somebody did. */
  readonly sender: number | 'itself' | undefined;
}

/** What a core tells. */
export interface CoreReading {
  readonly info: CaptureInfo;
  readonly machine: 'x86-64' | 'arm64';
  readonly executable: string | undefined;
  /** Undefined where the process went on, as under gcore. */
  readonly death: Death | undefined;
  readonly heap: HeapReading;
  readonly groups: MemoryGroups;
  /** Bytes of mappings that the file should have and lacks. */
  readonly missing: Bytes;
}

/** Reads a core: the process, its map, its heap. */
export async function readCore(
  source: string,
  onProgress: (position: number, size: number | undefined) => void,
  wanted: HeapWanted = ACCOUNT_ONLY,
): Promise<{ readonly reading: CoreReading | undefined; readonly diagnostics: Diagnostics }> {
  const diagnostics = new Diagnostics(source === '-' ? STDIN_NAME : source);
  const core = await openCoreFile(source, diagnostics, onProgress);
  if (core === undefined) return { reading: undefined, diagnostics };
  const { image, info } = core;
  try {
    const { notes, executable } = image;
    // The kernel's own name for it has 15 characters; the file says more.
    const full = executable === undefined ? undefined : baseName(executable);
    const command = notes.name !== undefined && full?.startsWith(notes.name) ? full : notes.name;
    const identity = { pid: notes.pid, command: command ?? full, executable };
    const walked = walkHeap(image, wanted, executable);
    const heap = readImage(image, identity, walked, executable, diagnostics);
    const map = imageMap(image, identity, walked.account?.pages);
    const known = map.mappings.reduce((sum, { resident }) => sum + (resident ?? 0), 0);
    const reading = {
      info,
      machine: image.machine,
      executable,
      death: deathOf(image.notes),
      heap: { ...heap, resident: known },
      groups: memoryGroups(map),
      missing: image.missing,
    };
    return { reading, diagnostics };
  } finally {
    core.close();
  }
}

function deathOf({
  pid,
  signal,
  signalInfo,
}: {
  readonly pid: number | undefined;
  readonly signal: number | undefined;
  readonly signalInfo:
    | {
        readonly code: number;
        readonly address: Address | undefined;
        readonly sender: number | undefined;
      }
    | undefined;
}): Death | undefined {
  if (signal === undefined || isStop(signal)) return undefined;
  const { code = 0, address, sender } = signalInfo ?? {};
  const hasAddress = address !== undefined && isFault(signal, code);
  return {
    signal: signalName(signal),
    fault: hasAddress ? { address, because: faultMeaning(signal, code) } : undefined,
    // Codes up to 0 are of kill, tgkill and the like (SI_USER).
    sender:
      signalInfo === undefined || code > 0 || !sender
        ? undefined
        : sender === pid
          ? 'itself'
          : sender,
  };
}
