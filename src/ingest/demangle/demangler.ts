/**
 * The demanglers of the Firefox profiler (rustc-demangle, cpp_demangle), as WebAssembly. The file is
 * read when the first name is asked for: most programs have none that is mangled.
 */
import { readFileSync } from 'node:fs';
import * as glue from 'gecko-profiler-demangle/index_bg.js';

/** build.ts puts it beside the chunk folder. */
const WASM_URL = new URL(
  import.meta.url.endsWith('.ts')
    ? '../../../node_modules/gecko-profiler-demangle/index_bg.wasm'
    : '../wasm/demangler.wasm',
  import.meta.url,
);

let isLoaded = false;

/** The name that any of the demanglers reads from a symbol; undefined where none does. */
export function demangled(symbol: string): string | undefined {
  if (!isLoaded) load();
  isLoaded = true;
  const name = glue.demangle_any(symbol);
  // What nobody can read comes back, without the underscore that macOS puts before symbols.
  return name === '' || name === symbol || `_${name}` === symbol ? undefined : name;
}

function load(): void {
  const module = new WebAssembly.Module(readFileSync(WASM_URL));
  const { exports } = new WebAssembly.Instance(module, { './index_bg.js': glue });
  glue.__wbg_set_wasm(exports);
  (exports as unknown as glue.Exports).__wbindgen_start();
}
