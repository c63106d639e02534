// The room's main file: tells others what was done. It never throws, and nothing waits for it; it does not say more than
// `history` does, and shows no address, because that of a webhook is a secret.
import type { ActRecord } from '../core/act.ts';
import { actionRecordList } from '../core/history.ts';
import { createReceiver } from './receiver.ts';
import type { NotifyClock, Receiver } from './receiver.ts';
import { createSend } from './send.ts';
import type { Route, Sent } from './send.ts';
import { slackText } from './slack-text.ts';
import { noticesOf } from './xray-notice.ts';
import type { XrayNotice } from './xray-notice.ts';

export interface NotifySettings {
  /** Of a webhook that takes what Slack's takes. */
  readonly slackUrl: string | null;
  /** Of a webhook that takes an ActionRecordList. */
  readonly webhookUrl: string | null;
}

export interface NotifierParts extends Route {
  readonly clock: NotifyClock;
  readonly warn: (message: string) => void;
  /** The cluster, as its user calls it. */
  readonly context: string;
  /** Address of the API server, for Xray's notice. */
  readonly server: string;
  /** Posts a notice to Xray, where that is asked for; whatever it rejects with is a failure. */
  readonly sendXrayNotice: ((notice: XrayNotice, signal: AbortSignal) => Promise<void>) | null;
}

export interface Notifier {
  /** Tells of an act as it stands now; calls within two seconds make one message. */
  notify(record: ActRecord): void;
  /** Sends what is left, for so many milliseconds at most. */
  flush(timeout: number): Promise<void>;
}

export function createNotifier({ slackUrl, webhookUrl }: NotifySettings, parts: NotifierParts): Notifier {
  const { clock, warn, context } = parts;
  const send = createSend(parts);
  const to = (url: string, name: string, body: (records: readonly ActRecord[]) => object): Receiver => {
    const address = new URL(url);
    return createReceiver({
      name: `${name} (${address.host})`,
      send: (records, signal) => send(address, body(records), signal),
      clock,
      warn,
    });
  };
  const receivers = [
    ...(slackUrl === null ? [] : [to(slackUrl, 'Slack', (records) => ({ text: slackText(records, context) }))]),
    ...(webhookUrl === null ? [] : [to(webhookUrl, 'the webhook', (records) => actionRecordList(records))]),
    ...(parts.sendXrayNotice === null ? [] : [toXray(parts, parts.sendXrayNotice)]),
  ];
  return {
    notify: (record) => {
      for (const receiver of receivers) receiver.tell(record);
    },
    flush: async (timeout) => {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const stop = clock.after(timeout, resolve);
      await Promise.race([late, Promise.all(receivers.map((receiver) => receiver.drain()))]);
      stop();
      for (const receiver of receivers) receiver.giveUp();
    },
  };
}

/** One request an act: that is how KubeXray told it. */
function toXray({ clock, warn, server }: NotifierParts, post: NonNullable<NotifierParts['sendXrayNotice']>): Receiver {
  const noticed = new Set<string>();
  const send = async (records: readonly ActRecord[], signal: AbortSignal): Promise<Sent> => {
    try {
      for (const record of records) {
        for (const notice of noticed.has(record.id) ? [] : noticesOf(record, server)) {
          await post(notice, signal);
          noticed.add(record.id);
        }
      }
      return { ok: true };
    } catch (error) {
      return { ok: false, why: error instanceof Error ? error.message : String(error), again: true };
    }
  };
  return createReceiver({ name: "Xray's notice", send, clock, warn });
}
