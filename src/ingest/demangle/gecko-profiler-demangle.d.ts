/** What its index.js does with a bundler that imports WebAssembly; the package declares only the whole. */
declare module 'gecko-profiler-demangle/index_bg.js' {
  export interface Exports {
    __wbindgen_start(): void;
  }
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
  export function demangle_any(name: string): string;
}
