import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface CompiledProgram {
  /** What runs it, without arguments. */
  readonly command: string[];
  readonly source: string;
  /** heaptrack can stand before its malloc: Go's programs are static, and have none. */
  readonly hasMalloc: boolean;
}

/** What compiles `main.*` to `program` in its folder; recordings name lines and types by the debug symbols. */
const COMPILERS: Readonly<Record<string, () => string[]>> = {
  '.rs': () => ['rustc', '-O', '-g', '-o', 'program', 'main.rs', ...neutralRustPaths()],
  '.c': () => ['gcc', '-O2', '-g', '-o', 'program', 'main.c'],
  '.cpp': () => ['g++', '-O2', '-g', '-std=c++17', '-o', 'program', 'main.cpp'],
  '.go': () => ['go', 'build', '-trimpath', '-o', 'program', 'main.go'],
};

/** Compiles the program in a folder, if its language is compiled. */
export function compileProgram(folder: string): CompiledProgram {
  const file = readdirSync(folder).find((name) => name.startsWith('main.'));
  if (file === undefined) throw new Error(`${folder}: no main.*`);
  const source = readFileSync(path.join(folder, file), 'utf8');
  const language = path.extname(file);
  const about = { source, hasMalloc: language !== '.go' };
  const compiler = COMPILERS[language]?.();
  if (compiler === undefined) {
    return { command: ['/usr/bin/python3', '-B', '-s', path.join(folder, file)], ...about };
  }
  const [tool, ...words] = compiler;
  execFileSync(tool!, words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return { command: [path.join(folder, 'program')], ...about };
}

/** Where rustup keeps the sources of std, generic code is compiled with their path. */
function neutralRustPaths(): string[] {
  const root = execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).trim();
  return ['--remap-path-prefix', `${root}=/rustc`];
}
