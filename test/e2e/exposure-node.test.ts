import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { closureOf } from '../../src/exposure/closure.ts';
import type { Process, World } from '../../src/exposure/model.ts';
import { node } from '../../src/exposure/node/index.ts';
import { machineTree } from './this-machine.ts';

/** What is foreseen is held to what a real Node has loaded (`require.cache` at its end), of packages that this program itself is made with. */

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-node-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const house = resolve(import.meta.dirname, '../..').slice(1);

/** This machine as a world. */
const machine: World = {
  tree: machineTree,
  code(path, language) {
    const wanted = language === 'javascript' ? /\.[cm]?js$/ : /\/package\.json$/;
    return wanted.test(`/${path}`) && existsSync(`/${path}`) ? readFileSync(`/${path}`, 'utf8') : undefined;
  },
};

describe.skipIf(process.platform === 'win32')('what Node loads', () => {
  it.each([
    ["const Ajv = require('ajv/dist/2020').default; new Ajv({ strict: false }).compile({ type: 'string' })('x')", 30],
    ["const { Agent } = require('undici'); new Agent().close()", 40],
    ["require('commander').program.name('x').helpInformation()", 4],
  ])('is foreseen: %s', async (text, atLeast) => {
    const hook = join(scratch, 'hook.cjs');
    const out = join(scratch, 'out.json');
    writeFileSync(
      hook,
      `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify(Object.keys(require.cache))));`,
    );
    execFileSync(process.execPath, ['--require', hook, '-e', text], { cwd: `/${house}`, timeout: 60_000 });
    const loaded: string[] = JSON.parse(readFileSync(out, 'utf8'))
      .map((path: string) => realpathSync(path).slice(1))
      .filter((path: string) => !path.endsWith('hook.cjs') && !path.endsWith('[eval]'));
    await node.prepare?.();
    const started: Process = {
      program: 'usr/bin/node',
      arguments: ['-e', text],
      environment: new Map(),
      folder: house,
    };
    const world = {
      ...machine,
      tree: { ...machine.tree, real: (path: string) => (path === 'usr/bin/node' ? path : machine.tree.real(path)) },
    };
    const { reached } = closureOf(
      world,
      [{ to: 'usr/bin/node', reach: 'loaded', how: 'CMD', process: started }],
      [node],
    );
    expect(loaded.length).toBeGreaterThanOrEqual(atLeast);
    expect(loaded.filter((path) => !reached.has(path))).toEqual([]);
    const foreseen = [...reached.values()].filter(({ path, reach }) => reach === 'loaded' && path !== 'usr/bin/node');
    expect(foreseen.filter(({ path }) => !loaded.includes(path)).map(({ path }) => path)).toEqual([]);
  });

  it('is foreseen of ES modules as Node itself tells which it loads', async () => {
    const script = join(scratch, 'program.mjs');
    const out = join(scratch, 'loaded.txt');
    const hooks = join(scratch, 'hooks.mjs');
    const register = join(scratch, 'register.mjs');
    writeFileSync(
      hooks,
      `import { appendFileSync } from 'node:fs';\nexport async function load(url, context, next) { appendFileSync(${JSON.stringify(out)}, url + '\\n'); return next(url, context); }\n`,
    );
    writeFileSync(
      register,
      `import { register } from 'node:module';\nregister(${JSON.stringify(pathToFileURL(hooks).href)});\n`,
    );
    writeFileSync(join(scratch, 'words.mjs'), "export const words = 'a b';\n");
    writeFileSync(
      script,
      `import { diffWords } from 'diff';\nimport { marked } from 'marked';\nimport yaml from 'yaml';\nimport { words } from './words.mjs';\nconst { parse } = await import('unbash');\nconsole.log(diffWords('a', words).length, marked('# a'), yaml.parse('a: 1'), parse('true').type);\n`,
    );
    symlinkSync(`/${house}/node_modules`, join(scratch, 'node_modules'));
    writeFileSync(out, '');
    execFileSync(process.execPath, ['--import', register, script], { cwd: scratch, timeout: 60_000, stdio: 'ignore' });
    const loaded = [...new Set(readFileSync(out, 'utf8').split('\n'))]
      .filter((url) => url.startsWith('file:'))
      .map((url) => realpathSync(fileURLToPath(url)).slice(1))
      .filter((path) => path !== register.slice(1));
    await node.prepare?.();
    const started: Process = {
      program: 'usr/bin/node',
      arguments: [script],
      environment: new Map(),
      folder: scratch.slice(1),
    };
    const world = {
      ...machine,
      tree: { ...machine.tree, real: (path: string) => (path === 'usr/bin/node' ? path : machine.tree.real(path)) },
    };
    const { reached } = closureOf(
      world,
      [{ to: 'usr/bin/node', reach: 'loaded', how: 'CMD', process: started }],
      [node],
    );
    // diff and unbash are many modules, marked is one.
    expect(loaded.length).toBeGreaterThanOrEqual(15);
    expect(loaded.filter((path) => !reached.has(path))).toEqual([]);
    const foreseen = [...reached.values()].filter(({ path, reach }) => reach === 'loaded' && /\.m?js$/.test(path));
    // What a CommonJS package asks for, the hooks are not shown.
    const isShown = ({ path }: { path: string }): boolean => !path.includes('node_modules/yaml/');
    expect(
      foreseen
        .filter(isShown)
        .filter(({ path }) => !loaded.includes(path))
        .map(({ path }) => path),
    ).toEqual([]);
  });
});
