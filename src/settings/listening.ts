// Whether and how webhooks are listened for: `--webhook-listen`, then config.yaml's `listen`; KubeXray's
// `xrayWebhookToken` is a token likewise. Secrets and certificate are read from their files here.
import { UsageError } from '../core/errors.ts';
import { isListenAddress } from './config-listen.ts';
import { openToAll } from './credentials.ts';
import { readNamed } from './files.ts';
import type { ListenSettings } from './config-listen.ts';
import type { Files } from './files.ts';

export interface ListeningSources extends Files {
  /** What `--webhook-listen` says. */
  readonly flag: string | null;
  readonly listen: ListenSettings | null;
  readonly xrayWebhookToken: string | null;
}

/** What a webhook listener is made of; texts in place of files. */
export interface ListeningSettings {
  /** `HOST:PORT`. */
  readonly address: string;
  readonly token: string | null;
  readonly user: string | null;
  readonly password: string | null;
  /** PEM texts. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly warnings: readonly string[];
}

/** Null where nobody asked for it; a UsageError for what the user has to mend. */
export function listening(sources: ListeningSources): ListeningSettings | UsageError | null {
  const { flag, listen } = sources;
  if (flag !== null && !isListenAddress(flag)) {
    return new UsageError(`--webhook-listen ${flag} is not HOST:PORT`, 'Write it as 127.0.0.1:8765.');
  }
  const address = flag ?? listen?.address ?? null;
  if (address === null) return null;
  const read = (file: string | null | undefined, key: string): string | null | UsageError =>
    file ? readNamed(file, `config.yaml: listen.${key}`, sources.readFile) : null;
  const secret = (file: string | null | undefined, key: string): string | null | UsageError =>
    secretIn(read(file, key), `${file} (named by config.yaml: listen.${key})`);
  const token = secret(listen?.tokenFile, 'tokenFile');
  if (token instanceof UsageError) return token;
  const password = secret(listen?.passwordFile, 'passwordFile');
  if (password instanceof UsageError) return password;
  const cert = read(listen?.certFile, 'certFile');
  if (cert instanceof UsageError) return cert;
  const key = read(listen?.keyFile, 'keyFile');
  if (key instanceof UsageError) return key;
  return {
    address,
    token: token ?? sources.xrayWebhookToken,
    user: listen?.user ?? null,
    password,
    tls: cert === null || key === null ? null : { cert, key },
    warnings: [listen?.tokenFile, listen?.passwordFile, listen?.keyFile].flatMap((file) => openToAll(file, sources)),
  };
}

/** Without the newline that editors put at the end of a file. */
function secretIn(text: string | null | UsageError, where: string): string | null | UsageError {
  if (text === null || text instanceof UsageError) return text;
  const secret = text.replace(/^\uFEFF/, '').replace(/[\r\n]+$/, '');
  if (secret.trim() !== '') return secret;
  return new UsageError(`${where} is empty`, 'It must hold the secret, and nothing else.');
}
