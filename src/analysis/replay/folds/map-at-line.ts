import type { Fold } from '../../../model/fold.ts';
import type { SyscallEvent } from '../../../model/syscall-trace.ts';
import type { MappedRow } from '../mapped-rows.ts';
import type { ReplayFold } from '../replay.ts';

/** What one process had mapped at a moment. */
export interface ProcessMap {
  /** Of its first thread; 0 where the log tells none. */
  readonly pid: number;
  readonly rows: readonly MappedRow[];
}

/** What all processes had mapped when a line of the log had taken effect. */
export interface MapMoment {
  readonly line: number;
  readonly processes: readonly ProcessMap[];
}

/**
 * Looks at a replay when a line of the log has taken effect. Events reach this fold before they
 * reach the replay; a line behind the last event is the end of the log.
 */
export class MapAtLine implements Fold<SyscallEvent, MapMoment> {
  readonly #replay: ReplayFold;
  readonly #line: number;
  #moment: MapMoment | undefined;

  constructor(replay: ReplayFold, line: number) {
    this.#replay = replay;
    this.#line = line;
  }

  step(event: SyscallEvent): void {
    if (event.line > this.#line) this.#moment ??= this.#look();
  }

  finish(): MapMoment {
    return this.#moment ?? this.#look();
  }

  #look(): MapMoment {
    const processes = this.#replay.running.map(({ pids, space }) => ({
      pid: pids[0] ?? 0,
      rows: space.regions,
    }));
    return { line: this.#line, processes };
  }
}
