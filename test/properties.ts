import fc from 'fast-check';

// CI judges a change, so that it tries the same cases each time; every other run tries new ones.
// PROPERTY_RUNS=10000 searches longer, where a property does not set its own number.
fc.configureGlobal({
  ...(process.env.CI ? { seed: 1 } : {}),
  ...(process.env.PROPERTY_RUNS ? { numRuns: Number(process.env.PROPERTY_RUNS) } : {}),
});
