/** The whole documents of all commands. */

import { z } from 'zod';
import { callsSchema } from '../../src/results/calls/schema.ts';
import { capacitySchema } from '../../src/results/capacity/schema.ts';
import { explainSchema } from '../../src/results/explain/schema.ts';
import { heapSchema } from '../../src/results/heap/schema.ts';
import { accountSchema } from '../../src/results/malloc/account-schema.ts';
import { coreSchema } from '../../src/results/malloc/core-schema.ts';
import { mallocSchema } from '../../src/results/malloc/schema.ts';
import { mapSchema } from '../../src/results/map/schema.ts';
import { recordSchema } from '../../src/results/record/schema.ts';
import { documentSchema } from '../../src/results/schema.ts';

export const SCHEMAS = {
  map: documentSchema('map', mapSchema),
  pmap: documentSchema('pmap', mapSchema),
  strace: documentSchema('strace', callsSchema),
  // Of a heap profile, of a process, or of an account.
  heap: documentSchema('heap', z.union([heapSchema, mallocSchema, accountSchema])),
  heaptrack: documentSchema('heaptrack', heapSchema),
  explain: documentSchema('explain', explainSchema),
  record: documentSchema('record', recordSchema),
  core: documentSchema('core', coreSchema),
  capacity: documentSchema('capacity', capacitySchema),
};
