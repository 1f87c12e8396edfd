import { parseAddress } from '../model/address.ts';
import { baseName } from '../model/base-name.ts';
import type { CapturedFrame } from './stack-tables.ts';

/** Lines of source files are ints. */
const MAX_LINE = 0x7fffffff;

/** `jobs.c:31`, and dhat-rs's `src/main.rs:29:5`. */
const POSITION = /^(.*?):(\d+)(?::\d+)?$/;

/**
 * Reads a frame as valgrind's tools and dhat-rs write it: `0x1091E6: big_buffer (jobs.c:31)`,
 * `0x48417B4: malloc (in /usr/lib/x.so)`, `0x1FFF: ???`. A name may hold anything: the place is what
 * stands in the last parentheses.
 */
export function readFrame(text: string): CapturedFrame {
  const colon = text.indexOf(': ');
  const address =
    text.startsWith('0x') && colon > 2 ? parseAddress(text.slice(2, colon)) : undefined;
  const rest = address === undefined ? text : text.slice(colon + 2);
  const open = rest.endsWith(')') ? placeStart(rest) : -1;
  const place = open === -1 ? undefined : readPlace(rest.slice(open + 2, -1));
  const name = place === undefined ? rest : rest.slice(0, open);
  return {
    address: address ?? 0,
    name: name === '???' ? '' : name,
    ...(place ?? { file: '', line: 0, module: '' }),
  };
}

/** A file may be called `/bin/x (deleted)`. */
function placeStart(text: string): number {
  const inModule = text.lastIndexOf(' (in /');
  return inModule === -1 ? text.lastIndexOf(' (') : inModule;
}

function readPlace(text: string): Pick<CapturedFrame, 'file' | 'line' | 'module'> | undefined {
  if (text.startsWith('in ')) return { file: '', line: 0, module: text.slice(3) };
  const [, file, digits] = POSITION.exec(text) ?? [];
  if (file === undefined || Number(digits) > MAX_LINE) return undefined;
  return file === '???'
    ? { file: '', line: 0, module: '' }
    : { file, line: Number(digits), module: '' };
}

/** Whether it is valgrind's own: what stands for malloc and memcpy while a program runs under it. */
export const isValgrinds = ({ file, module }: CapturedFrame): boolean =>
  baseName(module).startsWith('vgpreload_') || file === 'vg_replace_malloc.c';
