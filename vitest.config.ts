import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Tests that put something in place of a module: in a process that has loaded that module already they would change nothing. */
const replacing: readonly string[] = ['src', 'test']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, String(path))))
  .filter(
    (path) => path.endsWith('.test.ts') && /\bvi\.(?:doMock|mock)\(/.test(readFileSync(join(root, path), 'utf8')),
  );

const project = (
  name: string,
  test: NonNullable<TestProjectInlineConfiguration['test']>,
): TestProjectInlineConfiguration => ({
  // The examples import the package by its name, as anybody would.
  resolve: { alias: { plimsoll: join(root, 'src/index.ts') } },
  test: {
    name,
    setupFiles: ['test/property-seed.ts', 'test/nothing-left.ts'],
    // Far beyond what any test needs: a busy machine must not fail them.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    ...test,
  },
});

// The quick suite: offline, nothing but what `npm ci` brought.
export default defineConfig({
  test: {
    globalSetup: ['test/suite-folder.ts'],
    // By default one processor stays idle, which on two of them is half of the machine.
    maxWorkers: '100%',
    projects: [
      // The files of a worker share its modules: half of the processor time was spent loading them again for each file.
      project('quick', {
        include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
        exclude: ['test/e2e/**', ...replacing],
        isolate: false,
      }),
      project('alone', { include: [...replacing], isolate: true }),
    ],
  },
});
