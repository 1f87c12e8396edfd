/**
 * Logs of allocations as lines of JSON, as programs with a tracking allocator write them (the Rust crate
 * tracking-allocator leaves the form to its user):
 *
 *     {"event":"alloc","ptr":"0x7f2a","size":64,"group":3,"timestamp":1700000000123}
 *     {"event":"free","ptr":"0x7f2a"}
 *
 * Fields go by several names (`event-fields.ts`); a note says which were taken. A group stands for a stack.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { type LineReader, readLines } from '../../input/lines.ts';
import type { HeapProfile, TraceIndex } from '../../model/heap-profile.ts';
import { BlockLedger } from '../block-ledger.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { plainProfile } from '../plain-profile.ts';
import { StackTables } from '../stack-tables.ts';
import { EventFields, type LoggedEvent, TIME_UNITS, type TimeUnit } from './event-fields.ts';

function detect({ isText, lines }: Head): Verdict {
  if (!isText) return no('it is not text');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  return new EventFields().read(first) instanceof Object
    ? yes('its lines are JSON of allocations and frees')
    : no('its first line is no JSON of an allocation or a free');
}

class LogReader implements LineReader {
  readonly ledger = new BlockLedger();
  readonly tables = new StackTables();
  readonly fields = new EventFields();
  events = 0;
  unit: TimeUnit | undefined;
  readonly #diagnostics: ParseContext['diagnostics'];
  readonly #traces = new Map<string, TraceIndex>();
  #start: number | undefined;

  constructor(diagnostics: ParseContext['diagnostics']) {
    this.#diagnostics = diagnostics;
  }

  onLine(text: string, line: number): void {
    if (text.trim() === '') return;
    const event = this.fields.read(text);
    if (typeof event === 'string') {
      const message = `the line was left out: ${event}`;
      this.#diagnostics.report('event-log/malformed-event', message, { line, text });
      return;
    }
    this.events++;
    this.#tick(event);
    const { address, size, old } = event;
    if (event.kind === 'free') this.ledger.free(address);
    else if (old !== undefined) this.ledger.reallocate(old, address, size!, this.#traceOf(event));
    else this.ledger.allocate(address, size!, this.#traceOf(event));
  }

  /** A log has times from its first event on, or none. */
  #tick({ time }: LoggedEvent): void {
    if (this.events === 1 && time !== undefined) {
      this.unit = TIME_UNITS.find(({ least }) => time >= least)!;
      this.#start = time;
    }
    if (this.#start === undefined || this.unit === undefined) this.ledger.tick(this.events);
    else if (time !== undefined) this.ledger.tick((time - this.#start) / this.unit.perSecond);
  }

  #traceOf({ group }: LoggedEvent): TraceIndex {
    if (group === undefined) return 0;
    let trace = this.#traces.get(group);
    if (trace === undefined) {
      const name = /^\d+$/.test(group) ? `group-${group}` : group;
      const frame = { address: 0, name, file: '', line: 0, module: '' };
      trace = this.tables.stackOf([this.tables.addFrame(frame)]);
      this.#traces.set(group, trace);
    }
    return trace;
  }
}

export const eventLog: Format<'heap-profile'> = {
  id: 'event-log',
  title: 'a log of allocations in JSON',
  produces: 'heap-profile',
  howToCapture:
    'print a line of JSON for each allocation and free: {"event":"alloc","ptr":"0x7f2a","size":64}',
  answers: ['growthSteps'],
  detect,
  async parse(
    input: Input,
    { diagnostics, asked }: ParseContext<'heap-profile'>,
  ): Promise<HeapProfile | undefined> {
    const reader = new LogReader(diagnostics);
    await readLines(input, diagnostics, reader);
    const { ledger, unit } = reader;
    const taken = reader.fields.taken(unit?.name);
    diagnostics.report('event-log/fields', `fields were taken as ${taken}`);
    const stacks = reader.tables.finish();
    return plainProfile({
      tool: 'a tracking allocator',
      stacks,
      costs: ledger.costs(stacks.traces.count),
      ...(unit === undefined ? { clock: 'events' as const } : { exact: ledger.exactFacts() }),
      allocations: ledger.allocations(),
      growthSteps: asked.growthSteps ? ledger.growthSteps() : undefined,
      temporaryRule: 'exact',
      totals: { peakTime: ledger.peakTime, runtime: ledger.now },
      timeline: ledger.timeline(),
    });
  },
};
