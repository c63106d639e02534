// One receiver: what it is to be told is gathered, sent in parts, and tried again; it waits for nobody and nobody for it.
import type { ActRecord } from '../core/act.ts';
import type { Sent } from './send.ts';

/** By the shape of the engine's. */
export interface NotifyClock {
  now(): number;
  after(milliseconds: number, call: () => void): () => void;
}

export interface Receiver {
  tell(record: ActRecord): void;
  /** Sends what there is now, and resolves when nothing is left to be sent. Never rejects. */
  drain(): Promise<void>;
  /** Gives up what is not sent; says so if there is any. */
  giveUp(): void;
}

export interface ReceiverOptions {
  /** As warnings name it: `Slack (hooks.slack.com)`. */
  readonly name: string;
  readonly send: (records: readonly ActRecord[], signal: AbortSignal) => Promise<Sent>;
  readonly clock: NotifyClock;
  readonly warn: (message: string) => void;
}

/** Milliseconds: how long a burst is gathered, one try lasts, and is waited before another. All tries fit in a minute. */
const gathering = 2_000;
const patience = 10_000;
const waits: readonly number[] = [1_000, 3_000, 9_000];
const inOneMessage = 50;
/** So many wait at most for a receiver that takes none. */
const waitingAtMost = 1_000;

export function createReceiver({ name, send, clock, warn }: ReceiverOptions): Receiver {
  // By id: of an act that went on meanwhile, only its last state is told.
  const waiting = new Map<string, ActRecord>();
  const over = new AbortController();
  let cancel: (() => void) | null = null;
  let sending: Promise<void> | null = null;
  let complained = false;

  // Once, until it takes something again.
  const complain = (why: string): void => {
    if (!complained) warn(`${name} could not be told of what was done: ${why}`);
    complained = true;
  };
  const attempt = async (records: readonly ActRecord[]): Promise<Sent> => {
    const late = new AbortController();
    const stop = clock.after(patience, () => late.abort());
    try {
      const sent = await send(records, AbortSignal.any([over.signal, late.signal]));
      return !sent.ok && late.signal.aborted ? { ...sent, why: `no answer within ${patience / 1000} seconds` } : sent;
    } finally {
      stop();
    }
  };
  const deliver = async (records: readonly ActRecord[]): Promise<void> => {
    let sent = await attempt(records);
    for (const wait of waits) {
      if (sent.ok || !sent.again || over.signal.aborted) break;
      await pause(clock, wait, over.signal);
      sent = await attempt(records);
    }
    if (sent.ok) {
      complained = false;
      return;
    }
    if (!over.signal.aborted) complain(sent.why);
  };
  const sendAll = async (): Promise<void> => {
    while (waiting.size > 0 && !over.signal.aborted) {
      const records = [...waiting.values()].slice(0, inOneMessage);
      for (const { id } of records) waiting.delete(id);
      await deliver(records);
    }
  };
  const drain = (): Promise<void> => {
    cancel?.();
    cancel = null;
    sending ??= sendAll().finally(() => {
      sending = null;
      if (waiting.size > 0) soon();
    });
    return sending;
  };
  const soon = (): void => {
    if (!over.signal.aborted) cancel ??= clock.after(gathering, () => void drain());
  };
  return {
    tell: (record) => {
      waiting.delete(record.id);
      waiting.set(record.id, record);
      if (waiting.size > waitingAtMost) {
        const [oldest = ''] = waiting.keys();
        waiting.delete(oldest);
        complain('too many acts wait for it');
      }
      if (sending === null) soon();
    },
    drain,
    giveUp: () => {
      cancel?.();
      if (waiting.size > 0 || sending !== null) warn(`${name} was not told of everything: there was no more time`);
      over.abort();
      waiting.clear();
    },
  };
}

function pause(clock: NotifyClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(milliseconds, resolve);
  const stop = (): void => resolve();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  return promise.finally(() => {
    cancel();
    signal.removeEventListener('abort', stop);
  });
}
