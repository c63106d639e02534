// A terminal that is none: what is written to it is kept, keys come from the test, and it can stop taking anything.
import { PassThrough, Writable } from 'node:stream';

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Everything since this was asked last. */
  readonly written: () => string;
  readonly type: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Takes nothing until `goOn`. */
  readonly stop: () => void;
  readonly goOn: () => void;
  readonly isRaw: () => boolean;
}

export function aTerminal({ columns = 80, rows = 24 } = {}): Terminal {
  let kept = '';
  let raw = false;
  let held: (() => void) | null = null;
  let stopped = false;
  const stdout = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, taken) => {
        kept += text;
        if (stopped) held = taken;
        else taken();
      },
    }),
    { isTTY: true, columns, rows },
  );
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => void (raw = on),
    ref: () => {},
    unref: () => {},
  });
  return {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    written: () => {
      const since = kept;
      kept = '';
      return since;
    },
    type: (keys) => void stdin.write(keys),
    resize: (wide, high) => {
      Object.assign(stdout, { columns: wide, rows: high });
      stdout.emit('resize');
    },
    stop: () => void (stopped = true),
    goOn: () => {
      stopped = false;
      held?.();
    },
    isRaw: () => raw,
  };
}
