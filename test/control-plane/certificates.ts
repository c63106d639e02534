import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface KeyAndCertificate {
  /** PKCS #8 private key, PEM. */
  readonly key: string;
  /** X.509 certificate, PEM. */
  readonly certificate: string;
}

export interface Authority extends KeyAndCertificate {
  readonly name: string;
}

interface Validity {
  readonly from: Date;
  readonly until: Date;
}

interface Request {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly validity: Validity;
  readonly extensions: readonly Buffer[];
  /** PEM of the signer's key; without it the certificate signs itself. */
  readonly signer?: string;
}

const oids = {
  commonName: [2, 5, 4, 3],
  organization: [2, 5, 4, 10],
  ecdsaWithSha256: [1, 2, 840, 10045, 4, 3, 2],
  keyUsage: [2, 5, 29, 15],
  subjectAltName: [2, 5, 29, 17],
  basicConstraints: [2, 5, 29, 19],
  extendedKeyUsage: [2, 5, 29, 37],
  serverAuth: [1, 3, 6, 1, 5, 5, 7, 3, 1],
  clientAuth: [1, 3, 6, 1, 5, 5, 7, 3, 2],
} as const;

/** A certificate authority of our own. Node reads X.509 but cannot write it, and neither openssl nor Go need be here. */
export function makeAuthority(name: string, validity = aroundNow()): Authority {
  const subject = distinguishedName([[oids.commonName, name]]);
  const extensions = [
    extension(oids.basicConstraints, sequence(tlv(0x01, Buffer.from([0xff]))), 'critical'),
    extension(oids.keyUsage, tlv(0x03, Buffer.from([1, 0b0000_0110])), 'critical'),
  ];
  return { name, ...makeCertificate({ subject, issuer: subject, validity, extensions }) };
}

/** `hosts` are DNS names and IPv4 addresses. */
export function issueServerCertificate(
  authority: Authority,
  hosts: readonly string[],
  validity = aroundNow(),
): KeyAndCertificate {
  const names = hosts.map((host) =>
    /^\d+(\.\d+){3}$/.test(host)
      ? tlv(0x87, Buffer.from(host.split('.').map(Number)))
      : tlv(0x82, Buffer.from(host, 'ascii')),
  );
  return issue(authority, distinguishedName([[oids.commonName, hosts[0] ?? 'server']]), validity, [
    extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuth))),
    extension(oids.subjectAltName, sequence(...names)),
  ]);
}

/** Kubernetes takes the common name as the user and each organization as a group. */
export function issueClientCertificate(
  authority: Authority,
  user: string,
  groups: readonly string[] = [],
  validity = aroundNow(),
): KeyAndCertificate {
  const subject = distinguishedName([
    ...groups.map((group) => [oids.organization, group] as const),
    [oids.commonName, user] as const,
  ]);
  return issue(authority, subject, validity, [extension(oids.extendedKeyUsage, sequence(oid(oids.clientAuth)))]);
}

/** Both PEM, on the curve P-256. */
export function makeSigningKeys(): { readonly publicKey: string; readonly privateKey: string } {
  const { publicKey, privateKey } = makeKeyPair();
  return { publicKey: pem('PUBLIC KEY', publicKey), privateKey };
}

function makeKeyPair(): { readonly publicKey: Buffer; readonly privateKey: string } {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function issue(authority: Authority, subject: Buffer, validity: Validity, extensions: readonly Buffer[]) {
  const issuer = distinguishedName([[oids.commonName, authority.name]]);
  return makeCertificate({ subject, issuer, validity, extensions, signer: authority.key });
}

function makeCertificate({ subject, issuer, validity, extensions, signer }: Request): KeyAndCertificate {
  const pair = makeKeyPair();
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    issuer,
    sequence(time(validity.from), time(validity.until)),
    subject,
    pair.publicKey,
    tlv(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, signer ?? pair.privateKey);
  const der = sequence(body, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return { key: pair.privateKey, certificate: pem('CERTIFICATE', der) };
}

function aroundNow(): Validity {
  const hour = 3_600_000;
  return { from: new Date(Date.now() - hour), until: new Date(Date.now() + 30 * 24 * hour) };
}

function distinguishedName(parts: readonly (readonly [readonly number[], string])[]): Buffer {
  const sets = parts.map(([type, text]) => tlv(0x31, sequence(oid(type), tlv(0x0c, Buffer.from(text, 'utf8')))));
  return sequence(...sets);
}

function extension(type: readonly number[], value: Buffer, critical?: 'critical'): Buffer {
  const flag = critical === undefined ? [] : [tlv(0x01, Buffer.from([0xff]))];
  return sequence(oid(type), ...flag, tlv(0x04, value));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function integer(bytes: Buffer): Buffer {
  return tlv(0x02, bytes);
}

/** UTCTime, which ends in 2049. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${digits}Z`, 'ascii'));
}

function oid([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
}

function tlv(tag: number, value: Buffer): Buffer {
  const length = value.length;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), value]);
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
