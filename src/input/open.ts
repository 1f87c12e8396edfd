import { fstatSync, readFileSync, readlinkSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { Origin } from './input.ts';
import { Interruption } from './interruption.ts';
import { RawBytes } from './raw-bytes.ts';

const STDIN_FD = 0;

/** What standard input is called where files have names. */
export const STDIN_NAME = '<stdin>';

let wasStdinRead = false;

/** What a system error means for the user; others keep the system's own words. */
const FILE_ERRORS: Record<string, { code: DiagnosticCode; message: string }> = {
  ENOENT: { code: 'input/not-found', message: 'there is no such file' },
  ENOTDIR: { code: 'input/not-found', message: 'there is no such file' },
  EISDIR: { code: 'input/directory', message: 'it is a directory' },
  EACCES: { code: 'input/no-permission', message: 'it may not be read' },
  EPERM: { code: 'input/no-permission', message: 'it may not be read' },
  EMFILE: { code: 'input/no-resources', message: 'too many files are open' },
  ENFILE: { code: 'input/no-resources', message: 'too many files are open on this machine' },
  ERR_WORKER_INIT_FAILED: {
    code: 'input/no-resources',
    message: 'no thread could be started to read it',
  },
};

const PROCESS_ERRORS: typeof FILE_ERRORS = {
  ENOENT: { code: 'input/no-such-process', message: 'there is no such process' },
  ESRCH: { code: 'input/no-such-process', message: 'the process ended while it was read' },
  EACCES: { code: 'input/no-permission', message: 'its memory map may not be read' },
  EPERM: { code: 'input/no-permission', message: 'its memory map may not be read' },
};

/** Whether the system refused something: a bug of ours has no number of an error, and goes on. */
export const isSystemError = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).errno !== undefined ||
  (error as NodeJS.ErrnoException).code === 'ERR_WORKER_INIT_FAILED';

/** Reports a failed read of a file or of /proc as the diagnostic that explains it. */
export function reportReadError(error: unknown, origin: 'file' | 'process', to: Diagnostics): void {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const known = (origin === 'process' && PROCESS_ERRORS[code]) || FILE_ERRORS[code];
  if (known) to.report(known.code, known.message);
  else to.report('input/unreadable', `it cannot be read (${message})`);
}

/** Opens a capture file, or standard input for `-`. Undefined, with a diagnostic, if it cannot. */
export function openCapture(name: string, diagnostics: Diagnostics): Origin | undefined {
  if (name === '-') {
    if (wasStdinRead) {
      diagnostics.report('input/read-twice', 'standard input can be read once');
      return undefined;
    }
    if (isatty(STDIN_FD)) {
      diagnostics.report(
        'input/terminal',
        'standard input is a terminal, there is nothing to read',
      );
      return undefined;
    }
    wasStdinRead = true;
    return { name: STDIN_NAME, process: undefined, raw: openStdin() };
  }
  try {
    return { name, process: undefined, raw: RawBytes.open(name) };
  } catch (error) {
    reportReadError(error, 'file', diagnostics);
    return undefined;
  }
}

/** A file can be interrupted as any program; what a pipe gave until then would be lost. */
function openStdin(): RawBytes {
  const isFile = fstatSync(STDIN_FD).isFile();
  return new RawBytes(STDIN_FD, undefined, isFile ? undefined : new Interruption());
}

/**
 * Opens the memory map of a live process: /proc/PID/smaps. Where that may not be read, as of another
 * user's process, /proc/PID/status, which anybody may.
 */
export function openProcess(pid: number, diagnostics: Diagnostics): Origin | undefined {
  try {
    const process = {
      pid,
      command: commandLine(pid),
      executable: executable(pid),
      status: readFileSync(`/proc/${pid}/status`, 'utf8'),
    };
    return { name: String(pid), process, raw: openMap(pid, diagnostics) };
  } catch (error) {
    reportReadError(error, 'process', diagnostics);
    return undefined;
  }
}

function openMap(pid: number, diagnostics: Diagnostics): RawBytes {
  try {
    return RawBytes.open(`/proc/${pid}/smaps`);
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    diagnostics.report('input/map-not-permitted', 'its memory map may not be read, only its sums');
    return RawBytes.open(`/proc/${pid}/status`);
  }
}

/** Arguments are separated by NUL bytes; a kernel thread has none. */
function commandLine(pid: number): string | undefined {
  const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  return text.replace(/\0+$/, '').replaceAll('\0', ' ') || undefined;
}

/** Undefined where it may not be asked for, or is deleted: then it is told as in a saved capture. */
function executable(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}
