/** The part of zstd-codec that memtool uses: its streaming decompressor, one level below its API. */
declare module 'zstd-codec/lib/module.js' {
  export interface DecompressStream {
    begin(): boolean;
    /** Decodes one piece of input; `onPiece` gets a view that is only valid during the call. */
    transform(input: Uint8Array, onPiece: (output: Uint8Array) => void): boolean;
    end(onPiece: (output: Uint8Array) => void): boolean;
    /** Frees the stream's memory in the fixed 16 MiB heap; without it the 35th stream aborts. */
    delete(): void;
  }

  interface Binding {
    ZstdDecompressStreamBinding: new () => DecompressStream;
  }

  const module: { run(onReady: (binding: Binding) => void): void };
  export default module;
}
