// For root nothing is closed, so there is nothing to be tested: such a test is left out for root, rather than skipped.
import process from 'node:process';
import { test } from 'vitest';

export function testAsUser(name: string, run: () => Promise<void>): void {
  if (process.getuid?.() !== 0) test(name, run);
}
