import { Box, Text } from 'ink';
import { memo } from 'react';

/** A terminal row. Ink gives an empty text no height, thus the blank. */
const Row = memo(function Row({ text }: { readonly text: string }) {
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});

/** Painted rows below each other; a row that stays the same is not drawn anew. */
export function Rows({ rows }: { readonly rows: readonly string[] }) {
  return (
    <Box flexDirection="column">
      {rows.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the terminal is its index.
        <Row key={index} text={text} />
      ))}
    </Box>
  );
}
