/** Lines of the program's own code. */
import { z } from 'zod';
import { bytes, claim, count } from '../schema.ts';
import { costKind, frame, shared } from './stack-schema.ts';

const others = shared.extend({ count });

const way = shared.extend({
  frames: z.array(frame).describe('own code alone, from the line outwards'),
  otherFrames: count.describe('further out, and left out'),
});

/** Which line it is. */
export const lineName = z.object({
  kind: z
    .enum(['own', 'library', 'start-up'])
    .describe("library, start-up: no own code stands in the stack, of the program's start or not"),
  place: frame.describe('the innermost own function; the module alone where there is none'),
  called: frame.nullable().describe('the library function that allocated, or led to it'),
});

const line = shared.extend({
  ...lineName.shape,
  isExceptionPool: z
    .boolean()
    .describe('by its size: what libstdc++ sets aside at its start for exceptions'),
  ways: z.array(way),
  otherWays: others,
});

const nameless = z.object({
  module: z.string(),
  sharePercent: z.number().describe('of the ranked cost'),
  isInterpreter: z.boolean().describe('what it runs leaves no frames'),
  package: claim(z.string()).nullable().describe('of Debian and Ubuntu, which has the names'),
});

export const ownLinesSchema = z.object({
  basis: z
    .enum(['own', 'any'])
    .describe(
      'any: too little is known of own code, so all code counts but libraries of C and C++',
    ),
  ownPercent: z.number().describe('of the ranked cost, in stacks with own code'),
  rankings: z.array(z.object({ by: costKind, lines: z.array(line), others })),
  elsewhere: z
    .array(line)
    .describe('lines that asked for much, or often, and stand in no ranking; shares of all bytes'),
  leakingPlaces: count,
  ownLeakedBytes: bytes,
  nameless: z.array(nameless).describe('modules without function names, where basis is any'),
});

export type LineNameResult = z.infer<typeof lineName>;
export type OwnLinesResult = z.infer<typeof ownLinesSchema>;
export type OwnRankingResult = OwnLinesResult['rankings'][number];
export type OwnLineResult = z.infer<typeof line>;
export type NamelessResult = z.infer<typeof nameless>;
