import { readFileSync } from 'node:fs';
import { vi } from 'vitest';

/** Waits until a process waits for its standard input: until then it goes on. */
export const untilWaiting = (pid: number): Promise<boolean> =>
  vi.waitUntil(() => /^0 0x0 /.test(readFileSync(`/proc/${pid}/syscall`, 'utf8')), {
    timeout: 5000,
    interval: 5,
  });
