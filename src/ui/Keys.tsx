// Hears the keys; draws nothing.
import { useApp, useInput, usePaste } from 'ink';
import type { SuspendTerminal } from 'ink';
import { useInsertionEffect } from 'react';
import { pastedOf, pressesOf } from './presses.ts';
import type { Press } from './view.ts';

interface Props {
  readonly pressed: (press: Press) => void;
  readonly pasted: (press: Press) => void;
  /** How the terminal is handed over for a while. */
  readonly suspends: (suspend: SuspendTerminal) => void;
}

export function Keys({ pressed, pasted, suspends }: Props): null {
  const { suspendTerminal } = useApp();
  useInsertionEffect(() => suspends(suspendTerminal), [suspends, suspendTerminal]);
  useInput((input, key) => {
    for (const press of pressesOf(input, key)) pressed(press);
  });
  usePaste((text) => {
    for (const press of pastedOf(text)) pasted(press);
  });
  return null;
}
