import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { KIB } from '../../model/bytes.ts';
import { FOOTPRINT_COLUMNS, sumFootprints } from '../../model/footprint.ts';
import type { Footprint, Mapping, MemoryMap } from '../../model/memory-map.ts';

/** Holds the totals of a capture against the sums of its rows, one process after the other. */
export class TotalCheck {
  readonly #diagnostics: Diagnostics;
  /** Totals of the processes before, as -X of procps before 4.0.4 adds them up. */
  #piled: Footprint | undefined;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  check(mappings: readonly Mapping[], stated: NonNullable<MemoryMap['stated']>): void {
    const sum = sumFootprints(mappings);
    const piled = this.#piled && sumFootprints([this.#piled, sum]);
    this.#piled = piled ?? sum;
    // -X looks twice, for the total and for the rows; PSS changes with what other processes do.
    const columns = (['size', ...FOOTPRINT_COLUMNS] as const).filter(
      (column) =>
        column !== 'pss' &&
        stated[column] !== undefined &&
        sum[column] !== undefined &&
        stated[column] !== sum[column],
    );
    if (columns.length === 0) return;
    const { line } = stated;
    if (piled && columns.every((column) => stated[column] === piled[column])) {
      const message = 'the total is that of this process and those before it';
      this.#diagnostics.report('pmap/piled-total', message, { line });
      return;
    }
    // Every process has a stack: without one, rows were left out.
    const isPart = !mappings.some(({ backing }) => backing.kind === 'stack');
    const isMore = columns.every((column) => stated[column]! > sum[column]!);
    if (isPart && isMore && !columns.includes('size')) {
      const message = `the total counts more than the rows: ${columns.join(' and ')} of rows that are not shown`;
      this.#diagnostics.report('pmap/filtered-total', message, { line });
      return;
    }
    for (const column of columns) {
      const message = `the total says ${column} ${stated[column]! / KIB} KiB, the rows sum to ${sum[column]! / KIB} KiB`;
      this.#diagnostics.report('pmap/total-differs', message, { line });
    }
  }
}
