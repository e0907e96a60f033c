import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { closureOf } from '../../src/exposure/closure.ts';
import type { Process, World } from '../../src/exposure/model.ts';
import { python } from '../../src/exposure/python/index.ts';
import { extensionNames, pythonImports } from '../../src/formats/python/index.ts';
import { machineTree } from './this-machine.ts';

/** What is foreseen is held to what real processes imported: `sys.modules` of programs that are really run, with real wheels. */

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-exposure-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const WHEELS = ['numpy==1.26.4', 'pillow==10.4.0', 'requests==2.32.3', 'jinja2==3.1.4', 'tornado==6.4.1'];
const interpreter = join(scratch, 'venv/bin/python');
const withoutPython =
  spawnSync('python3', ['-m', 'venv', join(scratch, 'venv')]).status === 0 ? '' : 'no python3 that makes environments';
const withoutWheels = withoutPython || installed();

function installed(): string {
  const words = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--only-binary',
    ':all:',
    '--disable-pip-version-check',
    '--retries',
    '1',
    ...WHEELS,
  ];
  const { status, stderr } = spawnSync(interpreter, words, { encoding: 'utf8', timeout: 120_000 });
  return status === 0 ? '' : `wheels cannot be had: ${(stderr ?? '').trim().split('\n').at(-1)}`;
}

/** This machine as a world; what collectors keep is read when it is asked for. */
const machine: World = {
  tree: machineTree,
  code(path, language) {
    if (!existsSync(`/${path}`)) return undefined;
    const bytes = readFileSync(`/${path}`);
    if (language === 'text') return bytes.toString('utf8');
    if (language !== 'python') return undefined;
    if (path.endsWith('.py')) return pythonImports(bytes, path.endsWith('/__init__.py'));
    const names = extensionNames();
    names.push(bytes);
    return path.endsWith('.so') ? `names ${names.end().join(' ')}` : undefined;
  },
};

/** Runs a program and follows it: files that it really imported, and those of them that were not foreseen. */
function compared(source: string): { really: readonly string[]; missed: readonly string[]; wrongly: number } {
  const script = join(scratch, 'program.py');
  writeFileSync(
    script,
    `${source}\nimport sys\nprint("".join("\\nFILE " + f for f in [getattr(m, "__file__", None) for m in list(sys.modules.values())] if isinstance(f, str)))\n`,
  );
  const out = execFileSync(interpreter, [script], {
    encoding: 'utf8',
    cwd: scratch,
    env: { PATH: process.env.PATH, HOME: scratch },
  });
  const really = new Set(
    [...out.matchAll(/^FILE (.*)$/gm)]
      .flatMap(([, file]) => machine.tree.real((file as string).replace(/^\//, '')) ?? [])
      .filter((path) => /\.(?:py|so)$/.test(path)),
  );
  const started: Process = {
    program: realpathSync(interpreter).slice(1),
    calledAs: interpreter.slice(1),
    arguments: [script],
    environment: new Map([['HOME', scratch]]),
    folder: scratch.slice(1),
  };
  const { reached } = closureOf(
    machine,
    [{ to: started.program, reach: 'loaded', how: 'start', process: started }],
    [python],
  );
  const loaded = [...reached.values()].filter(({ reach, path }) => reach === 'loaded' && path.endsWith('.py'));
  return {
    really: [...really],
    missed: [...really].filter((path) => !reached.has(path)),
    wrongly: loaded.filter(({ path }) => !really.has(path)).length / loaded.length,
  };
}

/** At most one file in a hundred is missed, and of what is said to be loaded nine in ten are. */
function expectForeseen(source: string, least: number): void {
  const { really, missed, wrongly } = compared(source);
  expect(really.length).toBeGreaterThan(least);
  expect(missed.length / really.length, `missed: ${missed.join(' ')}`).toBeLessThanOrEqual(0.01);
  expect(wrongly).toBeLessThan(0.1);
}

const title = (what: string, without: string): string => (without === '' ? what : `${what} (skipped: ${without})`);

describe('what real Python programs import is foreseen', () => {
  it.skipIf(withoutPython !== '')(title('of the standard library', withoutPython), { timeout: 60_000 }, () => {
    expectForeseen(
      'import http.server, sqlite3, xml.dom.minidom, asyncio, logging.config, json, email.message\nasyncio.run(asyncio.sleep(0))\nxml.dom.minidom.parseString("<a/>")',
      150,
    );
  });

  it.skipIf(withoutWheels !== '')(
    title('of numerical and imaging libraries, and compiled modules', withoutWheels),
    { timeout: 60_000 },
    () => {
      expectForeseen(
        'import numpy, io\nfrom PIL import Image\nnumpy.linalg.inv(numpy.eye(2))\nImage.new("RGB", (8, 8)).save(io.BytesIO(), "PNG")',
        150,
      );
    },
  );

  it.skipIf(withoutWheels !== '')(title('of web libraries', withoutWheels), { timeout: 60_000 }, () => {
    expectForeseen(
      'import requests, tornado.web\nfrom jinja2 import Environment\nEnvironment().from_string("{{ a }}").render(a=1)',
      200,
    );
  });
});
