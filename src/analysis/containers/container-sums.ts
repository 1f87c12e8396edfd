import type { ContainerKind, ContainerSum, ContainerSums } from '../../model/heap-account.ts';
import type { ContainerFindings } from './containers.ts';
import { KIND_NAMES } from './recognise.ts';

/** What the containers of a heap take, by kind. */
export function containerSums({ families, language, large }: ContainerFindings): ContainerSums {
  const sums = new Map<ContainerKind, ContainerSum>();
  for (const family of families) {
    const kind = KIND_NAMES[family.kind] as ContainerKind;
    const known = sums.get(kind) ?? { kind, number: 0, bytes: 0, spare: 0, spareResident: 0 };
    sums.set(kind, {
      kind,
      number: known.number + family.number,
      bytes: known.bytes + family.bytes,
      spare: known.spare + family.spare,
      spareResident: known.spareResident + family.spareResident,
    });
  }
  return { language, large, kinds: [...sums.values()].sort((a, b) => b.bytes - a.bytes) };
}
