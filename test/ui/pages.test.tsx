import { renderToString } from 'ink';
import { describe, expect, test } from 'vitest';
import { Whole } from '../../src/ui/App.tsx';
import type { Frame } from '../../src/ui/frame.ts';
import { widthOf } from '../../src/ui/width.ts';
import { aFrame, aTable, plainTheme } from '../support/frames.ts';

function linesOf(frame: Frame, theme = plainTheme): readonly string[] {
  return renderToString(<Whole frame={frame} theme={theme} />, { columns: frame.view.columns }).split('\n');
}

function bare(line: string): string {
  return line.replaceAll(/\u001b\[[\d;]*m/g, '');
}

describe('no line is wider than the terminal, and one line of it stays empty', () => {
  for (const columns of [40, 80, 120, 400]) {
    test(`${columns} columns`, () => {
      const lines = linesOf(aFrame(aTable(30), { columns })).map(bare);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      expect(lines).toHaveLength(23);
    });
  }
});
