import { execFileSync } from 'node:child_process';
import { ROOT } from './paths.ts';

/** A terminal of tmux's own server, with a shell in it. */
export class TmuxTerminal {
  readonly #server = `memtool-test-${process.pid}-${Math.floor(performance.now())}`;

  constructor(columns: number, rows: number) {
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, '-c', ROOT, 'env PS1=ready$ sh');
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#server, ...args], { encoding: 'utf8' });
  }

  send(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  screen(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** Whether the program is on the alternate screen. */
  isAlternate(): boolean {
    return this.#tmux('display-message', '-p', '#{alternate_on}').trim() === '1';
  }

  /** Whether the terminal reports the mouse to the program. */
  reportsMouse(): boolean {
    return this.#tmux('display-message', '-p', '#{mouse_any_flag}').trim() === '1';
  }

  showsCursor(): boolean {
    return this.#tmux('display-message', '-p', '#{cursor_flag}').trim() === '1';
  }

  close(): void {
    this.#tmux('kill-server');
  }
}
