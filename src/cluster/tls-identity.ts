// Whose certificate is to be shown, for options of Node's TLS.
import { isIP } from 'node:net';
import tls from 'node:tls';

export interface TlsIdentity {
  readonly servername: string;
  readonly checkServerIdentity: typeof tls.checkServerIdentity;
}

/** A name is told to the server, too; an address may not be (RFC 6066), and Node throws where it is. */
export function tlsIdentity(name: string): TlsIdentity {
  return {
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
  };
}
