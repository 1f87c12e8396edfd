/** Signals that end processes, and what the kernel says of them (signal(7), sigaction(2)). */

const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'SIGHUP'],
  [2, 'SIGINT'],
  [3, 'SIGQUIT'],
  [4, 'SIGILL'],
  [5, 'SIGTRAP'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL'],
  [10, 'SIGUSR1'],
  [11, 'SIGSEGV'],
  [12, 'SIGUSR2'],
  [13, 'SIGPIPE'],
  [14, 'SIGALRM'],
  [15, 'SIGTERM'],
  [19, 'SIGSTOP'],
  [24, 'SIGXCPU'],
  [25, 'SIGXFSZ'],
  [31, 'SIGSYS'],
]);

export const signalName = (signal: number): string => NAMES.get(signal) ?? `signal ${signal}`;

/** Faults: the kernel says at which address. */
const FAULTS = [4, 7, 8, 11];

/** By signal and code (include/uapi/asm-generic/siginfo.h). */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['4/1', 'no instruction of this processor'],
  ['4/2', 'no instruction of this processor'],
  ['7/1', 'an address that is not aligned'],
  ['7/2', 'a page behind the end of its file'],
  ['8/1', 'an integer divided by zero'],
  ['11/1', 'nothing is mapped there'],
  ['11/2', 'its rights do not allow it'],
  // What a non-canonical address of x86-64 gives: the kernel does not know which.
  ['11/128', 'an address that no pointer can have'],
]);

/** Signals that stop and do not end: what gcore and debuggers leave in the core of a process that goes on. */
export const isStop = (signal: number): boolean => signal >= 19 && signal <= 22;

/** Whether the kernel sent it because of what an instruction did, so that there is an address. */
export const isFault = (signal: number, code: number): boolean =>
  FAULTS.includes(signal) && code > 0 && code < 128;

export const faultMeaning = (signal: number, code: number): string | undefined =>
  MEANINGS.get(`${signal}/${code}`);
