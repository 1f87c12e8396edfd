/**
 * Bundles src/ into dist/, with the licences of what goes into it, and writes oclif.manifest.json.
 *
 * One bundle per command and per worker, with chunks that commands share: a command loads only what it
 * needs, and an installed memtool has no dependencies. The layout is fixed, because code finds its
 * neighbours by it: dist/index.js, dist/commands/*.js, dist/workers/*.js, dist/chunks/*.js,
 * dist/wasm/*.
 */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, context, type Plugin } from 'esbuild';
import { thirdPartyLicenses } from './third-party.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

const commandNames = readdirSync(`${root}/src/commands`).map((file) => file.replace(/\.ts$/, ''));

/** `localeCompare` of command ids loads ICU's collator, 11 ms at every start; ids are ASCII. */
const asciiCommandOrder: Plugin = {
  name: 'ascii-command-order',
  setup({ onLoad }) {
    onLoad({ filter: /@oclif\/core\/lib\/config\/plugin\.js$/ }, ({ path }) => {
      const original = readFileSync(path, 'utf8');
      const contents = original.replace('a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)');
      if (contents === original)
        return { errors: [{ text: 'oclif sorts commands otherwise now' }] };
      return { contents, loader: 'js' };
    });
  },
};

/** Packages that are loaded at every start and needed for help, errors, charts or a missing manifest. */
const LAZY_PACKAGES = [
  'clean-stack',
  'ejs',
  'indent-string',
  'lilconfig',
  'minimatch',
  'simple-ascii-chart',
  'string-width',
  'tinyglobby',
  'widest-line',
  'wordwrap',
  'wrap-ansi',
];

/** Stands for a package until something of it is called or looked at. */
const lazyModule = (name: string) => `
  const load = () => require('${name}');
  module.exports = new Proxy(function () {}, {
    get: (_, key) => (key === '__esModule' ? undefined : load()[key]),
    apply: (_, self, args) => (load().default ?? load()).apply(self, args),
  });`;

/** Who loads them at every start. Ink has packages of the same names and other versions, and uses them. */
const LAZY_FOR = /\/src\/|@oclif\/core\//;

/** Puts off running a package's code until something of it is used. */
const lazyPackages: Plugin = {
  name: 'lazy-packages',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(?:${LAZY_PACKAGES.join('|')})$`);
    onResolve({ filter }, ({ path, namespace, importer, resolveDir }) =>
      namespace === 'lazy' || !LAZY_FOR.test(importer)
        ? undefined
        : { path, namespace: 'lazy', pluginData: resolveDir },
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData }) => ({
      contents: lazyModule(path),
      resolveDir: pluginData as string,
    }));
    // Under WSL oclif calls the platform `wsl`; it reads several files to find out.
    onResolve({ filter: /^wsl-utils$/ }, ({ path }) => ({ path, namespace: 'no-wsl' }));
    onLoad({ filter: /.*/, namespace: 'no-wsl' }, () => ({
      contents: 'export const isWsl = false; export const powerShellPath = async () => "";',
    }));
  },
};

/**
 * `import … from 'node:fs'` makes Node build a facade of the whole module, for which it loads every
 * part that is lazy otherwise (fs alone: streams and promises, 5 ms). A property access does not.
 */
const builtinsWithoutFacade: Plugin = {
  name: 'builtins-without-facade',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

/** zstd-codec carries a second build of 1.3 MB for engines without WebAssembly; Node has it. */
const withoutAsmJs: Plugin = {
  name: 'without-asm-js',
  setup({ onLoad }) {
    onLoad({ filter: /zstd-codec\/lib\/zstd-codec-binding\.js$/ }, () => ({ contents: '' }));
  },
};

const shared = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  // What bundled CommonJS packages take for granted.
  banner: {
    js: [
      "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
      'const __dirname = import.meta.dirname, __filename = import.meta.filename;',
    ].join('\n'),
  },
  // Ink's layout engine carries its WebAssembly in itself, and would load all of Node's HTTP client, 50 ms,
  // to fetch it from there; without `fetch` it takes it as it is.
  define: { 'process.env.NODE_ENV': '"production"', fetch: 'undefined' },
  // Ink looks whether it is there before it loads it; memtool never brings it.
  external: ['react-devtools-core'],
  plugins: [asciiCommandOrder, lazyPackages, builtinsWithoutFacade, withoutAsmJs],
  logLevel: 'warning',
} satisfies BuildOptions;

const program = {
  ...shared,
  entryPoints: [
    { in: 'src/index.ts', out: 'index' },
    ...commandNames.map((name) => ({ in: `src/commands/${name}.ts`, out: `commands/${name}` })),
  ],
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
};

/** Bundled apart: shared with them, the chunks of commands would be smaller and more, and a start opens each. */
const workers = {
  ...shared,
  entryPoints: [
    { in: 'src/input/decoder.worker.ts', out: 'workers/decoder' },
    { in: 'src/parsers/strace/strace.worker.ts', out: 'workers/strace' },
  ],
};

/** What oclif needs to know of a command before it loads it: flags, arguments, help, file. */
async function writeManifest(): Promise<void> {
  const { Plugin } = await import('@oclif/core');
  rmSync(`${root}/oclif.manifest.json`, { force: true });
  const plugin = new Plugin({ root, ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  writeFileSync(`${root}/oclif.manifest.json`, `${JSON.stringify(plugin.manifest, null, 2)}\n`);
}

/** It is read at run time, and only where a capture has mangled names. */
function copyDemangler(): void {
  const wasm = `${root}/node_modules/gecko-profiler-demangle/index_bg.wasm`;
  cpSync(wasm, `${root}/dist/wasm/demangler.wasm`);
}

if (process.argv.includes('--watch')) {
  copyDemangler();
  for (const options of [program, workers]) await (await context(options)).watch();
} else {
  rmSync(`${root}/dist`, { recursive: true, force: true });
  const built = [await build(program), await build(workers)];
  const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs));
  writeFileSync(`${root}/dist/THIRD_PARTY_LICENSES`, thirdPartyLicenses(root, outputs));
  copyDemangler();
  await writeManifest();
  console.log(`built dist/ (${Object.keys(outputs).length} files)`);
}
