import type { Growth } from '../../analysis/growth/growth.ts';
import { escapeText } from '../../views/text/escape.ts';

/** A container that grew, in a few words: `≈ Vec, ≈ 8192 → 16384 of ≈ 24 bytes`. */
export function roundedGrowth({ container, element, blocks, containers }: Growth): string {
  const what = `≈ ${escapeText(container?.value.name ?? 'buffer')}`;
  const known = blocks.flatMap(({ capacity }) => capacity ?? []);
  const steps = known.length > 1 ? `, ≈ ${known[0]} → ${known.at(-1)}` : '';
  const size = element === undefined ? '' : ` of ≈ ${element.size.value} bytes`;
  const times = containers.value > 1 ? `, ${containers.value} times` : '';
  return `${what}${steps}${size}${times}`;
}
