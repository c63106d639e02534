// config.yaml's `notify` and `listen`: whom to tell, and where to be told.
import { below, field, fields, mistake, shown, words, yesOrNo } from './fields.ts';
import type { Fields, Reader } from './fields.ts';
import type { Notes } from './yaml-tree.ts';

export interface NotifySettings {
  readonly slackUrlFile: string | null;
  readonly webhookUrlFile: string | null;
  readonly xrayNotice: boolean;
}

export interface ListenSettings {
  readonly address: string | null;
  readonly tokenFile: string | null;
  readonly user: string | null;
  readonly passwordFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

export function notifySettings(path: Reader<string>): Reader<NotifySettings> {
  return (tree, at, notes) => {
    const from = fields(tree, at, notes, ['slackUrlFile', 'webhookUrlFile', 'xrayNotice'], (key) =>
      /url$/i.test(key) ? `; such an address is a secret: put it into a file and name that by ${key}File` : undefined,
    );
    return {
      slackUrlFile: field(from, 'slackUrlFile', notes, path, null),
      webhookUrlFile: field(from, 'webhookUrlFile', notes, path, null),
      xrayNotice: field(from, 'xrayNotice', notes, yesOrNo, false),
    };
  };
}

export function listenSettings(path: Reader<string>): Reader<ListenSettings> {
  return (tree, at, notes) => {
    const known = ['address', 'tokenFile', 'user', 'passwordFile', 'certFile', 'keyFile'];
    const from = fields(tree, at, notes, known, (key) => secretHint(key));
    if (from === undefined) return undefined;
    for (const [one, other] of [
      ['user', 'passwordFile'],
      ['certFile', 'keyFile'],
    ] as const) {
      needsBoth(from, one, other, notes);
    }
    return {
      address: field(from, 'address', notes, listenAddress, null),
      tokenFile: field(from, 'tokenFile', notes, path, null),
      user: field(from, 'user', notes, words, null),
      passwordFile: field(from, 'passwordFile', notes, path, null),
      certFile: field(from, 'certFile', notes, path, null),
      keyFile: field(from, 'keyFile', notes, path, null),
    };
  };
}

function needsBoth(from: Fields, one: string, other: string, notes: Notes): void {
  const [there, missing] = from.entries.has(one) ? [one, other] : [other, one];
  const entry = from.entries.get(there);
  if (entry === undefined || from.entries.has(missing)) return;
  mistake(notes, entry.at, below(from.path, there), `needs ${missing} beside it`);
}

/** `HOST:PORT`; an empty host is every address of the machine. */
export function isListenAddress(text: string): boolean {
  const port = /^(?:[-a-zA-Z0-9.]*|\[[0-9a-fA-F:.]+\]):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) < 65_536;
}

const listenAddress: Reader<string> = (tree, path, notes) => {
  const text = words(tree, path, notes);
  if (text === undefined || isListenAddress(text)) return text;
  return mistake(notes, tree.at, path, `${shown(tree)} is not HOST:PORT; write it as 127.0.0.1:8765`);
};

/** Where a secret itself stands instead of the name of its file. */
export function secretHint(key: string, instead = `${key}File`): string | undefined {
  if (['token', 'password', 'accesstoken', 'apikey'].includes(key.toLowerCase())) {
    return `; no secret stands in this file: put it into a file of its own and name that by ${instead}`;
  }
  return /insecure/i.test(key) ? '; it is a flag only: --xray-insecure-skip-tls-verify (better: caFile)' : undefined;
}
