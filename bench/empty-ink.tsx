/** The least that an Ink program can be: what bench/tui.ts takes as the yardstick. */
import { render, Text, useInput } from 'ink';
import { useState } from 'react';

function Counter() {
  const [count, setCount] = useState(0);
  useInput((input) => {
    if (input === 'q') process.exit(0);
    setCount((before) => before + 1);
  });
  return <Text>{`ready ${count}, q quit`}</Text>;
}

render(<Counter />, {
  alternateScreen: true,
  incrementalRendering: true,
  interactive: true,
  maxFps: 60,
});
