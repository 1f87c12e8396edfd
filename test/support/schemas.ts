/** The whole documents of all commands. */
import { callsSchema } from '../../src/results/calls/schema.ts';
import { capacitySchema } from '../../src/results/capacity/schema.ts';
import { explainSchema } from '../../src/results/explain/schema.ts';
import { heapSchema } from '../../src/results/heap/schema.ts';
import { mapSchema } from '../../src/results/map/schema.ts';
import { recordSchema } from '../../src/results/record/schema.ts';
import { documentSchema } from '../../src/results/schema.ts';

export const SCHEMAS = {
  map: documentSchema('map', mapSchema),
  pmap: documentSchema('pmap', mapSchema),
  strace: documentSchema('strace', callsSchema),
  heap: documentSchema('heap', heapSchema),
  heaptrack: documentSchema('heaptrack', heapSchema),
  explain: documentSchema('explain', explainSchema),
  record: documentSchema('record', recordSchema),
  capacity: documentSchema('capacity', capacitySchema),
};
