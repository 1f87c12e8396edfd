import { describe, expect, test } from 'vitest';
import { memoryGroups } from '../../../src/analysis/memory-map/memory-groups.ts';
import { accountFor } from '../../../src/analysis/story/account-match.ts';
import type { HeapAccount } from '../../../src/model/heap-account.ts';
import { LINUX, type MemoryMap } from '../../../src/model/memory-map.ts';
import { countedAccount } from '../../../src/parsers/counted-account.ts';

const mapOf = (name: string, pid: number, resident: number) => {
  const map: MemoryMap = {
    system: LINUX,
    pid,
    command: undefined,
    executable: undefined,
    mappings: [],
    stated: undefined,
    account: [],
  };
  const groups = memoryGroups(map);
  return { name, groups: { ...groups, total: { ...groups.total, resident } } };
};

const accountOf = (name: string, pid: number | undefined, resident: number) => {
  const live = { count: undefined, bytes: 1, resident: undefined };
  const account: HeapAccount = countedAccount({ allocator: 'glibc', live });
  return { name, account: { ...account, process: { ...account.process, pid, resident } } };
};

describe('the account of a map', () => {
  const [peak, end] = [mapOf('run/peak.smaps.txt', 7, 1000), mapOf('run/end.smaps.txt', 7, 1000)];
  const maps = [peak, end];

  test('is that of its moment, though as much was in RAM in another', () => {
    const accounts = [
      accountOf('run/end.heap.json', 7, 1000),
      accountOf('run/peak.heap.json', 7, 990),
    ];
    expect(accountFor(peak, maps, accounts)?.name).toBe('run/peak.heap.json');
    expect(accountFor(end, maps, accounts)?.name).toBe('run/end.heap.json');
    expect(accountFor(peak, maps, accounts.slice(0, 1))).toBeUndefined();
  });

  test('is of as much RAM where names say nothing', () => {
    const degree = (pid: number | undefined, resident: number) =>
      accountFor(peak, maps, [accountOf('heap.json', pid, resident)])?.match.degree;
    expect(degree(7, 1019)).toBe('process');
    expect(degree(7, 1030)).toBe('other');
    expect(degree(8, 1000)).toBe('other');
    expect(degree(undefined, 1000)).toBe('none');
  });
});
