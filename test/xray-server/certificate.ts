// A self-signed certificate for loopback, made anew each time, so that no private key lies in the repository.

import { generateKeyPairSync, sign } from 'node:crypto';

/** PEM texts, valid for 127.0.0.1 and localhost for a day around now; `cert` is also the CA file to trust. */
export function aCertificate(): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(0x30, der(0x31, der(0x30, commonName, der(0x0c, Buffer.from('kubectl-xray test')))));
  const day = 24 * 60 * 60 * 1000;
  const validity = der(0x30, utcTime(Date.now() - day), utcTime(Date.now() + day));
  const toBeSigned = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, authority, names())),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, privateKey));
  const base64 = der(0x30, toBeSigned, ecdsaWithSha256, signature).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

// Object identifiers 2.5.4.3, 1.2.840.10045.4.3.2, 2.5.29.19 and 2.5.29.17.
const commonName = der(0x06, Buffer.from([0x55, 0x04, 0x03]));
const ecdsaWithSha256 = der(0x30, der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const authority = extension(0x13, der(0x30, der(0x01, Buffer.from([0xff]))));

function names(): Buffer {
  const [address, host] = [der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from('localhost'))];
  return extension(0x11, der(0x30, address, host));
}

function extension(number: number, value: Buffer): Buffer {
  return der(0x30, der(0x06, Buffer.from([0x55, 0x1d, number])), der(0x04, value));
}

function utcTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(digits.slice(2)));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}
