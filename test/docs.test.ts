/** The papers are true: commands in them run, tables are complete, schemas are those of the code. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readTopic, topicIds } from '../src/app/topics.ts';
import { codeInfo, DIAGNOSTIC_CODES } from '../src/diagnostics/codes.ts';
import { FORMATS } from '../src/parsers/index.ts';
import { ROOT } from './support/paths.ts';
import { type CommandName, runCommand } from './support/run-command.ts';
import { SCHEMAS } from './support/schemas.ts';

const BLESS = process.env.BLESS !== undefined;

const read = (file: string) => readFileSync(ROOT + file, 'utf8');
const packageJson = JSON.parse(read('package.json'));

const PAPERS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].concat(
  readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
);

/** A command and what it prints: a block of ```console whose first line is `$ memtool …`. */
const CONSOLE_BLOCK = /```console\n\$ memtool (\w+) (.*)\n([\s\S]*?)```/g;

/** What papers show has the width of a paper. */
const PAPER_COLUMNS = '100';

beforeAll(() => vi.stubEnv('COLUMNS', PAPER_COLUMNS));
afterAll(() => vi.unstubAllEnvs());

describe.each(PAPERS)('%s', (paper) => {
  test('shows what the commands in it print', async () => {
    let text = read(paper);
    for (const [block, command, args, shown] of text.matchAll(CONSOLE_BLOCK)) {
      const { stdout, stderr } = await runCommand(command as CommandName, ...args!.split(' '));
      expect(stderr).toBe('');
      if (BLESS)
        text = text.replace(block, () => `${block.slice(0, -(shown!.length + 3))}${stdout}\`\`\``);
      else expect(shown).toBe(stdout);
    }
    if (BLESS) writeFileSync(ROOT + paper, text);
  });

  test('links to what is there', () => {
    const links = [...read(paper).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link!);
    const folder = paper.replace(/[^/]*$/, '');
    for (const link of links) expect(existsSync(ROOT + folder + link), link).toBe(true);
  });
});

describe('docs/diagnostics.md', () => {
  test('explains every code, with its severity, and no other', () => {
    const rows = [...read('docs/diagnostics.md').matchAll(/^\| `([a-z-]+\/[a-z-]+)` \| (\w+)/gm)];
    const explained = Object.fromEntries(rows.map(([, code, severity]) => [code, severity]));
    const codes = DIAGNOSTIC_CODES.map((code) => [code, codeInfo(code).severity]);
    expect(explained).toEqual(Object.fromEntries(codes));
  });
});

describe('docs/dependencies.md', () => {
  test('justifies every package, and no other', () => {
    const rows = [...read('docs/dependencies.md').matchAll(/^\| ([@\w][^|]*?) \| /gm)];
    const justified = rows
      .flatMap(([, names]) => names!.split(', '))
      .filter((n) => n !== 'package');
    expect(justified.sort()).toEqual(Object.keys(packageJson.devDependencies).sort());
    expect(packageJson.dependencies).toBeUndefined();
  });
});

describe('docs/formats', () => {
  test('has a page for every format', () => {
    const pages = readdirSync(`${ROOT}docs/formats`);
    for (const { id } of FORMATS) expect(pages).toContain(`${id}.md`);
  });
});

describe('CONTRIBUTING.md', () => {
  test('names every script, and no other', () => {
    const named = [...read('CONTRIBUTING.md').matchAll(/^\| `npm (?:run )?(\w+)`/gm)];
    const scripts = Object.keys(packageJson.scripts).filter((script) => script !== 'prepack');
    expect(named.map(([, script]) => script).sort()).toEqual(scripts.sort());
  });
});

describe('docs/explain', () => {
  test.each(topicIds())('%s fits a terminal and names topics that exist', (id) => {
    const { title, text } = readTopic(id);
    expect(title.length).toBeGreaterThan(0);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const others = /^See also: (.*)\.$/m.exec(text)?.[1]?.split(', ') ?? [];
    expect(others.filter((other) => !topicIds().includes(other))).toEqual([]);
  });
});

describe('docs/schema', () => {
  test.each(Object.entries(SCHEMAS))('%s.json is the schema of the code', (command, schema) => {
    const file = `docs/schema/${command}.json`;
    const generated = z.toJSONSchema(schema, { reused: 'ref' });
    const text = `${JSON.stringify(generated, null, 2)}\n`;
    if (BLESS) writeFileSync(ROOT + file, text);
    expect(read(file)).toBe(text);
  });
});
