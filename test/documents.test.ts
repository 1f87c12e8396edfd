/** Each document has the fields of its schema, and no other. The corpus has the plain documents of captures. */
import { describe, expect, test } from 'vitest';
import { capturesIn } from '../src/app/capture-folder.ts';
import { ROOT } from './support/paths.ts';
import { type CommandName, runCommand } from './support/run-command.ts';
import { SCHEMAS } from './support/schemas.ts';

const seed = (name: string) => `${ROOT}fixtures/stories/seed/${name}`;
const [MAP, LOG, HEAP] = ['smaps.txt', 'strace.log', 'heaptrack.zst'].map(seed) as [
  string,
  string,
  string,
];
const SIZES = ['--length', '12426', '--element-size', '24'];

/** @returns the document, as its schema has it. */
async function documentOf(command: CommandName, ...argv: readonly string[]) {
  const { stdout } = await runCommand(command, ...argv, '--json');
  const document = JSON.parse(stdout);
  expect(SCHEMAS[command].parse(document)).toEqual(document);
  return document;
}

describe('the document of', () => {
  test.each<[CommandName, readonly string[]]>([
    ['pmap', [MAP]],
    ['pmap', [seed('pmap-x.txt'), MAP]],
    ['pmap', [String(process.pid)]],
    ['pmap', ['--tree', String(process.pid)]],
    ['strace', [LOG, '--map-at', '30']],
    ['strace', [LOG, '--pmap', MAP, '--heaptrack', HEAP, '--growth', '--timeline']],
    ['heaptrack', [HEAP, '--tree', 'top-down', '--callers', 'main', '--sizes', '--growth']],
    ['heaptrack', [HEAP, '--from', '0.1s', '--to', '1s', '--timeline']],
    ['heaptrack', [HEAP, HEAP]],
    ['capacity', SIZES],
    ['capacity', ['--length', '0', '--element-size', '24', '--allocator', 'mimalloc']],
    ['capacity', [...SIZES, '--capacity', '10001', '--allocator', 'jemalloc']],
    ['explain', []],
    ['explain', ['rss-and-pss', 'slack']],
    ['explain', [String(process.pid)]],
  ])('memtool %s %j', async (command, argv) => {
    const { result, error } = await documentOf(command, ...argv);
    expect(error).toBeNull();
    expect(result).not.toBeNull();
  });

  test.each(['seed', 'blog', 'freed', 'midway', 'forks'])('the story %s', async (name) => {
    const files = capturesIn(`${ROOT}fixtures/stories/${name}`)!;
    const { result } = await documentOf('explain', ...files.filter((file) => !/json$/.test(file)));
    expect(result.captures.length).toBeGreaterThan(1);
  });

  test.each<CommandName>(['pmap', 'strace', 'heaptrack', 'explain'])(
    'memtool %s of a file that is not there says why it has no result',
    async (command) => {
      const { result, error } = await documentOf(command, `${ROOT}no/such.file`);
      expect(result).toBeNull();
      expect(error.code).toBe('input/not-found');
    },
  );
});
