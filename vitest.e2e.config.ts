import { defineConfig } from 'vitest/config';

// Real programs and real images: minutes, one file at a time. Each test says what it skips and why.
export default defineConfig({
  test: { include: ['test/e2e/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 900_000, fileParallelism: false, reporters: ['verbose'] },
});
