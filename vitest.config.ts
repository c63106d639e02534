import { defineConfig } from 'vitest/config';

// Processes rather than threads: a thread that leaves a pseudo-terminal behind cannot be ended, and the run would hang.
const shared = { pool: 'forks', isolate: false } as const;
const slow = [
  'test/**/*.control-plane.test.ts',
  'test/control-plane/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/**/*.browser.test.ts',
  // Of processes that are killed, which takes seconds.
  'test/state/{killed,killed-runs,processes,lock}.test.ts',
];

/** Of the files of a release, which are made anew. */
const release = ['test/package/release.control-plane.test.ts'];

// Unit tests need neither a control plane nor the built program and end within seconds; the others share one control
// plane, which global-setup.ts starts for the whole run.
export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: slow,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'control-plane',
          include: slow,
          exclude: release,
          globalSetup: ['test/control-plane/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'release',
          include: release,
          globalSetup: ['test/control-plane/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          // Making archives takes all processors: it waits until the others are through.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
