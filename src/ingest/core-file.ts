import { readSync, statSync } from 'node:fs';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { decodeInput, type Input, type OnProgress } from '../input/input.ts';
import { isSystemError, openCapture, reportReadError } from '../input/open.ts';
import { spoolSparse } from '../input/sparse-spool.ts';
import type { CaptureInfo } from '../model/capture-info.ts';
import { CoreImage } from '../parsers/core/core-image.ts';
import { looksLikeCore, parseElfHeader } from '../parsers/core/elf.ts';
import { FORMATS } from '../parsers/index.ts';
import { commandOf, reportOtherCommand } from './choose-format.ts';

export interface CoreFile {
  readonly image: CoreImage;
  readonly info: CaptureInfo;
  close(): void;
}

/** Whether a file is the core of a process, by its beginning; compressed ones are looked into. */
export async function isCore(file: string): Promise<boolean> {
  const ignored = new Diagnostics(file);
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const origin = isFile ? openCapture(file, ignored) : undefined;
  if (origin === undefined) return false;
  let input: Input | undefined;
  try {
    input = await decodeInput(origin, ignored, () => {});
    return input !== undefined && looksLikeCore(input.head.bytes);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  } finally {
    await input?.close();
    origin.raw.close();
  }
}

/**
 * Opens a core. One that is compressed, or comes through a pipe, is spooled: the walk needs to go back in it.
 *
 * @returns undefined, with a diagnostic, where it is none that can be read.
 */
export async function openCoreFile(
  name: string,
  diagnostics: Diagnostics,
  onProgress: (position: number, size: number | undefined) => void,
): Promise<CoreFile | undefined> {
  const origin = openCapture(name, diagnostics);
  if (origin === undefined) return undefined;
  const { raw } = origin;
  let input: Input | undefined;
  let isKept = false;
  try {
    const onRead: OnProgress = (position) => onProgress(position, raw.size);
    input = await decodeInput(origin, diagnostics, onRead);
    if (input === undefined || !isReadable(input, diagnostics)) return undefined;
    const { plain, size, compression } = input;
    const isInPlace = plain !== undefined && size !== undefined;
    const spool = isInPlace
      ? { fd: plain.fd, size, close: () => raw.close() }
      : await spoolSparse(input.chunks());
    isKept = isInPlace;
    const readAt = (position: number, target: Uint8Array) => readFully(spool.fd, position, target);
    const image = CoreImage.open(readAt, spool.size);
    if ('because' in image) {
      diagnostics.report('core/unsupported', image.because);
      spool.close();
      return undefined;
    }
    reportDefects(image, diagnostics);
    if (image.rows.length === 0) {
      spool.close();
      return undefined;
    }
    const info = { name: input.name, sizeBytes: size, compression, format: 'core' };
    return { image, info, close: spool.close };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    reportReadError(error, 'file', diagnostics);
    return undefined;
  } finally {
    await input?.close();
    if (!isKept) raw.close();
  }
}

/** Whether it begins as a core that can be read; captures of other kinds are named. */
function isReadable(input: Input, diagnostics: Diagnostics): boolean {
  const header = parseElfHeader(input.head.bytes.subarray(0, 64));
  if (!('because' in header)) return true;
  const format = FORMATS.find((one) => one.detect(input.head).match === 'yes');
  if (format) reportOtherCommand(input, format.title, commandOf(format), diagnostics);
  else diagnostics.report('core/unsupported', header.because);
  return false;
}

function reportDefects(image: CoreImage, diagnostics: Diagnostics): void {
  const { missing, overlaps, notes, rows } = image;
  if (rows.length === 0) {
    diagnostics.report('core/no-memory', 'it has no memory in it');
    return;
  }
  if (missing > 0) {
    const cut = rows.filter(({ known, dumped }) => known < dumped).length;
    const message = `it is cut: ${missing} bytes of ${cut} of ${rows.length} mappings are not in it`;
    diagnostics.report('core/truncated', message);
  }
  if (overlaps > 0) {
    diagnostics.report('core/overlap', `${overlaps} mappings have addresses of others`);
  }
  if (notes.isCut) diagnostics.report('core/damaged-notes', 'its notes end in the middle of one');
  if (notes.files === undefined) {
    diagnostics.report('core/no-files', 'it does not say which mappings are of files');
  }
}

/** Less than asked for at the end of the file alone. */
function readFully(fd: number, position: number, target: Uint8Array): number {
  let done = 0;
  while (done < target.length) {
    const got = readSync(fd, target, done, target.length - done, position + done);
    if (got === 0) break;
    done += got;
  }
  return done;
}
