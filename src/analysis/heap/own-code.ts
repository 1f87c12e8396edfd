import { isPython } from '../../knowledge/allocators/cpython.ts';
import { isLibraryFile, isLibraryName } from '../../knowledge/library-frames.ts';
import {
  isAllocatorName,
  isEverywhere,
  isOwnFile,
  isOwnModule,
  isStartUp,
} from '../../knowledge/own-code.ts';
import type { CallStacks, IpIndex, IpTable, StringIndex } from '../../model/heap-profile.ts';

/**
 * What counts as own code. `own`: what was written for this program, as far as source files and names
 * tell. `any`: all but the libraries of C and C++, for recordings that tell too little of the program.
 */
export type OwnBasis = 'own' | 'any';

/** @param depth of a frame at the code address, 0 for the innermost. */
export type IsOwn = (ip: IpIndex, depth: number) => boolean;

/** Tells own code; each text is looked at once. */
export function ownCode(stacks: CallStacks, basis: OwnBasis): IsOwn {
  return basis === 'own' ? writtenForProgram(stacks) : outsideOfRuntimes(stacks);
}

function writtenForProgram({ ips, strings }: CallStacks): IsOwn {
  const { frames, frameStart } = ips;
  const ownModule = remembered(strings, isOwnModule);
  const ownFile = remembered(strings, isOwnFile);
  const library = remembered(strings, isNoOwnName);
  const hasLines = modulesWithLines(ips, ownFile);
  return (ip, depth) => {
    const frame = frameStart[ip]! + depth;
    const module = ips.module[ip]!;
    if (frame >= frameStart[ip + 1]! || !ownModule(module)) return false;
    const name = frames.function[frame]!;
    if (name !== 0 && library(name)) return false;
    const file = frames.file[frame]!;
    // Where a module has lines, what has none was made by the compiler: `main` of Rust, `_start`.
    return file === 0 ? name !== 0 && hasLines[module] === 0 : ownFile(file);
  };
}

function outsideOfRuntimes({ ips, strings }: CallStacks): IsOwn {
  const { frames, frameStart } = ips;
  const runtime = remembered(strings, isEverywhere);
  const library = remembered(strings, isNoOwnName);
  const libraryFile = remembered(strings, isLibraryFile);
  return (ip, depth) => {
    if (ips.module[ip] === 0 || runtime(ips.module[ip]!)) return false;
    const frame = frameStart[ip]! + depth;
    if (frame >= frameStart[ip + 1]!) return true;
    const [name, file] = [frames.function[frame]!, frames.file[frame]!];
    return !(name !== 0 && library(name)) && !(file !== 0 && libraryFile(file));
  };
}

const isNoOwnName = (name: string): boolean =>
  isLibraryName(name) || isAllocatorName(name) || isStartUp(name);

/** 1 for modules of which some own code has a source file, by string index. */
function modulesWithLines(ips: IpTable, isOwn: (file: StringIndex) => boolean): Uint8Array {
  const found = new Uint8Array(ips.module.reduce((most, module) => Math.max(most, module), 0) + 1);
  for (let ip = 0; ip < ips.count; ip++) {
    if (found[ips.module[ip]!] === 1) continue;
    for (let frame = ips.frameStart[ip]!; frame < ips.frameStart[ip + 1]!; frame++) {
      const file = ips.frames.file[frame]!;
      if (file !== 0 && isOwn(file)) found[ips.module[ip]!] = 1;
    }
  }
  return found;
}

/** A test of texts, by string index. */
function remembered(
  strings: readonly string[],
  test: (text: string) => boolean,
): (index: StringIndex) => boolean {
  const known = new Int8Array(strings.length).fill(-1);
  return (index) => {
    if (known[index] === -1) known[index] = Number(test(strings[index]!));
    return known[index] === 1;
  };
}

/** Whether a module runs programs that leave no frames of their own. */
export const isInterpreter = isPython;
