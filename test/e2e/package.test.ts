import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

describe('what npm would publish', () => {
  const isBuilt = existsSync(`${root}dist/cli.cjs`);
  it.skipIf(!isBuilt)(`holds no tests, sources or leftovers${isBuilt ? '' : ' (skipped: not built)'}`, () => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
      cwd: root,
      stdio: 'pipe',
    });
    const paths: string[] = JSON.parse(output.toString())[0].files.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(['dist/cli.cjs', 'dist/index.js', 'dist/index.d.ts', 'package.json']));
    const odd = paths.filter(
      (path) => !/^(?:dist|docs|examples|schemas)\/|^(?:[A-Z]+(?:\.md)?|package\.json)$/.test(path),
    );
    expect(odd).toEqual([]);
    expect(paths.filter((path) => /\.test\.|\/fixtures\/|\.map$|\.tgz$|\.partial$/.test(path))).toEqual([]);
  });
});
