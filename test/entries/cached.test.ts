import { describe, expect, test } from 'vitest';
import { askerOf } from '../../src/entries/cached.ts';

const jwt = (payload: unknown): string =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2lnbmF0dXJl`;
const bearer = (token: string) => ({ kind: 'bearer', token }) as const;

describe('who asks', () => {
  test('is nobody without credentials', () => expect(askerOf(null)).toBe(''));
  test('is told by user, whatever the password', () => {
    const of = (password: string): string => askerOf({ kind: 'basic', user: 'ana', password });
    expect(of('one')).toBe(of('other'));
    expect(of('one')).not.toContain('one');
    expect(of('one')).not.toBe(askerOf({ kind: 'basic', user: 'bob', password: 'one' }));
  });
  test('is told by the subject of a token, so that a new one for the same user finds the same answers', () => {
    const [one, other] = [jwt({ sub: 'jfac@1/users/ana', jti: '1' }), jwt({ sub: 'jfac@1/users/ana', jti: '2' })];
    expect(askerOf(bearer(one))).toBe(askerOf(bearer(other)));
    expect(askerOf(bearer(one))).not.toBe(askerOf(bearer(jwt({ sub: 'jfac@1/users/bob' }))));
  });
  const opaque: [name: string, token: string][] = [
    ['that tells nothing', btoa('reftkn:01:1764677755:something-very-secret')],
    ['whose payload is no JSON', 'eyJ.not-json.x'],
    ['without a subject', jwt({ iss: 'jfac' })],
  ];
  for (const [name, token] of opaque) {
    test(`is told by a token ${name}, of which nothing is shown`, () => {
      const asker = askerOf(bearer(token));
      expect(asker).toMatch(/^token [0-9a-f]{8}$/);
      expect(askerOf(bearer(`${token}x`))).not.toBe(asker);
    });
  }
});
