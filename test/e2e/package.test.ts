import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const isBuilt = existsSync(`${root}dist/cli.cjs`);

describe('what npm would publish', () => {
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

describe.skipIf(!isBuilt)(`a stranger's empty folder${isBuilt ? '' : ' (skipped: not built)'}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-stranger-'));
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, 'plimsoll'), { recursive: true });
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, stdio: 'pipe' });
    const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
    execFileSync('tar', ['-xzf', packed, '--strip-components=1', '-C', 'node_modules/plimsoll'], { cwd: folder });
    // What npm would fetch besides: nothing of ours, and what is here is of the versions that the lock names.
    for (const name of readdirSync(join(root, 'node_modules')).filter((entry) => !/^\.|^plimsoll$/.test(entry)))
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    const settings = {
      target: 'es2023',
      module: 'nodenext',
      types: ['node'],
      outDir: 'compiled',
      rootDir: '.',
      // As strict as anybody is, our declarations included.
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      skipLibCheck: false,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: settings, include: ['*.ts'] }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('compiles the examples and what docs/library.md shows, and runs them', () => {
    const installed = join(folder, 'node_modules', 'plimsoll');
    for (const name of readdirSync(join(installed, 'examples')))
      writeFileSync(join(folder, name), readFileSync(join(installed, 'examples', name)));
    const page = readFileSync(join(installed, 'docs', 'library.md'), 'utf8');
    const blocks = [...page.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)]
      .map(([block]) => block.replaceAll(/^ {4}/gm, ''))
      .filter((block) => !block.trim().startsWith('npm '));
    expect(blocks.length).toBeGreaterThan(1);
    // The page names members in its sentences too: `plan.steps`, `report.unknowns`.
    const members = [...new Set(page.match(/`(?:plan|report)\.\w+`/g))].map((word) => word.slice(1, -1));
    expect(members.length).toBeGreaterThan(4);
    const known = "import { planFix, surroundings, writeEdits, scan } from 'plimsoll';\n";
    const shown = blocks.map((block) => block.replace(/^import .*\n/m, '')).join('\n');
    writeFileSync(
      join(folder, 'page.ts'),
      `${known}export async function shown() {\n${shown}\nreturn [${members}];\n}\n`,
    );

    execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', folder], { cwd: folder, stdio: 'pipe' });

    mkdirSync(join(folder, 'rootfs', 'opt', 'acme'), { recursive: true });
    writeFileSync(join(folder, 'rootfs', 'opt', 'acme', 'model.json'), '{"name": "acme-ranker", "version": "7"}');
    const ran = execFileSync('node', ['compiled/own-analyzer.js', 'dir:rootfs'], {
      cwd: folder,
      env: { ...process.env, PLIMSOLL_HOME: join(folder, 'home') },
    });
    expect(ran.toString()).toContain('pkg:generic/acme-ranker@7');
    const program = execFileSync('node', ['node_modules/plimsoll/dist/cli.cjs', '--version'], { cwd: folder });
    expect(program.toString()).toMatch(/^\d+\.\d+\.\d+\s*$/);
  });
});
