import { z } from 'zod';
import { address } from '../schema.ts';

/** One function of a call stack. */
export const frameSchema = z.object({
  function: z.string().nullable(),
  file: z.string().nullable(),
  line: z.number().int().nonnegative().nullable(),
  module: z.string().nullable(),
  address: address.describe('0x0 where several are meant, or none is known'),
  moduleOffset: address.nullable().describe('address less load address, as addr2line takes it'),
  inlined: z.boolean().describe('its code lies in the function of the next frame'),
});
