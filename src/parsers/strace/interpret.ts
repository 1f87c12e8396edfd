/**
 * From a completed call's text to the event that it was: only for calls that change an address
 * space or the set of processes. Sources: the manual pages of the calls, mm/mmap.c, mm/mremap.c.
 */
import {
  type EventOrigin,
  MAP,
  MREMAP,
  PROT,
  SHM,
  type SyscallEvent,
} from '../../model/syscall-trace.ts';
import { MAX_PID, parsePid, parseWhole } from '../../model/whole-number.ts';
import {
  descriptorNumber,
  descriptorPath,
  parseFlags,
  parseIdentifier,
  parseKey,
  parseLength,
  parsePointer,
  splitArgs,
} from './args.ts';
import { whatIsImpossible } from './impossible.ts';
import type { CallReturn } from './line.ts';

/** CLONE_VM (linux/sched.h), for logs that show flags as numbers. */
const CLONE_VM = 0x100;

/**
 * `effect`: the call succeeded and changes something. `none`: it failed, or asks only. `malformed`:
 * it is of a kind that matters and its arguments cannot be read. `impossible`: no kernel lets a call
 * with these arguments succeed, so the line is damaged.
 */
export type Interpretation =
  | { readonly kind: 'effect'; readonly event: SyscallEvent }
  | { readonly kind: 'none' }
  | { readonly kind: 'impossible'; readonly because: string }
  | { readonly kind: 'malformed' };

type Interpreter = (args: string, result: number, origin: EventOrigin) => SyscallEvent | undefined;

/** The values of a set of flags; undefined where it cannot be read. */
export const protectionOf = (text: string | undefined) => parseFlags(text, 'PROT_', PROT);
export const mapFlagsOf = (text: string | undefined) => parseFlags(text, 'MAP_', MAP);
export const mremapFlagsOf = (text: string | undefined) => parseFlags(text, 'MREMAP_', MREMAP);

const mmap: Interpreter = (text, result, origin) => {
  const args = splitArgs(text);
  const length = parseLength(args[1]);
  const protection = protectionOf(args[2]);
  const flags = mapFlagsOf(args[3]);
  const descriptor = descriptorNumber(args[4] ?? '-1');
  // What the program wrote into the line stands behind the last argument.
  const offset = parsePointer(/^(?:0x[0-9a-f]+|\d+)/.exec(args[5] ?? '0')?.[0]);
  if (length === undefined || protection === undefined || flags === undefined) return undefined;
  if (descriptor === undefined || offset === undefined) return undefined;
  const backing = { descriptor, path: descriptorPath(args[4]), offset };
  return { ...origin, call: 'mmap', length, protection, flags, ...backing, result };
};

const mprotect: Interpreter = (text, _result, origin) => {
  const args = splitArgs(text);
  const start = parsePointer(args[0]);
  const length = parseLength(args[1]);
  const protection = protectionOf(args[2]);
  if (start === undefined || length === undefined || protection === undefined) return undefined;
  return { ...origin, call: 'mprotect', start, length, protection };
};

function born(origin: EventOrigin, child: number, sharesMemory: boolean): SyscallEvent | undefined {
  return child > MAX_PID ? undefined : { ...origin, call: 'clone', child, sharesMemory };
}

/** Under `-e raw` clone shows its flags first, without a name. They are of 64 bits. */
const CLONE_FLAGS = /(?:\bflags=|^)(?:0x([0-9a-f]+)|(\d+))/;

/** Hex digits of 64 bits, and how many of them are enough here. */
const MOST_DIGITS = 16;
const LOW_DIGITS = 8;

const clone: Interpreter = (text, child, origin) => {
  const numeric = CLONE_FLAGS.exec(text);
  if (numeric === null) return born(origin, child, /\bCLONE_VM\b/.test(text));
  const [, hex = parseWhole(numeric[2]!)?.toString(16)] = numeric;
  if (hex === undefined || hex.length > MOST_DIGITS) return undefined;
  const flags = Number.parseInt(hex.slice(-LOW_DIGITS), 16);
  return born(origin, child, (flags & CLONE_VM) !== 0);
};

/** `-e raw` shows the address of its flags. libc calls it for threads and posix_spawn, never to fork. */
const clone3: Interpreter = (text, child, origin) =>
  text.startsWith('0x') ? born(origin, child, true) : clone(text, child, origin);

const execve: Interpreter = (text, _result, origin) => {
  // execveat has a directory before the path.
  const args = splitArgs(text, 2);
  const program = args.find((arg) => arg.startsWith('"')) ?? args[0]!;
  return { ...origin, call: 'execve', program: unquoted(program) };
};

const unquoted = (text: string) => text.replace(/^"|"(?:\.\.\.)?$/g, '');

/** A call that opens the file which its n-th argument names. */
const opens =
  (argument: number): Interpreter =>
  (text, descriptor, origin) =>
    opened(origin, unquoted(splitArgs(text)[argument] ?? ''), descriptor);

/** Descriptors and identifiers are ints. */
const MAX_INT = 0x7fffffff;

function opened(origin: EventOrigin, path: string, descriptor: number): SyscallEvent | undefined {
  return descriptor > MAX_INT ? undefined : { ...origin, call: 'open', path, descriptor };
}

/** A map: looking up a property would keep every name that a log has. */
const INTERPRETERS: ReadonlyMap<string, Interpreter> = new Map(
  Object.entries<Interpreter>({
    brk(text, result, origin) {
      const args = splitArgs(text);
      const requested = parsePointer(args[0]);
      // The heap is as long as what lies between two of its ends, which grow from the program's.
      if (requested === undefined || !Number.isSafeInteger(result)) return undefined;
      return { ...origin, call: 'brk', requested, result };
    },
    mmap,
    mmap2: mmap,
    old_mmap: mmap,
    munmap(text, _result, origin) {
      const args = splitArgs(text);
      const start = parsePointer(args[0]);
      const length = parseLength(args[1]);
      if (start === undefined || length === undefined) return undefined;
      return { ...origin, call: 'munmap', start, length };
    },
    mremap(text, result, origin) {
      const args = splitArgs(text);
      const oldStart = parsePointer(args[0]);
      const oldLength = parseLength(args[1]);
      const newLength = parseLength(args[2]);
      const flags = mremapFlagsOf(args[3]);
      if (oldStart === undefined || oldLength === undefined) return undefined;
      if (newLength === undefined || flags === undefined) return undefined;
      return { ...origin, call: 'mremap', oldStart, oldLength, newLength, flags, result };
    },
    mprotect,
    pkey_mprotect: mprotect,
    madvise(text, _result, origin) {
      const args = splitArgs(text);
      const start = parsePointer(args[0]);
      const length = parseLength(args[1]);
      if (start === undefined || length === undefined || args[2] === undefined) return undefined;
      return { ...origin, call: 'madvise', start, length, advice: args[2] };
    },
    shmget(text, id, origin) {
      const args = splitArgs(text);
      const key = parseKey(args[0]);
      const length = parseLength(args[1]);
      if (key === undefined || length === undefined || id > MAX_INT) return undefined;
      return { ...origin, call: 'shmget', key, length, id };
    },
    shmat(text, result, origin) {
      const args = splitArgs(text);
      const id = parseIdentifier(args[0]);
      const flags = parseFlags(args[2] ?? '0', 'SHM_', SHM);
      if (id === undefined || flags === undefined) return undefined;
      return { ...origin, call: 'shmat', id, flags, result };
    },
    shmdt(text, _result, origin) {
      const args = splitArgs(text);
      const start = parsePointer(args[0]);
      return start === undefined ? undefined : { ...origin, call: 'shmdt', start };
    },
    open: opens(0),
    creat: opens(0),
    openat: opens(1),
    openat2: opens(1),
    memfd_create: (text, descriptor, origin) =>
      opened(origin, `/memfd:${unquoted(splitArgs(text)[0] ?? '')} (deleted)`, descriptor),
    close(text, _result, origin) {
      const descriptor = descriptorNumber(splitArgs(text)[0]);
      if (descriptor === undefined || descriptor < 0) return undefined;
      return { ...origin, call: 'close', descriptor };
    },
    fork: (_args, child, origin) => born(origin, child, false),
    vfork: (_args, child, origin) => born(origin, child, true),
    clone,
    clone3,
    execve,
    execveat: execve,
  }),
);

/** Whether a call of this name can have an effect that memtool follows. */
export function isFollowed(name: string): boolean {
  return INTERPRETERS.has(name);
}

/** @param name a followed call's name. */
export function interpret(
  name: string,
  args: string,
  result: CallReturn,
  origin: EventOrigin,
): Interpretation {
  // `brk` returns the unchanged break when it fails, never an error; all others name one.
  if (result.errno !== undefined || result.value === '?' || result.value.startsWith('-')) {
    return { kind: 'none' };
  }
  const value = parsePointer(result.value);
  if (value === undefined) return { kind: 'malformed' };
  const child = result.outerPid === undefined ? value : parsePid(result.outerPid);
  if (child === undefined) return { kind: 'malformed' };
  const event = INTERPRETERS.get(name)!(args, child, origin);
  if (event === undefined) return { kind: 'malformed' };
  const because = whatIsImpossible(event);
  return because === undefined ? { kind: 'effect', event } : { kind: 'impossible', because };
}
