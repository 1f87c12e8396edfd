import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/properties.ts'],
    // Commands are run in the test's own process, which needs a working directory of its own.
    pool: 'forks',
    // Left alone, vitest keeps a core for itself, which halves the speed of two.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is printed must not depend on whether heaptrack is installed.
    env: { MEMTOOL_HEAPTRACK_INTERPRET: '' },
  },
});
