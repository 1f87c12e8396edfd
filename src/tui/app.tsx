import { useApp, useInput, useWindowSize } from 'ink';
import { useEffect, useLayoutEffect, useMemo, useSyncExternalStore } from 'react';
import { keyNames } from './key-name.ts';
import type { Mouse } from './mouse.ts';
import { paintLine } from './parts/line.ts';
import { Rows } from './parts/rows.tsx';
import type { Program, Terminal } from './program.ts';
import type { Paint } from './theme.ts';

export interface AppProps {
  readonly program: Program;
  readonly paint: Paint;
  readonly mouse: Mouse;
  readonly terminal: Omit<Terminal, 'quit' | 'suspend' | 'toggleMouse'> & {
    /** Gives the terminal back until the shell continues the program. */
    readonly untilContinued: () => Promise<void>;
  };
}

/** The whole program on the terminal: frames of the program's, keys to the program. */
export function App({ program, paint, mouse, terminal }: AppProps) {
  const { exit, suspendTerminal } = useApp();
  const { columns, rows } = useWindowSize();
  program.resize({ columns, rows });
  const frame = useSyncExternalStore(program.subscribe, program.frame);
  const painted = useMemo(
    () => frame.lines.map(({ line, isSelected }) => paintLine(line, paint, isSelected)),
    [frame, paint],
  );
  useEffect(() => {
    void program.start({
      quit: () => exit(),
      suspend: () => void suspendTerminal(() => mouse.without(terminal.untilContinued)),
      redraw: terminal.redraw,
      toggleMouse: () => mouse.toggle(),
    });
  }, [program, exit, suspendTerminal, terminal, mouse]);
  // As Ink's own modes end: also where the program is ended by a signal, or breaks.
  useLayoutEffect(() => {
    mouse.begin();
    return () => mouse.end();
  }, [mouse]);
  useInput((input, key) => {
    for (const name of keyNames(input, key)) program.press(name);
  });
  return <Rows rows={painted} />;
}
