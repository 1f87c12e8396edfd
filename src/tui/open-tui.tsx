import type { ReadStream } from 'node:tty';
import { render } from 'ink';
import { App } from './app.tsx';
import { KeyStream } from './key-stream.ts';
import { Mouse } from './mouse.ts';
import { Program } from './program.ts';
import type { Session } from './session.ts';
import { paintWith } from './theme.ts';

/** Ink's own limit of 30 is slower than a held key repeats. */
const MOST_FRAMES = 60;

const LONG_MS = 2 ** 30;

/**
 * Runs the program on the terminal until the user quits; the terminal is then as it was.
 *
 * @param input the terminal's input, which need not be standard input.
 */
export async function openTui(session: Session, input: ReadStream): Promise<void> {
  const { stdout } = process;
  const program = new Program(session, { columns: stdout.columns, rows: stdout.rows });
  const untilContinued = () =>
    new Promise<void>((resolve) => {
      // Waiting for a signal alone would not keep the program from ending.
      const alive = setInterval(() => {}, LONG_MS);
      process.once('SIGCONT', () => {
        clearInterval(alive);
        resolve();
      });
      // To the group, as the terminal does: npm and npx wait for the program, and have to stop as well.
      process.kill(0, 'SIGTSTP');
    });
  const keys = new KeyStream(input, (event) => program.mouse(event));
  const mouse = new Mouse((text) => stdout.write(text), session.mouse);
  let crash: { readonly error: unknown } | undefined;
  // The other screen takes over where the cursor is, and the first frame begins there.
  stdout.write('\r');
  const terminal = { untilContinued, redraw: () => instance.clear() };
  const instance = render(
    <App
      program={program}
      paint={paintWith(session.color, session.ascii)}
      mouse={mouse}
      terminal={terminal}
    />,
    {
      stdin: keys,
      alternateScreen: true,
      incrementalRendering: true,
      interactive: true,
      exitOnCtrlC: false,
      maxFps: MOST_FRAMES,
    },
  );
  const onCrash = (error: unknown) => {
    crash = { error };
    instance.unmount();
  };
  process.once('uncaughtException', onCrash);
  process.once('unhandledRejection', onCrash);
  try {
    await instance.waitUntilExit();
  } finally {
    process.off('uncaughtException', onCrash);
    process.off('unhandledRejection', onCrash);
  }
  if (crash !== undefined) throw crash.error;
  if (program.failure !== undefined) throw program.failure;
}
