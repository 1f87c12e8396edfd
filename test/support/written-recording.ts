import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { HeapRequest } from '../../src/model/heap-profile.ts';
import type { HeaptrackProfile } from '../../src/parsers/heaptrack/build-profile.ts';
import { heaptrack } from '../../src/parsers/heaptrack/heaptrack.ts';
import { textInput } from './strace.ts';

/** Reads a recording written out in a test. */
export async function readRecording(text: string, heap: HeapRequest = {}) {
  const diagnostics = new Diagnostics('text');
  const context = { diagnostics, asked: heap };
  const profile = await heaptrack.parse(textInput(text), context);
  return { profile: profile as HeaptrackProfile, diagnostics };
}

/** A call stack, innermost function first, and what was allocated there and never freed. */
export interface WrittenStack {
  /** `function`, `function@file:line`, or `module!function@file:line`; `/` joins inlined ones. */
  readonly frames: readonly string[];
  readonly sizes: readonly number[];
}

/** A recording of some stacks, through the reader as everything else. */
export async function recordingOf(stacks: readonly WrittenStack[]): Promise<HeaptrackProfile> {
  const strings: string[] = [];
  const lines: string[] = [];
  const hex = (value: number) => value.toString(16);
  const string = (text: string) => {
    if (!strings.includes(text)) {
      strings.push(text);
      lines.push(`s ${hex(text.length)} ${text}`);
    }
    return hex(strings.indexOf(text) + 1);
  };
  let ips = 0;
  let traces = 0;
  let infos = 0;
  for (const { frames, sizes } of stacks) {
    let parent = 0;
    for (const frame of [...frames].reverse()) {
      const [, module = 'program', code] = /^(?:(.*)!)?(.*)$/.exec(frame)!;
      const parts = code!.split('/').map((part) => {
        const [name, place] = part.split('@');
        const [file, line] = (place ?? '').split(':');
        return place ? `${string(name!)} ${string(file!)} ${hex(Number(line))}` : string(name!);
      });
      const inModule = string(module);
      lines.push(`i ${hex(0x1000 + ips++)} ${inModule} ${parts.join(' ')}`);
      lines.push(`t ${hex(ips)} ${hex(parent)}`);
      parent = ++traces;
    }
    for (const size of sizes) lines.push(`a ${hex(size)} ${hex(parent)}`, `+ ${hex(infos++)}`);
  }
  const { profile } = await readRecording(`v 10400 3\n${lines.join('\n')}\nc 1\n`);
  return profile;
}
