import { expect, test } from 'vitest';
import { debugPackage } from '../../src/knowledge/debug-packages.ts';

test.each([
  ['/usr/bin/git', 'git-dbgsym'],
  ['/lib/x86_64-linux-gnu/libz.so.1.2.13', 'libz1-dbgsym'],
  ['/usr/lib/x86_64-linux-gnu/libpcre2-8.so.0.11.2', 'libpcre2-8-0-dbgsym'],
  ['/home/me/build/app', undefined],
])('%s has its names in %s', (module, name) => {
  expect(debugPackage(module)).toBe(name);
});
