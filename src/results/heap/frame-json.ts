import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { formatAddress } from '../../model/address.ts';

/** One function of a call stack in JSON. */
export const frameJson = ({ name, file, line, module, address, offset, inlined }: StackFrame) => ({
  function: name ?? null,
  file: file ?? null,
  line: file === undefined ? null : line,
  module: module ?? null,
  address: formatAddress(address),
  moduleOffset: offset === undefined ? null : formatAddress(offset),
  inlined,
});
