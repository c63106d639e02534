// Which files a configuration names that hold secrets.
import type { Config, ContextEntry } from './config-file.ts';

export interface NamedFile {
  readonly path: string;
  /** `config.yaml: contexts.prod.xray.tokenFile`. */
  readonly namedBy: string;
}

/** Of every context, not of the one in use alone. */
export function secretFilesOf({ default: byDefault, contexts, notify, listen }: Config): readonly NamedFile[] {
  const files: readonly (readonly [path: string | null | undefined, key: string])[] = [
    [tokenFileOf(byDefault), 'default.xray.tokenFile'],
    ...[...contexts].map(([name, entry]) => [tokenFileOf(entry), `contexts.${name}.xray.tokenFile`] as const),
    [notify.slackUrlFile, 'notify.slackUrlFile'],
    [notify.webhookUrlFile, 'notify.webhookUrlFile'],
    [listen?.tokenFile, 'listen.tokenFile'],
    [listen?.passwordFile, 'listen.passwordFile'],
    [listen?.keyFile, 'listen.keyFile'],
  ];
  return files.flatMap(([path, key]) => (path ? [{ path, namedBy: `config.yaml: ${key}` }] : []));
}

function tokenFileOf(entry: ContextEntry | null): string | null {
  return entry?.xray?.tokenFile ?? null;
}
