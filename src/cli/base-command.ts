import { Command, Errors, Flags, type Interfaces } from '@oclif/core';
import type { Ingest, Outcome } from '../app/outcome.ts';
import { renderDiagnostics } from '../diagnostics/render.ts';
import { jsonDocument } from '../results/document.ts';
import { documentPieces } from '../views/json-pieces.ts';
import type { Report } from '../views/report.ts';
import { escapeText } from '../views/text/escape.ts';
import { renderText } from '../views/text/render.ts';
import { exitCode } from './exit.ts';
import { inLocale, isAsciiLocale } from './locale.ts';
import { Progress } from './progress.ts';
import { type ColorChoice, outputWidth, wantsColor } from './terminal.ts';

export type BaseFlags = Interfaces.InferredFlags<typeof BaseCommand.baseFlags>;

/** How what was found is shown; only the form that is wanted is made. */
interface Forms<Found> {
  reports(found: Found): readonly Report[];
  /** The result of the document, where what was found is not that itself. */
  json?(found: Found): unknown;
}

/** Shared by all commands: flags, reading with progress, the two ways of printing, exit codes. */
export abstract class BaseCommand extends Command {
  static override readonly enableJsonFlag: boolean = true;

  static override readonly baseFlags = {
    top: Flags.integer({
      char: 'n',
      min: 1,
      default: 10,
      helpValue: 'N',
      summary: 'Rows per list; what comes after them is summed in one row.',
    }),
    bytes: Flags.boolean({ summary: 'Print sizes as plain bytes instead of KiB, MiB and GiB.' }),
    strict: Flags.boolean({ summary: 'Exit with 1 when anything about the capture is doubtful.' }),
    color: Flags.option({
      options: ['auto', 'always', 'never'] as const,
      default: 'auto' as ColorChoice,
      helpValue: 'WHEN',
      summary: 'auto, always or never; auto follows NO_COLOR, FORCE_COLOR and the terminal.',
    })(),
  };

  /** Reads a capture; progress goes to stderr. */
  protected readonly ingest: Ingest = async (request) => {
    // Loaded here: a command that reads nothing needs no parsers.
    const { ingest, sourceName } = await import('../ingest/ingest.ts');
    const progress = new Progress(escapeText(sourceName(request.source)));
    try {
      return await ingest({
        ...request,
        command: this.id,
        onProgress: (position, size) => progress.update(position, size),
        onNaming: () => progress.say('naming functions'),
      });
    } finally {
      progress.clear();
    }
  };

  /** Reads in another way than `ingest`; progress goes to stderr. */
  protected async readWithProgress<Read>(
    source: string,
    read: (
      source: string,
      onProgress: (position: number, size: number | undefined) => void,
    ) => Promise<Read>,
  ): Promise<Read> {
    const progress = new Progress(escapeText(source));
    try {
      return await read(source, (position, size) => progress.update(position, size));
    } finally {
      progress.clear();
    }
  }

  /**
   * Shows several captures one after the other.
   *
   * @returns the JSON document of one, or an array of all.
   */
  protected async showEach<Source>(
    sources: readonly Source[],
    showOne: (source: Source) => Promise<unknown>,
  ): Promise<unknown> {
    const documents: unknown[] = [];
    for (const [i, source] of sources.entries()) {
      if (i > 0 && !this.jsonEnabled()) process.stdout.write('\n');
      documents.push(await showOne(source));
    }
    return documents.length === 1 ? documents[0] : documents;
  }

  /**
   * Prints a result and sets the exit code. The report goes to stdout, diagnostics to stderr.
   *
   * @returns the JSON document; oclif prints it under `--json`, where the report stays away.
   */
  protected showResult<Found>(
    { info, result, diagnostics }: Outcome<Found>,
    { reports, json = (found) => found }: Forms<Found>,
    flags: BaseFlags,
    to: NodeJS.WriteStream = process.stdout,
  ): unknown {
    if (result !== undefined && !this.jsonEnabled()) {
      const options = {
        units: flags.bytes ? ('bytes' as const) : ('human' as const),
        width: outputWidth(to),
        color: wantsColor(flags.color, to),
        ascii: isAsciiLocale(),
      };
      const text = reports(result).map((report) => renderText(report, options));
      to.write(text.join('\n'));
    }
    // The worst counts where a command reads several captures.
    const [own, ...others] = diagnostics;
    for (const each of [...others, ...(own ? [own] : [])]) {
      process.stderr.write(inLocale(renderDiagnostics(each, escapeText)));
      process.exitCode = Math.max(Number(process.exitCode ?? 0), exitCode(each, flags.strict));
    }
    const document = result === undefined || !this.jsonEnabled() ? null : json(result);
    return jsonDocument(this.id!, this.config.version, info, document, diagnostics);
  }

  /** JSON is data: never coloured, whatever the terminal. */
  override logJson(json: unknown): void {
    for (const piece of documentPieces(json)) process.stdout.write(piece);
  }

  /** Under `--json` the error is a document as well, and the exit code is that of the text. */
  protected override async catch(error: Error): Promise<void> {
    if (!this.jsonEnabled()) throw error;
    const { failure, usageMessage } = await import('./failure.ts');
    const { exitCode } = await failure(error, this.id);
    process.exitCode = exitCode;
    const code = error instanceof Errors.CLIError ? 'usage' : 'internal';
    const message = await usageMessage(error);
    this.logJson({ error: { code, message, hint: `memtool ${this.id} --help` } });
  }
}
