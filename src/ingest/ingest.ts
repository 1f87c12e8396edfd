import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { decodeInput, type Input, type OnProgress, type Origin } from '../input/input.ts';
import {
  isSystemError,
  openCapture,
  openProcess,
  reportReadError,
  STDIN_NAME,
} from '../input/open.ts';
import type { Artifact, ArtifactOf, QuestionsOf, Requests } from '../model/artifact.ts';
import type { CaptureInfo } from '../model/capture-info.ts';
import type { Format, Symbolise } from '../parsers/format.ts';
import { chooseFormat } from './choose-format.ts';
import { withReadableEvents, withReadableNames } from './demangle/readable-names.ts';
import { interpret } from './heaptrack-interpreter.ts';
import { type Parts, partNumber, partsName } from './split-capture.ts';

export interface IngestRequest<Kind extends Artifact['kind']> {
  /** A file, `-` for standard input, the PID of a live process, or files that are one capture. */
  readonly source: string | number | Parts;
  /** What messages call it, where that is not what its source is called. */
  readonly name?: string;
  /** The models that the caller works on; captures of other kinds are refused by name. */
  readonly wants: Kind | readonly Kind[];
  /** What is asked of each model, should the capture be of it. */
  readonly asks?: Readonly<Partial<Requests>>;
  /** The command that asks, for messages; the verb of the wanted model where absent. */
  readonly command?: string | undefined;
  /** Told how many of the file's bytes have been read, and waited for; `size` is undefined for pipes. */
  readonly onProgress?: (position: number, size: number | undefined) => void | Promise<void>;
  /** Told when all is read, and functions are looked up in the programs of this machine. */
  readonly onNaming?: () => void;
}

export interface Ingested<Kind extends Artifact['kind']> {
  /** Undefined when nothing could be read; the diagnostics then hold an error. */
  readonly capture: { readonly artifact: ArtifactOf<Kind>; readonly info: CaptureInfo } | undefined;
  readonly diagnostics: Diagnostics;
}

/** Opens a capture, tells its format by its content, and reads it: the way all commands go. */
export async function ingest<Kind extends Artifact['kind']>(
  request: IngestRequest<Kind>,
): Promise<Ingested<Kind>> {
  const ingested = await ingestOnce(request);
  if (!isDamagedProfile(ingested, request)) return ingested;
  // That a compressed stream is damaged is known at its end, when garbage has been taken for events.
  const profile = { ...request.asks?.['heap-profile'], stopAtDamage: true };
  return ingestOnce({ ...request, asks: { ...request.asks, 'heap-profile': profile } });
}

/** What counts events can be told without what follows damage, if it can be read twice. */
const isDamagedProfile = <Kind extends Artifact['kind']>(
  { capture, diagnostics }: Ingested<Kind>,
  { source }: IngestRequest<Kind>,
): boolean =>
  typeof source === 'string' &&
  source !== '-' &&
  capture?.artifact.kind === 'heap-profile' &&
  diagnostics.counts().has('input/corrupt');

async function ingestOnce<Kind extends Artifact['kind']>(
  request: IngestRequest<Kind>,
): Promise<Ingested<Kind>> {
  const { source } = request;
  const isProcess = typeof source === 'number';
  const name = request.name ?? sourceName(source);
  const diagnostics = new Diagnostics(name);
  const nothing = { capture: undefined, diagnostics };
  const origins: Origin[] = [];
  const inputs: Input[] = [];
  try {
    for (const each of isProcess || typeof source === 'string' ? [source] : source) {
      const origin =
        typeof each === 'number' ? openProcess(each, diagnostics) : openCapture(each, diagnostics);
      if (origin === undefined) return nothing;
      origins.push(origin);
    }
    const positions = origins.map(() => 0);
    const sizes = origins.map(({ raw }) => raw.size ?? Number.NaN);
    const size = sizes.reduce((sum, each) => sum + each, 0);
    const report = () => {
      const position = positions.reduce((sum, each) => sum + each, 0);
      return request.onProgress?.(position, Number.isNaN(size) ? undefined : size);
    };
    for (const [i, origin] of origins.entries()) {
      const onProgress: OnProgress = (position) => {
        positions[i] = position;
        return report();
      };
      const input = await decodeInput(origin, diagnostics, onProgress);
      if (input === undefined) return nothing;
      inputs.push(input);
    }
    const format = chooseFormat(inputs[0]!, [request.wants].flat(), diagnostics, request.command);
    const input = format && joined(inputs, format, diagnostics);
    if (input === undefined) return nothing;
    const capture = await read({ ...input, name }, format!, request, diagnostics);
    return { capture, diagnostics };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    reportReadError(error, isProcess ? 'process' : 'file', diagnostics);
    return nothing;
  } finally {
    if (origins.some(({ raw }) => raw.interrupted?.aborted)) {
      const message = 'reading was interrupted; what came until then is shown';
      diagnostics.report('input/interrupted', message);
    }
    await Promise.all(inputs.map((input) => input.close()));
    for (const { raw } of origins) raw.close();
  }
}

function joined(
  inputs: readonly Input[],
  format: Format,
  diagnostics: Diagnostics,
): Input | undefined {
  if (inputs.length === 1) return inputs[0];
  const parts = inputs.map((input) => ({ number: partNumber(input.name), input }));
  if (format.join) return format.join(parts, diagnostics);
  diagnostics.report('format/no-parts', `${format.title} is one file`);
  return undefined;
}

/** What messages call it. */
export function sourceName(source: IngestRequest<Artifact['kind']>['source']): string {
  if (typeof source === 'number') return `process ${source}`;
  if (typeof source !== 'string') return partsName(source);
  return source === '-' ? STDIN_NAME : source;
}

async function read<Kind extends Artifact['kind']>(
  input: Input,
  format: Format,
  request: IngestRequest<Kind>,
  diagnostics: Diagnostics,
): Promise<Ingested<Kind>['capture']> {
  const symbolise: Symbolise = (records, modules) => {
    request.onNaming?.();
    return interpret(records, modules);
  };
  const asked = answerable(
    withReadableEvents(request.asks ?? {})[format.produces] ?? {},
    format,
    diagnostics,
  );
  if (asked === undefined) return undefined;
  const artifact = await format.parse(input, { diagnostics, asked, symbolise });
  if (artifact === undefined) return undefined;
  const { name, size, compression } = input;
  return {
    // `chooseFormat` only gives formats that produce what the request wants.
    artifact: withReadableNames(artifact) as ArtifactOf<Kind>,
    info: { name, sizeBytes: size, compression, format: format.id },
  };
}

/** Questions that cannot be left unanswered, as the answer would be to another one: what they need. */
const NEEDS: Readonly<Record<string, string>> = {
  window: '--from and --to need a recording that goes over time',
} satisfies { readonly [Question in QuestionsOf<Artifact['kind']>]?: string };

/**
 * The part of a request that a format can answer. What it does not record is missing in the model.
 *
 * @returns undefined, with a diagnostic, where a question needs an answer.
 */
function answerable(
  asked: object,
  { title, answers = [] }: Format,
  diagnostics: Diagnostics,
): object | undefined {
  const known: readonly string[] = answers;
  const questions = Object.entries(asked).filter(([, value]) => value !== undefined);
  const refused = questions.find(([question]) => !known.includes(question) && NEEDS[question]);
  if (refused) {
    diagnostics.report('heap/not-recorded', `${NEEDS[refused[0]]}, and it is ${title}`);
    return undefined;
  }
  return Object.fromEntries(questions.filter(([question]) => known.includes(question)));
}
