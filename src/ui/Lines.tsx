// Finished lines, one below the other: always as many as there is room for, so that nothing below them moves.
import { Box, Text } from 'ink';
import type { ReactNode } from 'react';

interface Props {
  readonly lines: readonly string[];
  readonly height: number;
}

export function Lines({ lines, height }: Props): ReactNode {
  const shown = Array.from({ length: height }, (_, index) => lines[index] ?? '');
  return (
    <Box flexDirection="column" height={height} flexShrink={0} overflow="hidden">
      {shown.map((line, index) => (
        // A line is known by its place alone. An empty Text would take no line at all.
        <Text key={index} wrap="truncate">
          {line === '' ? ' ' : line}
        </Text>
      ))}
    </Box>
  );
}
