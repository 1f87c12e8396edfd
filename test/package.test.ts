/** What is published: only what users need, with the licences of all that is in it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { thirdPartyLicenses } from '../third-party.ts';
import { ROOT } from './support/paths.ts';
import { run } from './support/run-program.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-package-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const readme = readFileSync(`${ROOT}README.md`, 'utf8');

describe('licences', () => {
  const shipped = readFileSync(`${ROOT}dist/THIRD_PARTY_LICENSES`, 'utf8');

  test.each([
    '@oclif/core',
    'ink',
    'react',
    'split2',
    'zstd-codec',
    'zstd, in zstd-codec',
    'yoga-layout',
    'pprof-format',
    're2js',
    'fast-string-width',
    'simple-ascii-chart',
    'filesize',
    'fastest-levenshtein',
    'assemblyscript',
  ])('of %s', (name) => {
    const [, text] = shipped.split(new RegExp(`^-+\n${name}[ \n].*\n`, 'm'));
    expect(text?.split(/^-{80}$/m)[0]).toMatch(/copyright|permission/i);
  });

  function packageAt(folder: string, license: string | undefined): void {
    const at = path.join(scratch, folder);
    mkdirSync(at, { recursive: true });
    const name = folder.split('node_modules/').at(-1);
    writeFileSync(
      path.join(at, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', license: 'MIT' }),
    );
    if (license !== undefined) writeFileSync(path.join(at, 'LICENSE.md'), license);
  }

  test('are those of every package of which something is bundled, also of nested ones', () => {
    packageAt('node_modules/assemblyscript', 'its licence');
    packageAt('node_modules/@a/b', 'licence of b');
    packageAt('node_modules/@a/b/node_modules/c', 'licence of c');
    packageAt('node_modules/unused', 'licence of unused');
    const text = thirdPartyLicenses(scratch, [
      'src/x.ts',
      'node_modules/@a/b/lib/i.js',
      'node_modules/@a/b/node_modules/c/i.js',
    ]);
    for (const one of ['@a/b 1.0.0 (MIT)', 'licence of b', 'licence of c']) {
      expect(text).toContain(one);
    }
    expect(text).not.toContain('unused');
  });

  test('that are missing stop the build', () => {
    packageAt('node_modules/bare', undefined);
    expect(() => thirdPartyLicenses(scratch, ['node_modules/bare/i.js'])).toThrow(
      'bare comes without a licence',
    );
  });
});

describe('the package', () => {
  const packed = run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']).then(
    ({ stdout }) => {
      const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
      return files.map((file) => file.path);
    },
  );

  test('has what runs, and nothing for developers', async () => {
    const files = await packed;
    for (const file of ['bin/run.js', 'dist/index.js', 'dist/THIRD_PARTY_LICENSES', 'LICENSE']) {
      expect(files).toContain(file);
    }
    expect(files.filter((file) => /\.(?:c|rs|ts|cpp)$|expected|truth/.test(file))).toEqual([]);
  });

  test('has every file that its README links to', async () => {
    const files = await packed;
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => target!);
    expect(links.length).toBeGreaterThan(3);
    const dead = links.filter((link) => !files.some((file) => `${file}/`.startsWith(`${link}/`)));
    expect(dead).toEqual([]);
  });

  test('says the same of Node everywhere', () => {
    const [, version] = /^>=(\d+\.\d+)$/.exec(packageJson.engines.node)!;
    const said = [...readme.matchAll(/Node (\d+\.\d+) or newer/g)].map(([, one]) => one);
    expect(new Set(said)).toEqual(new Set([version]));
  });

  test('says where it comes from', () => {
    for (const key of [
      'repository',
      'homepage',
      'bugs',
      'author',
      'keywords',
      'license',
    ] as const) {
      expect(packageJson[key]).toBeTruthy();
    }
  });
});
