import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { earliestEnd } from '../../src/xray/certificates.ts';
import { aCertificate } from '../xray-server/certificate.ts';

test('a text without a certificate has no end', () => {
  expect(earliestEnd('')).toBeNull();
  expect(earliestEnd('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toBeNull();
});
test('of several the first end counts, whatever stands around them', () => {
  const { cert } = aCertificate();
  const end = Date.parse(new X509Certificate(cert).validTo);
  expect(earliestEnd(`# ours\n${cert}\n# theirs\n${cert}`)).toBe(end);
});
