import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { formatAddress } from '../../model/address.ts';
import { escapeText } from '../text/escape.ts';

/** Where nothing is known, not even an address, as heaptrack writes it. */
const NOTHING_KNOWN = '??';

/**
 * A function as exported files name it: its name, or the address where it has none. Control
 * characters are escaped, because viewers show these names and terminals obey them.
 */
export function frameName({ name, address }: StackFrame): string {
  if (name !== undefined) return escapeText(name);
  return address === 0 ? NOTHING_KNOWN : formatAddress(address);
}
