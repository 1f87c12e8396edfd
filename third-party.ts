/**
 * The licences of everything that is bundled into dist/: MIT, BSD and Apache ask for their texts wherever
 * the code goes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Texts of packages that come without one, and of what others carry inside their WebAssembly. */
const OWN_TEXTS = 'docs/licenses';

/** Built into packages: no import leads there. */
const CARRIED: readonly { readonly name: string; readonly by: string }[] = [
  { name: 'zstd', by: 'zstd-codec' },
  { name: 'emscripten', by: 'zstd-codec' },
  { name: 'emscripten', by: 'yoga-layout' },
  { name: 'rustc-demangle', by: 'gecko-profiler-demangle' },
  { name: 'cpp_demangle', by: 'gecko-profiler-demangle' },
];

/** Compiled into the scans of captures, from their sources. */
const COMPILED = ['assemblyscript'];

/** The folders of all packages of which something is in the bundle. */
function bundledPackages(files: readonly string[]): string[] {
  const folders = files.flatMap(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [],
  );
  return [...new Set([...folders, ...COMPILED.map((name) => `node_modules/${name}`)])].sort();
}

/** @throws where a package has no licence text: it may not be bundled without. */
function licenseText(root: string, folder: string, name: string): string {
  const file = readdirSync(path.join(root, folder)).find((one) =>
    /^(?:licen[cs]e|copying)/i.test(one),
  );
  if (file !== undefined) return readFileSync(path.join(root, folder, file), 'utf8');
  return ownText(root, name);
}

function ownText(root: string, name: string): string {
  const file = path.join(root, OWN_TEXTS, `${name}.txt`);
  if (!existsSync(file)) throw new Error(`${name} comes without a licence; put it into ${file}`);
  return readFileSync(file, 'utf8');
}

/**
 * One text with the licences of all that a build has bundled.
 *
 * @param files that were bundled, from the root on.
 */
export function thirdPartyLicenses(root: string, files: readonly string[]): string {
  const packages = bundledPackages(files).map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
    );
    return {
      title: `${name} ${version} (${license})`,
      name,
      text: licenseText(root, folder, name),
    };
  });
  const carried = CARRIED.filter(({ by }) => packages.some(({ name }) => name === by)).map(
    ({ name, by }) => ({ title: `${name}, in ${by}`, name, text: ownText(root, name) }),
  );
  const rule = '-'.repeat(80);
  return [
    'memtool is distributed with the following software, each under its own licence.\n',
    ...[...packages, ...carried].map(({ title, text }) => `${rule}\n${title}\n\n${text.trim()}\n`),
  ].join('\n');
}
