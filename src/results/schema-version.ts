/** Grows when a field of the JSON documents changes its meaning or goes away, not when one is added. */
export const SCHEMA_VERSION = 1;
