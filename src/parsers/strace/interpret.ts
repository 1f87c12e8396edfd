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
import { descriptorNumber, descriptorPath, parseFlags, parsePointer, splitArgs } from './args.ts';
import type { CallReturn } from './line.ts';

/** CLONE_VM (linux/sched.h), for logs that show flags as numbers. */
const CLONE_VM = 0x100;

/**
 * `effect`: the call succeeded and changes something. `none`: it failed, or asks only. `malformed`:
 * it is of a kind that matters and its arguments cannot be read.
 */
export type Interpretation =
  | { readonly kind: 'effect'; readonly event: SyscallEvent }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed' };

type Interpreter = (
  args: readonly string[],
  result: number,
  origin: EventOrigin,
) => SyscallEvent | undefined;

const mmap: Interpreter = (args, result, origin) => {
  const length = parsePointer(args[1]);
  const protection = parseFlags(args[2], 'PROT_', PROT);
  const flags = parseFlags(args[3], 'MAP_', MAP);
  if (length === undefined || protection === undefined || flags === undefined) return undefined;
  const descriptor = descriptorNumber(args[4]);
  const path = descriptorPath(args[4]);
  const offset = parsePointer(args[5]) ?? 0;
  return {
    ...origin,
    call: 'mmap',
    length,
    protection,
    flags,
    descriptor,
    path,
    offset,
    result,
  };
};

const mprotect: Interpreter = (args, _result, origin) => {
  const start = parsePointer(args[0]);
  const length = parsePointer(args[1]);
  const protection = parseFlags(args[2], 'PROT_', PROT);
  if (start === undefined || length === undefined || protection === undefined) return undefined;
  return { ...origin, call: 'mprotect', start, length, protection };
};

const fork: Interpreter = (_args, child, origin) => ({
  ...origin,
  call: 'clone',
  child,
  sharesMemory: false,
});

const clone: Interpreter = (args, child, origin) => {
  const text = args.join(',');
  const numeric = /\bflags=0x([0-9a-f]+)/.exec(text);
  const sharesMemory = numeric
    ? (Number.parseInt(numeric[1]!, 16) & CLONE_VM) !== 0
    : /\bCLONE_VM\b/.test(text);
  return { ...origin, call: 'clone', child, sharesMemory };
};

const execve: Interpreter = (args, _result, origin) => {
  const program = args.find((arg) => arg.startsWith('"')) ?? args[0] ?? '';
  return { ...origin, call: 'execve', program: unquoted(program) };
};

/** A call that opens the file which its n-th argument names. */
const opens =
  (argument: number): Interpreter =>
  (args, descriptor, origin) => ({
    ...origin,
    call: 'open',
    path: unquoted(args[argument] ?? ''),
    descriptor,
  });

const unquoted = (text: string) => text.replace(/^"|"(?:\.\.\.)?$/g, '');

const INTERPRETERS: Readonly<Record<string, Interpreter>> = {
  brk(args, result, origin) {
    const requested = parsePointer(args[0]);
    return requested === undefined ? undefined : { ...origin, call: 'brk', requested, result };
  },
  mmap,
  mmap2: mmap,
  old_mmap: mmap,
  munmap(args, _result, origin) {
    const start = parsePointer(args[0]);
    const length = parsePointer(args[1]);
    if (start === undefined || length === undefined) return undefined;
    return { ...origin, call: 'munmap', start, length };
  },
  mremap(args, result, origin) {
    const oldStart = parsePointer(args[0]);
    const oldLength = parsePointer(args[1]);
    const newLength = parsePointer(args[2]);
    const flags = parseFlags(args[3], 'MREMAP_', MREMAP);
    if (oldStart === undefined || oldLength === undefined) return undefined;
    if (newLength === undefined || flags === undefined) return undefined;
    return { ...origin, call: 'mremap', oldStart, oldLength, newLength, flags, result };
  },
  mprotect,
  pkey_mprotect: mprotect,
  madvise(args, _result, origin) {
    const start = parsePointer(args[0]);
    const length = parsePointer(args[1]);
    if (start === undefined || length === undefined || args[2] === undefined) return undefined;
    return { ...origin, call: 'madvise', start, length, advice: args[2] };
  },
  shmget(args, id, origin) {
    const length = parsePointer(args[1]);
    if (length === undefined) return undefined;
    return { ...origin, call: 'shmget', key: parsePointer(args[0]) ?? 0, length, id };
  },
  shmat(args, result, origin) {
    const id = parsePointer(args[0]);
    const flags = parseFlags(args[2], 'SHM_', SHM) ?? 0;
    return id === undefined ? undefined : { ...origin, call: 'shmat', id, flags, result };
  },
  shmdt(args, _result, origin) {
    const start = parsePointer(args[0]);
    return start === undefined ? undefined : { ...origin, call: 'shmdt', start };
  },
  open: opens(0),
  creat: opens(0),
  openat: opens(1),
  openat2: opens(1),
  memfd_create: (args, descriptor, origin) => ({
    ...origin,
    call: 'open',
    path: `/memfd:${unquoted(args[0] ?? '')} (deleted)`,
    descriptor,
  }),
  close(args, _result, origin) {
    const descriptor = descriptorNumber(args[0]);
    return descriptor < 0 ? undefined : { ...origin, call: 'close', descriptor };
  },
  fork,
  vfork: (args, child, origin) =>
    ({ ...fork(args, child, origin)!, sharesMemory: true }) as SyscallEvent,
  clone,
  clone3: clone,
  execve,
  execveat: execve,
};

/** Whether a call of this name can have an effect that memtool follows. */
export function isFollowed(name: string): boolean {
  return Object.hasOwn(INTERPRETERS, name);
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
  const event = INTERPRETERS[name]!(splitArgs(args), value, origin);
  return event === undefined ? { kind: 'malformed' } : { kind: 'effect', event };
}
