/** A recording in which a function calls itself so often, and then allocates. */
export function deepRecording(depth: number): string {
  const head = 'v 10400 3\nX ./deep\nI 1000 1000\ns 4 main\ns 4 walk\ni 401000 0 1\ni 402000 0 2\n';
  const calls = Array.from(
    { length: depth - 1 },
    (_, caller) => `t 2 ${(caller + 1).toString(16)}`,
  );
  const last = depth.toString(16);
  return `${head}t 1 0\n${calls.join('\n')}\na 40 ${last}\n+ 0\nc a\n# strings: 2\n# ips: 2\n`;
}

/** A recording of functions, each with its own allocation, of which one has a name of so many bytes. */
export function longNameRecording(functions: number, bytes: number): string {
  const hex = (value: number) => value.toString(16);
  const lines = ['v 10400 3', 'X ./long', 'I 1000 1000'];
  for (let i = 1; i <= functions; i++) {
    const name = i === 1 ? `first${'x'.repeat(bytes)}` : `f${i}`;
    lines.push(`s ${hex(name.length)} ${name}`, `i ${hex(i)} 0 ${hex(i)}`, `t ${hex(i)} 0`);
    lines.push(`a ${hex(64 + functions - i)} ${hex(i)}`, `+ ${hex(i - 1)}`);
  }
  return `${lines.join('\n')}\nc a\n# strings: ${functions}\n# ips: ${functions}\n`;
}
