import type { Head } from '../../input/head.ts';
import { fileVersionOf } from './recording-header.ts';

/**
 * `infos`: interpreted, events name a size and stack by number (file versions 1 to 3). `addresses`:
 * interpreted, events name addresses (version 0). `raw`: as the recorder wrote it, events and stacks
 * name addresses, and modules stand in place of function names.
 */
export type RecordingKind = 'infos' | 'addresses' | 'raw';

/** Both are ints. */
const VERSION = /^v ([0-9a-f]{1,8})(?: ([0-9a-f]{1,8}))?$/;

/** Records of which a raw recording has none before its modules. */
const TABLE_OR_EVENT = /^[sitac+-] [0-9a-f]/;

/** A list of modules begins with a dash, that all earlier ones are forgotten. */
const MODULE = /^m (?:-|1 -|[0-9a-f]+ .+|.+ [0-9a-f]+)$/;

/** @returns undefined if it is no recording of heaptrack. */
export function recordingKind({ lines }: Head): RecordingKind | undefined {
  const version = VERSION.exec(lines[0]!);
  if (version === null && !isWithoutVersion(lines)) return undefined;
  if (lines[1]?.startsWith('x ')) return 'raw';
  const first = lines.findIndex((line) => TABLE_OR_EVENT.test(line));
  const header = first === -1 ? lines : lines.slice(0, first);
  if (header.some((line) => MODULE.test(line))) return 'raw';
  if (version === null) return 'addresses';
  const [, word, stated] = version;
  const hex = (text: string) => Number.parseInt(text, 16);
  const fileVersion = fileVersionOf(hex(word!), stated === undefined ? undefined : hex(stated));
  return fileVersion === 0 ? 'addresses' : 'infos';
}

/** Before heaptrack 1.0 a recording began with the command. */
function isWithoutVersion(lines: readonly string[]): boolean {
  return lines[0]!.startsWith('X ') && lines.some((line) => /^t [0-9a-f]+ [0-9a-f]+$/.test(line));
}
