/**
 * Compiles the hot loop of heaptrack recordings, src/parsers/heaptrack/scan.as.ts, to WebAssembly.
 *
 * The result is kept in the repository as scan-wasm.ts, so that the program also runs from source;
 * the build writes it, and a test holds the two together.
 */
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const FOLDER = fileURLToPath(new URL('src/parsers/heaptrack', import.meta.url));

const OPTIONS = [
  '-O3',
  '--noAssert',
  // No objects, so nothing to collect.
  ...['--runtime', 'stub'],
  // The decoder's ring lies in the same memory, and another thread writes into it.
  ...['--importMemory', '--sharedMemory', '--maximumMemory', '65536'],
  ...['--enable', 'threads', '--enable', 'simd'],
  // The program never aborts, so it needs no function for it.
  ...['--use', 'abort='],
];

/** @returns the text of scan-wasm.ts. */
export async function compileScan(): Promise<string> {
  let wasm = Buffer.alloc(0);
  const { error, stderr } = await asc.main(
    ['scan.as.ts', '--baseDir', FOLDER, '--outFile', 'scan.wasm', ...OPTIONS],
    {
      writeFile: (_name, contents) => {
        wasm = Buffer.from(contents);
      },
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  return [
    '/** Made from scan.as.ts by `npm run build`; do not edit. */',
    'export const SCAN_WASM =',
    `  '${wasm.toString('base64')}';`,
    '',
  ].join('\n');
}
