/**
 * Who may import whom. Data runs one way: input → parsers → model → analysis → results → views; the table is
 * ARCHITECTURE.md's picture, and a file that breaks it is named.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './support/paths.ts';

/** Folder → folders it may import from, beside itself. Commands and cli may import anything. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  model: [],
  diagnostics: ['model'],
  input: ['diagnostics', 'model'],
  parsers: ['model', 'diagnostics', 'input'],
  knowledge: ['model'],
  analysis: ['model', 'knowledge'],
  ingest: ['input', 'parsers', 'diagnostics', 'model'],
  results: ['model', 'diagnostics', 'analysis'],
  views: ['results', 'model', 'diagnostics', 'analysis'],
  app: ['results', 'ingest', 'input', 'diagnostics', 'model', 'analysis', 'knowledge'],
  tui: ['app', 'results', 'views', 'diagnostics', 'model', 'analysis'],
  cli: [
    'app',
    'tui',
    'input',
    'ingest',
    'views',
    'results',
    'diagnostics',
    'model',
    'analysis',
    'knowledge',
  ],
  record: ['input', 'model'],
  commands: [
    'cli',
    'app',
    'record',
    'input',
    'ingest',
    'views',
    'results',
    'diagnostics',
    'model',
    'analysis',
  ],
};

/** The same for the rooms of `analysis`; a room that is not here imports no other. */
const ROOMS_MAY_IMPORT: Record<string, readonly string[]> = {
  replay: ['memory-map'],
  heap: ['growth'],
  growth: ['replay', 'heap', 'demangle'],
  'call-log': ['replay', 'growth'],
  story: ['call-log', 'replay', 'growth', 'memory-map', 'heap'],
  malloc: [],
  containers: ['malloc'],
  process: ['malloc', 'containers', 'memory-map'],
};

/** Where files import each other in a circle still, each held by a type alone. */
const CIRCULAR = /^(?:analysis\/demangle|parsers\/pmap|tui)\//;

/** Packages by the only folder that may use them. */
const PACKAGE_HOMES: Record<string, readonly string[]> = {
  '@oclif/core': ['cli', 'commands', '.'],
  split2: ['input'],
  'zstd-codec': ['input'],
  'gecko-profiler-demangle': ['ingest'],
  'fast-string-width': ['views'],
  filesize: ['views'],
  'fastest-levenshtein': ['cli'],
  re2js: ['analysis'],
  'pprof-format': ['views'],
  'simple-ascii-chart': ['views'],
  zod: ['results'],
  ink: ['tui'],
  react: ['tui'],
};

interface Import {
  readonly file: string;
  /** `src/` folder of the importing file; `.` for src/index.ts. */
  readonly folder: string;
  readonly target: string;
  readonly isTypeOnly: boolean;
  /** `import()`, when it is needed. */
  readonly isLate: boolean;
}

const IMPORT = /^(?:import|export) (type )?[^;]*? from '([^']+)';|import\('([^']+)'\)/gms;

const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /(?<!\.d)\.tsx?$/.test(file),
);

const imports: Import[] = files.flatMap((file) => {
  const source = readFileSync(`${ROOT}src/${file}`, 'utf8');
  return [...source.matchAll(IMPORT)].map(([, type, fixed, dynamic]) => ({
    file,
    folder: file.includes('/') ? file.split('/')[0]! : '.',
    target: fixed ?? dynamic!,
    isTypeOnly: type !== undefined,
    isLate: fixed === undefined,
  }));
});

const relative = imports.filter(({ target }) => target.startsWith('.'));
const packages = imports.filter(({ target }) => !/^(\.|node:)/.test(target));

/** The file that a relative import means, from src/. */
const resolved = ({ file, target }: Import) => path.join(path.dirname(file), target);

describe('imports', () => {
  test('are found at all', () => {
    expect(relative.length).toBeGreaterThan(100);
  });

  test('run one way between folders', () => {
    const wrong = relative.filter((entry) => {
      const from = entry.folder;
      const to = resolved(entry).split('/')[0]!;
      return from !== to && from !== '.' && !MAY_IMPORT[from]?.includes(to);
    });
    expect(wrong.map((entry) => `src/${entry.file} imports ${entry.target}`)).toEqual([]);
  });

  test('run one way between the rooms of analysis', () => {
    const roomOf = (file: string) => /^analysis\/([^/]+)\//.exec(file)?.[1];
    const wrong = relative.filter((entry) => {
      const from = roomOf(entry.file);
      const to = roomOf(resolved(entry));
      return from && to && from !== to && !ROOMS_MAY_IMPORT[from]?.includes(to);
    });
    expect(wrong.map((entry) => `src/${entry.file} imports ${entry.target}`)).toEqual([]);
  });

  test('never come back to the file, types included', () => {
    const targets = new Map<string, string[]>();
    for (const entry of relative.filter(({ isLate }) => !isLate)) {
      targets.set(entry.file, [...(targets.get(entry.file) ?? []), resolved(entry)]);
    }
    const reach = (file: string): Set<string> => {
      const seen = new Set<string>();
      const next = [...(targets.get(file) ?? [])];
      for (let at = next.pop(); at !== undefined; at = next.pop()) {
        if (seen.has(at)) continue;
        seen.add(at);
        next.push(...(targets.get(at) ?? []));
      }
      return seen;
    };
    const circular = files.filter((file) => reach(file).has(file));
    expect(circular.filter((file) => !CIRCULAR.test(file))).toEqual([]);
  });

  test('never lead from one format to another', () => {
    const format = (file: string) => /^parsers\/([^/]+)\//.exec(file)?.[1];
    const wrong = relative.filter((entry) => {
      const from = format(entry.file);
      const to = format(resolved(entry));
      return from !== undefined && to !== undefined && from !== to;
    });
    expect(wrong.map((entry) => `src/${entry.file} imports ${entry.target}`)).toEqual([]);
  });

  test('name a package only where it belongs', () => {
    const wrong = packages.filter(({ folder, target }) => {
      const name = Object.keys(PACKAGE_HOMES).find((home) => target.startsWith(home));
      return name === undefined || !PACKAGE_HOMES[name]!.includes(folder);
    });
    expect(wrong.map(({ file, target }) => `src/${file} imports ${target}`)).toEqual([]);
  });

  test('of the terminal interface: its parts know no domain, and nobody loads it at once', () => {
    const wrong = relative.filter((entry) => {
      const to = resolved(entry);
      if (entry.file.startsWith('tui/parts/')) {
        return !/^(?:tui\/parts|tui\/theme|views\/text)/.test(to);
      }
      return to.startsWith('tui/') && entry.folder !== 'tui' && !entry.isTypeOnly && !entry.isLate;
    });
    expect(wrong.map((entry) => `src/${entry.file} imports ${entry.target}`)).toEqual([]);
    const ofReact = packages.filter(({ target }) => target === 'ink' || target === 'react');
    const inModels = ofReact.filter(
      ({ file, isTypeOnly }) => !file.endsWith('.tsx') && !isTypeOnly,
    );
    expect(inModels.map(({ file }) => `src/${file}`)).toEqual([]);
  });

  test('of cli and commands from analysis are types: what they need is a use case of app', () => {
    const wrong = relative.filter(
      (entry) =>
        ['cli', 'commands'].includes(entry.folder) &&
        resolved(entry).startsWith('analysis/') &&
        // The syntax of patterns is that of a flag.
        resolved(entry) !== 'analysis/linear-pattern.ts' &&
        !entry.isTypeOnly,
    );
    expect(wrong.map((entry) => `src/${entry.file} imports ${entry.target}`)).toEqual([]);
  });

  // What the terminal program shows of growth and of processes reads findings.
  test('of reports on stories, heaps, maps, capacities, recordings made and topics: they read results alone', () => {
    const wrong = relative.filter(
      (entry) =>
        !/story\/(?:growth|process)-report\.ts$/.test(entry.file) &&
        /^views\/(?:story|heaptrack|map|capacity|record|explain)\//.test(entry.file) &&
        /^(?:analysis|diagnostics)\//.test(resolved(entry)),
    );
    expect(wrong.map((entry) => `src/${entry.file} imports ${entry.target}`)).toEqual([]);
  });

  test('of the terminal program from app are types: what it asks for comes with its session', () => {
    const wrong = relative.filter(
      (entry) => entry.folder === 'tui' && resolved(entry).startsWith('app/') && !entry.isTypeOnly,
    );
    expect(wrong.map((entry) => `src/${entry.file} imports ${entry.target}`)).toEqual([]);
  });

  test('take only types from the schemas, so that Zod stays out of the program', () => {
    const wrong = relative.filter(
      (entry) =>
        resolved(entry).endsWith('schema.ts') &&
        !entry.file.endsWith('schema.ts') &&
        !entry.isTypeOnly,
    );
    expect(wrong.map(({ file }) => `src/${file}`)).toEqual([]);
  });
});

describe('files', () => {
  const source = (file: string) => readFileSync(`${ROOT}src/${file}`, 'utf8');

  test('of analysis, model, parsers, results and views touch no terminal and no file system', () => {
    const wrong = files
      .filter((file) =>
        /^(?:analysis|model|parsers|results|views|knowledge|diagnostics)\//.test(file),
      )
      .filter((file) =>
        /\bprocess\.(?:std|exit|argv|env|cwd)|\bconsole\.|from 'node:fs/.test(source(file)),
      );
    expect(wrong).toEqual([]);
  });

  test('of views and screens name no page of explanation themselves: results/topics has them all', async () => {
    const { TOPIC_IDS } = await import('../src/model/topic.ts');
    const literal = new RegExp(`topics?: \\[?'(?:${TOPIC_IDS.join('|')})'`);
    const wrong = files
      .filter((file) => /^(?:views|tui)\//.test(file))
      .filter((file) => literal.test(source(file)));
    expect(wrong).toEqual([]);
  });

  test('export by name, oclif commands excepted', () => {
    const wrong = files
      .filter((file) => !file.startsWith('commands/'))
      .filter((file) => /^export default/m.test(source(file)));
    expect(wrong).toEqual([]);
  });

  test('stay small', () => {
    const long = files.filter((file) => source(file).split('\n').length > 350);
    expect(long).toEqual([]);
  });

  test('are named in kebab-case', () => {
    const wrong = files.filter((file) => !/^[a-z0-9/.-]+\.tsx?$/.test(file));
    expect(wrong).toEqual([]);
  });
});
