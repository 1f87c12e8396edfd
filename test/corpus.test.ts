/**
 * What must be true of every capture under fixtures/: it is told by its content and by nothing
 * else, it prints what the file beside it says, and how its bytes arrive makes no difference.
 *
 * `npm run bless` writes the expected files anew; read the diff before committing it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { Diagnostics } from '../src/diagnostics/diagnostic.ts';
import type { Input } from '../src/input/input.ts';
import type { Artifact } from '../src/model/artifact.ts';
import type { SyscallEvent } from '../src/model/syscall-trace.ts';
import type { Format } from '../src/parsers/format.ts';
import { claimants, commandFor, FIXTURES, openFixture } from './support/fixtures.ts';
import { ROOT } from './support/paths.ts';
import { runCommand } from './support/run-command.ts';
import { memtool } from './support/run-program.ts';
import { SCHEMAS } from './support/schemas.ts';
import { KeptEvents } from './support/strace.ts';

const BLESS = process.env.BLESS !== undefined;

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-corpus-'));
afterAll(() => rmSync(scratch, { recursive: true }));

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    // The same buffer every time: a reader that keeps a chunk sees it change.
    buffer.fill(0);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
  }
}

async function decodedBytes(input: Input): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of input.chunks()) pieces.push(chunk.slice());
  return Buffer.concat(pieces);
}

interface Read {
  readonly artifact: Artifact | undefined;
  readonly events: readonly SyscallEvent[];
}

async function read(
  format: Format,
  input: Input,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Read> {
  const kept = new KeptEvents();
  const context = { diagnostics: new Diagnostics(input.name), asked: { folds: [kept] } };
  const artifact = await format.parse({ ...input, chunks: () => chunks }, context);
  return { artifact, events: kept.events };
}

const folderOf = (file: string) => file.split('/')[1];

function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

/**
 * Every number that stands alone in a report: no part of a name, an address or a position. What
 * says that there are `others` is the difference of the whole and what is listed, and the next flags
 * have numbers of their own.
 */
function figures(report: string): string[] {
  const without = report.replace(/--[a-z-]+ \d+/g, '');
  return without.match(/(?<![\w./:-])\d+(?:\.\d+)?(?![\w.:-]| of other)/g) ?? [];
}

/** Whether a document holds a figure, as it is, in thousandths (ms) or before rounding. */
function holds(document: string, figure: string): boolean {
  const precision = 10 ** -(figure.split('.')[1]?.length ?? 0);
  return (document.match(/\d+(?:\.\d+)?/g) ?? []).some((text) => {
    const value = Number(text);
    return [value, value * 1000].some((scaled) => Math.abs(scaled - Number(figure)) < precision);
  });
}

describe.each(FIXTURES)('$path', ({ path: file, goldenPath }) => {
  const folder = file.split('/')[1]!;
  const opened = openFixture(file).then(async (input) => {
    if (input === undefined) return undefined;
    return { input, decoded: await decodedBytes(input), formats: claimants(input) };
  });
  const command = async () => commandFor((await opened)?.formats[0]);

  test('is claimed by its own format and by no other', async () => {
    const ids = (await opened)?.formats.map((format) => format.id) ?? [];
    if (folder === 'stories') expect(ids).toHaveLength(1);
    else if (folder === 'unknown') expect(ids).toEqual([]);
    else if (!file.includes('no-permission')) expect(ids).toEqual([folder]);
  });

  test('prints what is expected', async () => {
    const { name, args, more } = await command();
    let printed = '';
    for (const others of [[], ...more]) {
      const { stdout, stderr, exitCode } = await runCommand(name, file, ...args, ...others);
      const heading = others.length === 0 ? '' : `--- ${others.join(' ')}\n`;
      printed += `${heading}${stdout}--- stderr, exit ${exitCode}\n${stderr}`;
    }
    if (BLESS) writeFileSync(goldenPath, printed);
    expect(printed).toBe(readFileSync(goldenPath, 'utf8'));
  });

  test('prints JSON of its schema with every figure of the report', async () => {
    const { name, isProfile } = await command();
    const everything = isProfile ? ['--stacks', '1000', '--frames', '1000'] : [];
    const top = name === 'heap' && !isProfile ? [] : ['--top', '1000'];
    const args = [file, ...top, '--bytes', ...everything];
    const { stdout: json } = await runCommand(name, ...args, '--json');
    const document = SCHEMAS[name].parse(JSON.parse(json));
    for (const which of isProfile ? [[], ['--all-code']] : [[]]) {
      const { stdout: report } = await runCommand(name, ...args, ...which);
      expect(document.result === null).toBe(report === '');
      expect([...new Set(figures(report))].filter((figure) => !holds(json, figure))).toEqual([]);
    }
  });

  test('reads the same in pieces of 7 bytes', async () => {
    const { input, decoded, formats } = (await opened) ?? {};
    if (!input || !formats?.[0]) return;
    const whole = await read(formats[0], input, inPieces(decoded!, decoded!.length));
    const pieces = await read(formats[0], input, inPieces(decoded!, 7));
    expect(pieces).toEqual(whole);
  });

  test('reads the same with carriage returns', async () => {
    const { input, decoded, formats } = (await opened) ?? {};
    if (!input?.head.isText || !formats?.[0] || file.includes('newlines')) return;
    const withReturns = withCarriageReturns(decoded!);
    const whole = await read(formats[0], input, inPieces(decoded!, decoded!.length));
    const returns = await read(formats[0], input, inPieces(withReturns, withReturns.length));
    expect(returns).toEqual(whole);
  });

  // How bytes arrive is no matter of what is in them: one of each folder, and what is compressed.
  const isFirst = FIXTURES.find((other) => folderOf(other.path) === folderOf(file))?.path === file;
  if (isFirst || /\.(?:zst|gz)$/.test(file)) {
    test('reads the same through standard input', async () => {
      const { name, args } = await command();
      const expected = await runCommand(name, file, ...args);
      const piped = await memtool([name, '-', ...args], { stdin: readFileSync(ROOT + file) });
      const named = (text: string) => text.replaceAll('<stdin>', file);
      expect({ stdout: named(piped.stdout), exitCode: piped.exitCode }).toEqual({
        stdout: expected.stdout,
        exitCode: expected.exitCode,
      });
    });
  }

  if (isFirst) {
    test('reads the same compressed, under a name that says nothing', async () => {
      const { decoded, formats } = (await opened) ?? {};
      if (!formats?.[0]) return;
      const { name, args } = await command();
      const plain = path.join(scratch, 'plain');
      writeFileSync(plain, decoded!);
      const expected = await runCommand(name, plain, ...args);
      for (const compress of [gzipSync, zstdCompressSync]) {
        const packed = path.join(scratch, 'packed');
        writeFileSync(packed, compress(decoded!));
        const { stdout, exitCode } = await runCommand(name, packed, ...args);
        expect({ stdout: stdout.replaceAll('packed', 'plain'), exitCode }).toEqual({
          stdout: expected.stdout,
          exitCode: expected.exitCode,
        });
      }
    });
  }
});
