import { filesize } from 'filesize';
import { formatAddress } from '../../model/address.ts';
import { type Bytes, KIB } from '../../model/bytes.ts';
import type { Cell, Quantity } from '../report.ts';
import { escapeText } from './escape.ts';
import { sparkline } from './gauge.ts';
import { shownText } from './shown-text.ts';

/** `human`: KiB, MiB …; `bytes`: plain integers. */
export type Units = 'human' | 'bytes';

/** A unit is left for the next one only from 10 of the next on, so three digits always remain. */
const STEP_UP = 10;

/** All that addresses of 64 bits reach; larger sums are of damaged captures. */
const LARGEST: Bytes = 2 ** 64;
const LARGEST_EXPONENT = 6;

/** Of a curve in a line. */
const CURVE_WIDTH = 40;

/** What is shown for a number that is none. */
const NO_NUMBER = '?';

/** Sizes as pmap users know them: whole KiB, of which there are up to 10 MiB (`5576 KiB`). */
export function formatBytes(value: Bytes, units: Units): string {
  if (Number.isNaN(value)) return NO_NUMBER;
  if (Math.abs(value) > LARGEST) return value > 0 ? '> 16 EiB' : '< -16 EiB';
  if (units === 'bytes') return plainBytes(value);
  let exponent = value !== 0 && value % KIB === 0 ? 1 : 0;
  while (exponent < LARGEST_EXPONENT && Math.abs(value) >= STEP_UP * 1024 ** (exponent + 1))
    exponent++;
  return filesize(value, { standard: 'iec', exponent, round: 1 });
}

/** Beyond 2^53 sums are rounded. */
function plainBytes(value: Bytes): string {
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return isExact ? String(value) : `≈ ${BigInt(value)}`;
}

function formatSeconds(value: number): string {
  if (value === 0) return '0 s';
  if (Math.abs(value) < 1) return `${(value * 1000).toFixed(Math.abs(value) < 0.01 ? 2 : 0)} ms`;
  return `${value.toFixed(2)} s`;
}

function formatNumber(quantity: Quantity, units: Units): string {
  if (quantity.kind !== 'bytes' && !Number.isFinite(quantity.value)) return NO_NUMBER;
  switch (quantity.kind) {
    case 'bytes':
      return formatBytes(quantity.value, units);
    case 'count':
      return String(quantity.value);
    case 'seconds':
      return formatSeconds(quantity.value);
    case 'percent':
      return `${quantity.value.toFixed(1)} %`;
    case 'per-second':
      return `${Math.trunc(quantity.value)}/s`;
  }
}

/** One cell as text: `≈` before what is inferred, control characters made visible. */
export function formatCell(cell: Cell, units: Units): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return escapeText(cell);
  if (cell.kind === 'address') return formatAddress(cell.value);
  if (cell.kind === 'curve') return sparkline(cell.points, CURVE_WIDTH);
  const text = cell.kind === 'text' ? shownText(cell.text) : formatNumber(cell, units);
  if ('atMost' in cell && cell.atMost) return `≤ ${text}`;
  const sign = 'signed' in cell && cell.signed && cell.value > 0 ? '+' : '';
  return cell.inferred ? `≈ ${sign}${text}` : sign + text;
}
