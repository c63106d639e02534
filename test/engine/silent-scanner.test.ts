import { expect, test } from 'vitest';
import type { Fact } from '../../src/core/inventory.ts';
import { silentScanner } from '../../src/engine/silent-scanner.ts';
import { aReference, anImage, now } from '../support/builders.ts';

test('answers every question with "could not ask" and the cause', async () => {
  const scanner = silentScanner('no Xray is configured', { now: () => now, after: () => () => {} });
  const violations = { security: false, license: false };
  const images = [anImage(1), aReference()];
  const answers: Fact[] = [];
  const questions = images.map((image) => ({ image, notOlderThan: 0, violations }));
  for await (const fact of scanner.ask(questions, new AbortController().signal)) answers.push(fact);
  expect(answers).toMatchObject(
    images.map((image) => ({
      type: 'ScanRead',
      image,
      scan: { state: 'unknown', cause: 'no Xray is configured', digest: image.digest },
    })),
  );
});
