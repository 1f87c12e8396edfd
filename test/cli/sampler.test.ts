import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isWhole } from '../../src/record/sampler.ts';

test('what is left of a process that has ended is no snapshot', async () => {
  const smaps = readFileSync('/proc/self/smaps', 'utf8');
  const status = readFileSync('/proc/self/status', 'utf8');
  expect(isWhole({ smaps, status })).toBe(true);
  expect(isWhole({ smaps: '', status })).toBe(false);

  // The child ends when the shell has become a program that does not wait for it.
  const shell = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [pid] = await once(shell.stdout.setEncoding('utf8'), 'data');
  const read = () => readFileSync(`/proc/${String(pid).trim()}/status`, 'utf8');
  await expect.poll(() => /^State:\s+Z/m.test(read()), { timeout: 5000 }).toBe(true);
  expect(isWhole({ smaps, status: read() })).toBe(false);
  shell.kill();
});
