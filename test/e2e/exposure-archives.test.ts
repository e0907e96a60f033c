import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pythonArchiveCode } from '../../src/analyzers/code/index.ts';
import { withArchives } from '../../src/exposure/archives.ts';
import { closureOf } from '../../src/exposure/closure.ts';
import type { Process, World } from '../../src/exposure/model.ts';
import { python } from '../../src/exposure/python/index.ts';
import { extensionNames, pythonImports } from '../../src/formats/python/index.ts';
import type { Entry } from '../../src/model.ts';
import { machineTree } from './this-machine.ts';

/** Archives that zipapp, PEX and shiv really made are run by a real Python: what is in its `sys.modules` is held to what is foreseen. */

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-archives-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const venv = join(scratch, 'venv/bin/');
const hasPython = spawnSync('python3', ['-m', 'venv', join(scratch, 'venv')]).status === 0;
const pip = (...words: string[]): boolean =>
  spawnSync(
    `${venv}python`,
    ['-m', 'pip', 'install', '-q', '--retries', '1', '--disable-pip-version-check', ...words],
    {
      timeout: 120_000,
    },
  ).status === 0;

const TOLD =
  'import sys\nfor m in list(sys.modules.values()):\n    f = getattr(m, "__file__", None)\n    if f: print("FILE " + f)\n';
const PROGRAM = `import requests, shop.core\ndef main():\n${TOLD.replace(/^/gm, '    ').trimEnd()}\nif __name__ == "__main__":\n    main()\n`;
mkdirSync(join(scratch, 'app/shop'), { recursive: true });
writeFileSync(join(scratch, 'app/shop/__init__.py'), '');
writeFileSync(join(scratch, 'app/shop/core.py'), 'import sqlite3, xml.dom.minidom\n');
writeFileSync(join(scratch, 'app/__main__.py'), PROGRAM);
writeFileSync(join(scratch, 'app/prog.py'), PROGRAM);

/** This machine as a world; archives are read as the analyzer reads them. */
const machine: World = {
  tree: machineTree,
  code(path, language) {
    if (!existsSync(`/${path}`)) return undefined;
    const bytes = readFileSync(`/${path}`);
    if (language === 'python-archive') {
      if (!/\.(?:pyz|pex)$/.test(path)) return undefined;
      const reader = pythonArchiveCode.stream?.({ path, size: bytes.length } as Entry);
      reader?.push(bytes, 0);
      const [fact] = [...(reader?.end() ?? [])];
      return fact !== undefined && 'kind' in fact && fact.kind === 'code' ? fact.text : undefined;
    }
    if (language === 'text') return bytes.toString('utf8');
    if (language !== 'python') return undefined;
    if (path.endsWith('.py')) return pythonImports(bytes, path.endsWith('/__init__.py'));
    const names = extensionNames();
    names.push(bytes);
    return path.endsWith('.so') ? `names ${names.end().join(' ')}` : undefined;
  },
};

/** The same file by where the launcher has unpacked it and by where it lies in the archive. */
const keyOf = (path: string): string =>
  path
    .replace(/^.*\.(?:pyz|pex)!?\/(?=.)/, '/')
    .replace(/^.*\/(?:unzipped_pexes|bootstraps|user_code)(?:\/\d+)?\/[^/]+\//, '/')
    .replace(/^.*\/(?:installed_wheels\/\d+|\.deps)\/(?:[^/]+\/)?[^/]+\.whl\//, '/')
    .replace(/^.*\/\.deps\/[^/]+\.whl\//, '/')
    .replace(/^.*\/site-packages\//, '/')
    .replace(/^\/\.bootstrap\//, '/');

/** What the archive has imported that is not foreseen. */
function missed(archive: string): { readonly missed: readonly string[]; readonly really: number } {
  const home = join(scratch, 'home');
  const out = execFileSync(`${venv}python`, [archive], {
    encoding: 'utf8',
    cwd: scratch,
    env: { PATH: process.env.PATH, HOME: home, PEX_ROOT: join(home, 'pex'), SHIV_ROOT: join(home, 'shiv') },
  });
  const really = [...out.matchAll(/^FILE (.*\.(?:py|so))$/gm)].map(([, file]) => file as string);
  const interpreter = `${venv}python`;
  const started: Process = {
    program: realpathSync(interpreter).slice(1),
    calledAs: interpreter.slice(1),
    arguments: [archive],
    environment: new Map([['HOME', home]]),
    folder: scratch.slice(1),
  };
  const { world } = withArchives(machine);
  const root = { to: started.program, reach: 'loaded', how: 'start', process: started } as const;
  const { reached } = closureOf(world, [root], [python]);
  const foreseen = new Set([...reached.keys()].map((path) => keyOf(`/${path}`)));
  const isForeseen = (path: string): boolean => foreseen.has(keyOf(existsSync(path) ? realpathSync(path) : path));
  return { missed: really.filter((path) => !isForeseen(path)), really: really.length };
}

describe.skipIf(process.platform === 'win32' || !hasPython)('what Python imports out of an archive is foreseen', () => {
  it('of zipapp, with its dependencies in it', { timeout: 300_000 }, ({ skip }) => {
    if (!pip('--target', join(scratch, 'app'), 'requests==2.32.3')) skip('wheels cannot be had');
    execFileSync('python3', ['-m', 'zipapp', join(scratch, 'app'), '-o', join(scratch, 'a.pyz')]);
    const { missed: not, really } = missed(join(scratch, 'a.pyz'));
    expect(really).toBeGreaterThan(150);
    expect(not).toEqual([]);
  });

  it.each([
    ['pex', (out: string) => ['requests==2.32.3', '-D', join(scratch, 'src'), '-e', 'prog:main', '-o', out]],
    [
      'shiv',
      (out: string) => ['--site-packages', join(scratch, 'src'), '-e', 'prog:main', '-o', out, 'requests==2.32.3'],
    ],
  ] as const)('of %s, unpacked by its launcher', { timeout: 300_000 }, (tool, words) => {
    if (!pip(tool)) return; // As above: without a network there is nothing to run.
    mkdirSync(join(scratch, 'src/shop'), { recursive: true });
    for (const name of ['shop/__init__.py', 'shop/core.py', 'prog.py'])
      writeFileSync(join(scratch, 'src', name), readFileSync(join(scratch, 'app', name)));
    const out = join(scratch, `b.${tool === 'pex' ? 'pex' : 'pyz'}`);
    execFileSync(`${venv}${tool}`, words(out), { cwd: scratch, stdio: 'ignore' });
    const { missed: not, really } = missed(out);
    expect(really).toBeGreaterThan(150);
    expect(not).toEqual([]);
  });
});
