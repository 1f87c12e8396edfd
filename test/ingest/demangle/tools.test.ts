/**
 * The demangler against two others, on all names of a program that this machine's rustc compiles:
 * rustc's own (rustc-demangle, which std's backtraces go through) and binutils' c++filt.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { demangleRust } from '../../../src/ingest/demangle/demangle.ts';
import { ROOT } from '../../support/paths.ts';
import { run } from '../../support/run-program.ts';
import { describeWith } from '../../support/tools.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-demangle-'));
afterAll(() => rmSync(scratch, { recursive: true }));

async function compile(source: string, ...options: string[]): Promise<string> {
  const program = path.join(scratch, `${path.basename(source, '.rs')}${options.join('')}`);
  const compiled = await run(
    'rustc',
    ['--edition', '2021', '-C', 'debuginfo=0', ...options, '-o', program, source],
    // Only nightly takes the option that chooses the legacy mangling.
    { env: { RUSTC_BOOTSTRAP: '1' } },
  );
  expect(compiled.exitCode, compiled.stderr).toBe(0);
  return program;
}

async function symbolsOf(program: string): Promise<string[]> {
  const { stdout } = await run('nm', ['--format=posix', program]);
  const names = stdout.split('\n').map((line) => line.split(' ', 1)[0]!);
  return [...new Set(names.filter((name) => /^(?:_R|_ZN)/.test(name)))];
}

/**
 * A program that has a function of each name and prints what a backtrace calls it. The suffix,
 * which is not shown, keeps the names apart from those in std.
 */
function backtraceProgram(symbols: readonly string[]): string {
  const functions = symbols.map(
    (symbol, i) =>
      `#[export_name = "${symbol}.llvm.7"] #[inline(never)]\n` +
      `fn f${i}() -> (u32, String) { (std::hint::black_box(${i}), capture()) }`,
  );
  return `
#[export_name = "capture_here"] #[inline(never)]
fn capture() -> String { std::backtrace::Backtrace::force_capture().to_string() }
${functions.join('\n')}
fn main() {
    let all: &[fn() -> (u32, String)] = &[${symbols.map((_, i) => `f${i}`).join(', ')}];
    for function in all {
        let (_, trace) = function();
        let mut frames = trace.lines().filter(|line| !line.trim_start().starts_with("at "));
        frames.find(|line| line.ends_with(": capture_here"));
        println!("{}", frames.next().unwrap().split_once(": ").unwrap().1);
    }
}`;
}

/**
 * A name without what binutils 2.40 writes in its own way or wrongly; rustc's own demangler, above,
 * has the last word on these.
 */
function comparable(name: string): string {
  return (
    name
      // It leaves the escapes of legacy names that are not ASCII.
      .replace(/\$u([0-9a-f]+)\$/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
      // It drops the suffix of v0 names.
      .replace(/\.\d+$/, '')
      // It escapes all characters but those of ASCII by number, and `'` and `\` not at all.
      .replace(/letter::<'(?:.|\\.|\\u\{[0-9a-f]+\})'>/u, 'letter::<char>')
      // It begins numbers above 64 bits one digit late: 0x1234_ becomes 0x234_.
      .replace(/0x[0-9a-f]{16,}_?/, 'large')
  );
}

describeWith(['rustc', 'nm'], 'names of a fresh program', () => {
  const compiled = new Map<string, Promise<string[]>>();
  const namesIn = (mangling: string): Promise<string[]> => {
    const options = ['-Zunstable-options', `-Csymbol-mangling-version=${mangling}`];
    const names =
      compiled.get(mangling) ??
      compile(`${ROOT}fixtures/symbols/kinds.rs`, ...options).then(symbolsOf);
    compiled.set(mangling, names);
    return names;
  };

  describe.each(['v0', 'legacy'])('%s', (mangling) => {
    test('are many', async () => {
      const wanted = mangling === 'v0' ? /^_R.*5kinds/ : /^_ZN.*kinds/;
      expect(
        (await namesIn(mangling)).filter((symbol) => wanted.test(symbol)).length,
      ).toBeGreaterThan(90);
    });

    test("are what rustc's backtraces show", async () => {
      const source = path.join(scratch, `backtraces-${mangling}.rs`);
      writeFileSync(source, backtraceProgram(await namesIn(mangling)));
      const { stdout } = await run(await compile(source), []);
      const shown = stdout.trimEnd().split('\n');
      expect((await namesIn(mangling)).map(demangleRust)).toEqual(shown);
    }, 120_000);

    describeWith(['c++filt'], 'beside c++filt', () => {
      test('are what it shows', async () => {
        const stdin = Buffer.from(`${(await namesIn(mangling)).join('\n')}\n`);
        // --no-verbose leaves out hashes and disambiguators.
        const filtered = await run('c++filt', ['--format=rust', '--no-verbose'], { stdin });
        const shown = filtered.stdout.trimEnd().split('\n');
        const read = (await namesIn(mangling)).map((symbol) => demangleRust(symbol) ?? symbol);
        expect(read.map(comparable)).toEqual(shown.map(comparable));
      });
    });
  });

  describeWith(['c++filt'], 'legacy', () => {
    test('are the same after a C++ demangler, which heaptrack uses', async () => {
      const symbols = (await namesIn('legacy')).filter((symbol) => symbol.startsWith('_ZN'));
      const stdin = Buffer.from(`${symbols.join('\n')}\n`);
      const filtered = await run('c++filt', ['--format=gnu-v3'], { stdin });
      const halfRead = filtered.stdout.trimEnd().split('\n');
      expect(halfRead[0]).toMatch(/::h[0-9a-f]{16}$/);
      expect(halfRead.map(demangleRust)).toEqual(symbols.map(demangleRust));
    });
  });
});
