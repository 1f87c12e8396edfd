/** Runs of programs that printed the truth about their containers, and where their captures lie. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Bytes } from '../src/model/bytes.ts';

/** What a program prints of a container, in its `truth.json`. */
export interface TrueContainer {
  readonly name: string;
  /** A fixed block is a `buffer`. */
  readonly kind: string;
  readonly elem_size: number;
  readonly len: number;
  readonly capacity: number;
  readonly cap_bytes: number;
  readonly ptr: string;
  /** Each capacity that it had. */
  readonly events: readonly { readonly cap: number }[];
}

interface Truth {
  readonly lang: string;
  readonly containers: readonly TrueContainer[];
}

export function truthOf(run: string): Truth {
  const truth: Truth = JSON.parse(readFileSync(path.join(run, 'truth.json'), 'utf8'));
  return { ...truth, containers: truth.containers.map(withUsableSlots) };
}

/** Blocks of a fixed size are there to see that no growth is made of them. */
export const canGrow = ({ kind }: TrueContainer): boolean => kind !== 'buffer';

/** A dict says how many slots it has, of which two in three can be used. */
function withUsableSlots(container: TrueContainer): TrueContainer {
  if (container.kind !== 'PyDict') return container;
  return { ...container, capacity: Math.floor((2 * container.capacity) / 3) };
}

/** Folders with `capture` and the truth of its run, in and below one. */
export function runsIn(folder: string, capture: 'strace.log' | 'heaptrack.zst'): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => path.basename(file) === capture)
    .map((file) => path.join(folder, path.dirname(file)))
    .filter((run) => existsSync(path.join(run, 'truth.json')))
    .sort();
}

const MAPS = ['smaps.zst', 'smaps.txt', 'pmap-x.txt'];

/** The most detailed memory map of the process. */
export function mapOf(run: string): string | undefined {
  return MAPS.map((name) => path.join(run, name)).find((file) => existsSync(file));
}

/** A heap recording of the run, or of another one of the program that made the same containers. */
export function recordingOf(run: string): string | undefined {
  const program = path.dirname(run);
  const others = readdirSync(program).filter((name) => name.endsWith('.heaptrack'));
  return [run, ...others.map((name) => path.join(program, name))]
    .filter((one) => existsSync(path.join(one, 'heaptrack.zst')))
    .filter((one) => sameContainers(truthOf(one).containers, truthOf(run).containers))
    .map((one) => path.join(one, 'heaptrack.zst'))[0];
}

/** Whether two runs of a program made the same containers, wherever they lie. */
export function sameContainers(
  some: readonly TrueContainer[],
  others: readonly TrueContainer[],
): boolean {
  const facts = (all: readonly TrueContainer[]) =>
    JSON.stringify(
      all.map(({ name, elem_size, len, capacity }) => [name, elem_size, len, capacity]),
    );
  return facts(some) === facts(others);
}

/** Whether a container's buffer lies in a mapping, which is large enough for it. */
export function isIn({ ptr, cap_bytes }: TrueContainer, start: number, mapped: Bytes): boolean {
  const address = Number.parseInt(ptr, 16);
  return address >= start && address < start + mapped && cap_bytes > 0 && cap_bytes <= mapped;
}
