import { spawnSync } from 'node:child_process';
import { describe, test } from 'vitest';

function isInstalled(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

/** Tests that need the real tools; where one is missing they are skipped, and the name says why. */
export function describeWith(tools: readonly string[], name: string, body: () => void): void {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length === 0) describe(name, body);
  else {
    describe(`${name} (skipped: ${missing.join(', ')} not installed)`, () => {
      test.skip('needs the real tools', () => {});
    });
  }
}
