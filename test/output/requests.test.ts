import { describe, expect, test } from 'vitest';
import { requestLine } from '../../src/output/requests.ts';

describe('a line for a request', () => {
  const cases: [name: string, url: string, outcome: number | string, line: string][] = [
    [
      'that failed',
      'http://xray.test/xray',
      'ECONNREFUSED',
      'GET http://xray.test/xray failed (ECONNREFUSED) in 12 ms',
    ],
    ['that was refused', 'https://c.test:6443/api', 403, 'GET https://c.test:6443/api 403 in 12 ms'],
    [
      'shows what a query may show',
      'https://c.test/api/v1/pods?limit=500&watch=1',
      200,
      'GET https://c.test/api/v1/pods?limit=500&watch=1 200 in 12 ms',
    ],
    [
      'hides what may be a secret in a query, and the user in an address',
      'https://ana:pw@x.test/a?token=s3cret&limit=5&X-Amz-Signature=s3cret#s3cret',
      200,
      'GET https://x.test/a?token=***&limit=5&X-Amz-Signature=*** 200 in 12 ms',
    ],
    [
      'that came to nothing readable',
      'https://x.test/',
      'E\u001b[2J',
      'GET https://x.test/ failed (E\\x1b[2J) in 12 ms',
    ],
  ];
  for (const [name, url, outcome, line] of cases) {
    test(name, () => expect(requestLine('GET', new URL(url), outcome, 12.4)).toBe(`${line}\n`));
  }
});
