/**
 * Bundles src/ into dist/, with the licences of what goes into it, and writes oclif.manifest.json.
 *
 * One bundle per command and per worker, with chunks that commands share: a command loads only what it
 * needs, and an installed memtool has no dependencies. The layout is fixed, because code finds its
 * neighbours by it: dist/index.js, dist/commands/*.js, dist/workers/*.js, dist/chunks/*.js,
 * dist/wasm/*.
 */
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputOptions, type Plugin, type RolldownOptions, rolldown, watch } from 'rolldown';
import { thirdPartyLicenses } from './third-party.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

const commandNames = readdirSync(`${root}/src/commands`).map((file) => file.replace(/\.ts$/, ''));

/** `localeCompare` of command ids loads ICU's collator, 11 ms at every start; ids are ASCII. */
const asciiCommandOrder: Plugin = {
  name: 'ascii-command-order',
  transform: {
    filter: { id: /@oclif\/core\/lib\/config\/plugin\.js$/ },
    handler(original) {
      const code = original.replace('a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)');
      if (code === original) this.error('oclif sorts commands otherwise now');
      return code;
    },
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
const lazyModule = (file: string) => `
  const load = () => require('${file}');
  module.exports = new Proxy(function () {}, {
    get: (_, key) => (key === '__esModule' ? undefined : load()[key]),
    apply: (_, self, args) => (load().default ?? load()).apply(self, args),
  });`;

/** Who loads them at every start. Ink has packages of the same names and other versions, and uses them. */
const LAZY_FOR = /\/src\/|@oclif\/core\//;

/** Puts off running a package's code until something of it is used. */
const lazyPackages: Plugin = {
  name: 'lazy-packages',
  resolveId: {
    filter: { id: new RegExp(`^(?:${LAZY_PACKAGES.join('|')})$`) },
    async handler(id, importer, { kind }) {
      if (importer === undefined || !LAZY_FOR.test(importer)) return null;
      const found = await this.resolve(id, importer, { kind });
      return found && { id: `\0lazy:${found.id}` };
    },
  },
  load: {
    filter: { id: /^\0lazy:/ },
    handler: (id) => ({ code: lazyModule(id.slice('\0lazy:'.length)), moduleType: 'js' }),
  },
};

/** Under WSL oclif calls the platform `wsl`; it reads several files to find out. */
const withoutWsl: Plugin = {
  name: 'without-wsl',
  resolveId: { filter: { id: /^wsl-utils$/ }, handler: () => ({ id: '\0no-wsl' }) },
  load: {
    filter: { id: /^\0no-wsl$/ },
    handler: () => 'export const isWsl = false; export const powerShellPath = async () => "";',
  },
};

/**
 * `import … from 'node:fs'` makes Node build a facade of the whole module, for which it loads every
 * part that is lazy otherwise (fs alone: streams and promises, 5 ms). A property access does not.
 */
const builtinsWithoutFacade: Plugin = {
  name: 'builtins-without-facade',
  resolveId: {
    filter: { id: /^node:/ },
    handler: (id, importer, { kind }) =>
      // The bundler's own runtime makes these modules what they are, and cannot be made of them.
      kind === 'import-statement' && !importer?.includes('rolldown/runtime')
        ? { id: `\0builtin:${id}` }
        : null,
  },
  load: {
    filter: { id: /^\0builtin:/ },
    handler: (id) => ({
      code: `module.exports = process.getBuiltinModule('${id.slice('\0builtin:'.length)}');`,
      moduleType: 'js',
    }),
  },
};

/** zstd-codec carries a second build of 1.3 MB for engines without WebAssembly; Node has it. */
const withoutAsmJs: Plugin = {
  name: 'without-asm-js',
  load: { filter: { id: /zstd-codec\/lib\/zstd-codec-binding\.js$/ }, handler: () => '' },
};

const shared = {
  cwd: root,
  platform: 'node',
  // Ink looks whether it is there before it loads it; memtool never brings it.
  external: ['react-devtools-core'],
  transform: {
    target: 'node20',
    // Ink's layout engine carries its WebAssembly in itself, and would load all of Node's HTTP client, 50 ms,
    // to fetch it from there; without `fetch` it takes it as it is.
    define: { 'process.env.NODE_ENV': '"production"', fetch: 'undefined' },
  },
  plugins: [asciiCommandOrder, lazyPackages, withoutWsl, builtinsWithoutFacade, withoutAsmJs],
  preserveEntrySignatures: 'allow-extension',
  logLevel: 'warn',
} satisfies RolldownOptions;

const output = {
  dir: 'dist',
  minify: true,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  // What bundled CommonJS packages take for granted.
  postBanner: [
    "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
    'const __dirname = import.meta.dirname, __filename = import.meta.filename;',
  ].join('\n'),
} satisfies OutputOptions;

const program = {
  ...shared,
  input: {
    index: 'src/index.ts',
    ...Object.fromEntries(
      commandNames.map((name) => [`commands/${name}`, `src/commands/${name}.ts`]),
    ),
  },
  output: {
    ...output,
    // Each chunk is a file that a start opens, and left alone every set of commands that share a
    // module gets one of its own: 55 for a map. What many load is one chunk, though few need all of it.
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: 'common', test: /\/src\/|^\0builtin:/, minShareCount: 4 }],
    },
  },
} satisfies RolldownOptions;

/** Bundled apart: shared with them, the chunks of commands would be more, and a start opens each. */
const workers = {
  ...shared,
  input: {
    'workers/decoder': 'src/input/decoder.worker.ts',
    'workers/strace': 'src/parsers/strace/strace.worker.ts',
  },
  output,
} satisfies RolldownOptions;

/** @returns the files of all modules that were bundled, from the root on, and how many they became. */
async function bundle({ output, ...input }: typeof program | typeof workers) {
  const modules = await rolldown(input);
  const written = await modules.write(output);
  await modules.close();
  const files = written.output
    .flatMap((one) => (one.type === 'chunk' ? one.moduleIds : []))
    // Modules that stand for others have no file.
    .filter((id) => !id.startsWith('\0'));
  return { files: files.map((file) => path.relative(root, file)), count: written.output.length };
}

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
  watch([program, workers]);
} else {
  rmSync(`${root}/dist`, { recursive: true, force: true });
  const built = [await bundle(program), await bundle(workers)];
  const files = built.flatMap((one) => one.files);
  writeFileSync(`${root}/dist/THIRD_PARTY_LICENSES`, thirdPartyLicenses(root, files));
  copyDemangler();
  await writeManifest();
  console.log(`built dist/ (${built[0]!.count + built[1]!.count} files)`);
}
