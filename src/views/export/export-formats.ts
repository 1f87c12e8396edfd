/** Files for other programs. */
export const EXPORT_FORMATS = [
  'folded',
  'speedscope',
  'pprof',
  'massif',
  'sizes-csv',
  'timeline-csv',
] as const;

/** Those that hold what became less, too. */
export const DIFFERENCE_FORMATS = ['folded', 'pprof'] as const satisfies readonly ExportFormat[];

export type DifferenceFormat = (typeof DIFFERENCE_FORMATS)[number];

export const holdsDifferences = (format: ExportFormat): format is DifferenceFormat =>
  DIFFERENCE_FORMATS.some((one) => one === format);

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Snapshots with a tree in a massif file, beside the peak: as many as massif itself keeps. */
export const MASSIF_TREES = 50;
