/** What the allocator and the kernel make of a block. */
import type { CapacityAccount } from '../../../analysis/growth/forward/capacity-account.ts';
import type { KnownBlock } from '../../../analysis/growth/growth.ts';
import { type Bytes, KIB, pagesOf, roundUpToPage } from '../../../model/bytes.ts';
import { TOPICS } from '../../../results/topics.ts';
import { formatBytes } from '../../../views/text/quantity.ts';
import type { Found, FoundRow, Stage } from './stage.ts';

/** What the allocator makes of the block, and what of it is in RAM. */
export function placeStages(account: CapacityAccount, block: KnownBlock, found: Found): Stage[] {
  const { header, total, rounding, isMapping } = account;
  const { allocator, query } = account.findings;
  const { requested } = block;
  if (block.placement === undefined) {
    return [
      {
        label: 'block',
        formula: '',
        bytes: undefined,
        why: `what ${allocator.name} takes beside it, and what of it is in RAM, is not known`,
        topic: TOPICS.mmapThreshold,
      },
    ];
  }
  const limit = allocator.mapsFrom && Math.round(allocator.mapsFrom / KIB) * KIB;
  const asked = requested + header;
  const headerStage: Stage = {
    label: '+ header',
    formula: `+ ${header}`,
    bytes: asked,
    why: isMapping
      ? `${allocator.name} keeps the block’s size there; over ${formatBytes(limit ?? 0, 'human')} a block is a mapping of its own`
      : `${allocator.name} keeps the block’s size there`,
    topic: TOPICS.headerBytes,
  };
  const placed: Stage = isMapping
    ? {
        label: 'pages',
        formula: `${quotient(asked, query.pageBytes)}, rounded up: ${pagesOf(total, query.pageBytes)}`,
        bytes: total,
        why: [whyPages(requested, asked, query.pageBytes), rowSays(found.row, 'size', total)]
          .filter(Boolean)
          .join('; '),
        topic: TOPICS.mappedPages,
        place: found.row?.place,
      }
    : {
        label: 'block',
        formula: `+ ${rounding}`,
        bytes: total,
        why:
          limit === undefined || header === 0
            ? allocator.words.join('; ')
            : `rounded up; below ${formatBytes(limit, 'human')} it lies in the heap, beside other blocks`,
        topic: TOPICS.mmapThreshold,
      };
  return [...(header > 0 ? [headerStage] : []), placed, residentStage(account, found)];
}

/** `96.004`: as many digits as tell it from a whole number. */
function quotient(bytes: Bytes, pageBytes: Bytes): string {
  const pages = bytes / pageBytes;
  if (Number.isInteger(pages)) return String(pages);
  const digits = [1, 2, 3, 4].find((count) => Number(pages.toFixed(count)) % 1 !== 0) ?? 5;
  return pages.toFixed(digits);
}

/** Why there are so many pages, and not one less. */
function whyPages(requested: Bytes, asked: Bytes, pageBytes: Bytes): string {
  const pages = pagesOf(roundUpToPage(asked, pageBytes), pageBytes);
  const without = pagesOf(roundUpToPage(requested, pageBytes), pageBytes);
  const header = asked - requested;
  if (requested % pageBytes === 0 && pages > without) {
    return `${without} pages hold it exactly; the ${header} bytes of header cost one whole page`;
  }
  if (pages > without) return `the ${header} bytes of header cost one page more`;
  const filled = asked % pageBytes;
  return filled === 0
    ? 'the last page is full'
    : `the kernel maps whole pages; of the last ${filled} bytes are used`;
}

/** What the capture says of the same number. */
function rowSays(
  row: FoundRow | undefined,
  column: 'size' | 'resident',
  bytes: Bytes,
  isAtMost = false,
): string | undefined {
  const told = row?.[column];
  if (row === undefined || told === undefined) return undefined;
  const says = `${row.name}:${row.place.line} says ${formatBytes(told, 'human')}`;
  if (told === bytes) return `${says}, the same`;
  return told < bytes && isAtMost
    ? `${says}: there are fewer elements`
    : `${says}, which is not the same`;
}

function residentStage(account: CapacityAccount, { row, atMost }: Found): Stage {
  const { resident, used, header, untouched, findings } = account;
  const { pageBytes } = findings.query;
  const topic = TOPICS.residentBytes;
  if (resident === undefined || untouched === undefined) {
    return {
      label: 'in RAM',
      formula: '',
      bytes: undefined,
      why: 'it shares its pages with other blocks, so they are touched anyway',
      topic: TOPICS.mmapThreshold,
    };
  }
  const isFilled = roundUpToPage(used + header, pageBytes) === resident.value;
  const pages = pagesOf(resident.value, pageBytes);
  const never = pagesOf(untouched, pageBytes);
  const why = !isFilled
    ? resident.basis === 'inferred'
      ? resident.because
      : ''
    : never === 0
      ? 'elements lie in each page'
      : `the kernel gives RAM to a page when it is first written: ${never} never were`;
  return {
    label: 'in RAM',
    formula: isFilled
      ? `${quotient(used + header, pageBytes)}, rounded up: ${pages}`
      : `all ${pages} pages`,
    bytes: resident.value,
    why: [why, rowSays(row, 'resident', resident.value, atMost !== undefined)]
      .filter(Boolean)
      .join('; '),
    topic,
    place: row?.place,
  };
}
