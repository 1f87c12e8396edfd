import type { GrownContainer } from '../../analysis/growth/from-log/findings.ts';
import { escapeText } from '../../views/text/escape.ts';

/** A container that grew, in a few words: `≈ Vec, ≈ 8192 → 16384 of ≈ 24 bytes`. */
export function roundedGrowth({ claims, capacities, count }: GrownContainer): string {
  const what = `≈ ${escapeText(claims.container?.value ?? 'buffer')}`;
  const known = capacities.filter((capacity) => capacity !== undefined);
  const steps = known.length > 1 ? `, ≈ ${known[0]} → ${known.at(-1)}` : '';
  const element = claims.element === undefined ? '' : ` of ≈ ${claims.element.value} bytes`;
  const times = count > 1 ? `, ${count} times` : '';
  return `${what}${steps}${element}${times}`;
}
