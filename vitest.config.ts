import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The quick suite: offline, nothing but what `npm ci` brought.
export default defineConfig({
  // The examples import the package by its name, as anybody would.
  resolve: { alias: { plimsoll: fileURLToPath(new URL('./src/index.ts', import.meta.url)) } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    globalSetup: ['test/suite-folder.ts'],
    setupFiles: ['test/property-seed.ts'],
    // Far beyond what any test needs: a busy machine must not fail them.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // By default one processor stays idle, which on two of them is half of the machine.
    maxWorkers: '100%',
  },
});
