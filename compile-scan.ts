/**
 * Compiles the hot loops of reading, src/parsers/<format>/scan/scan.as.ts, to WebAssembly.
 *
 * The result is kept in the repository as scan-wasm.ts, so that the program also runs from source and a
 * build needs no compiler. `npm run scan` writes it anew; a test fails where it is not that of its source.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** The formats that have such a loop. */
export const SCANNED_FORMATS = ['heaptrack', 'strace'] as const;

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

/** Where the compiled loop of a format is kept, from the root of the project. */
export const scanFile = (format: string) => `src/parsers/${format}/scan/scan-wasm.ts`;

/** @returns the text of a format's scan-wasm.ts. */
export async function compileScan(format: (typeof SCANNED_FORMATS)[number]): Promise<string> {
  const folder = fileURLToPath(new URL(`src/parsers/${format}/scan`, import.meta.url));
  let wasm = Buffer.alloc(0);
  const { error, stderr } = await asc.main(
    ['scan.as.ts', '--baseDir', folder, '--outFile', 'scan.wasm', ...OPTIONS],
    {
      writeFile: (_name, contents) => {
        wasm = Buffer.from(contents);
      },
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  return [
    '/** Made from scan.as.ts by `npm run scan`; do not edit. */',
    'export const SCAN_WASM =',
    `  '${wasm.toString('base64')}';`,
    '',
  ].join('\n');
}

if (import.meta.main) {
  for (const format of SCANNED_FORMATS) {
    writeFileSync(new URL(scanFile(format), import.meta.url), await compileScan(format));
  }
}
