import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'threads',
    isolate: false,
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    reporters: ['default'],
  },
});
