import { defineConfig } from 'vitest/config';

// Real programs and real images: minutes, two files at a time. Each test says what it skips and why.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/e2e/compile.ts'],
    testTimeout: 900_000,
    hookTimeout: 1_200_000,
    // Much of it waits for mirrors, disks and daemons.
    maxWorkers: 2,
    reporters: ['verbose'],
  },
});
