/** Files for other programs. */
export const EXPORT_FORMATS = [
  'folded',
  'speedscope',
  'pprof',
  'massif',
  'sizes-csv',
  'timeline-csv',
] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Snapshots with a tree in a massif file, beside the peak: as many as massif itself keeps. */
export const MASSIF_TREES = 50;
