import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/remediate/plan.ts';
import { networkVariables, whyNoPip } from './fix-story.ts';
import { feeds, haveFeeds, plimsoll, scratch, titled } from './machine.ts';

/**
 * Projects as people keep them, fixed by what `plimsoll fix FOLDER --write` writes and the command that it names: pip and uv then find
 * versions for all of it, and a second plan has nothing left that the first promised to clear.
 */

const reason = haveFeeds ? whyNoPip() : 'no feeds (../shared/feeds)';
const work = scratch();
const home = join(work.path, 'home');
const bin = join(work.path, 'venv', 'bin');
afterAll(() => work.remove());

function called(folder: string, command: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 600_000,
    env: {
      ...process.env,
      ...networkVariables(),
      ...uvIndex(),
      UV_SYSTEM_CERTS: 'true',
      PATH: `${bin}:${process.env.PATH}`,
      VIRTUAL_ENV: '',
    },
  });
  expect(status, `${command}\n${stdout.slice(-1_000)}${stderr.slice(-2_000)}`).toBe(0);
  return stdout;
}

const uvIndex = (): NodeJS.ProcessEnv =>
  process.env.PIP_INDEX_URL === undefined ? {} : { UV_DEFAULT_INDEX: process.env.PIP_INDEX_URL };

/** Both resolvers, on the files as they are; pip takes wheels of the Python that is planned for, uv says versions. */
function resolved(folder: string, python: string, file: string): ReadonlyMap<string, string> {
  called(
    folder,
    `pip install -q --dry-run --ignore-installed --only-binary=:all: --python-version ${python} --target ${join(work.path, 'nowhere')} -r ${file}`,
  );
  const text = called(folder, `uv pip compile -q --no-header --no-annotate --python-version ${python} ${file}`);
  return new Map([...text.matchAll(/^([\w.-]+)==([^\s;]+)/gm)].map(([, name, version]) => [name!, version!]));
}

async function planned(folder: string, ...args: readonly string[]): Promise<Plan> {
  const { code, stdout, stderr } = await plimsoll(['fix', '.', '-f', 'json', ...args], {
    home,
    cwd: folder,
    env: networkVariables(),
  });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Plan;
}

function project(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(work.path, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

describe.skipIf(reason !== undefined)(titled('a project is fixed as it stands', reason), () => {
  beforeAll(async () => {
    called(work.path, `python3 -m venv venv && ${bin}/pip install -q uv`);
    // npm's records are a sample of the real ones: what they hold of lodash is.
    const mirror = join(work.path, 'mirror');
    mkdirSync(join(mirror, 'osv'), { recursive: true });
    for (const name of ['kev', 'osv/PyPI', 'osv/npm']) symlinkSync(join(feeds, name), join(mirror, name));
    const { code, stderr } = await plimsoll(['db', 'update', '--feeds', mirror], { home, env: { PIP_NO_INDEX: '1' } });
    expect(code, stderr).toBe(0);
  }, 600_000);

  it('requirements with pins, markers, extras and an include: pip and uv install what was written', async () => {
    const folder = project('web', {
      'requirements.txt': '-r base.txt\n# web\nflask==2.0.1  # the app\npillow>=8,<9\n',
      'base.txt': 'requests[security]==2.25.1 ; python_version >= "3.8"\nurllib3==1.26.4\n',
    });
    const plan = await planned(folder, '--python', '3.11', '--write');
    const text = readFileSync(join(folder, 'base.txt'), 'utf8');
    expect(text).toMatch(/^requests\[security\]==\S+ ; python_version >= "3\.8"\nurllib3==\S+\n$/);
    expect(text).not.toContain('2.25.1');
    expect(plan.cleared.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['urllib3', 'requests', 'pillow', 'flask']),
    );
    const versions = resolved(folder, '3.11', 'requirements.txt');
    const after = await planned(folder, '--python', '3.11');
    expect(after.today.goal).toBe(plan.predicted.goal);
    expect(after.edits).toEqual([]);
    // What was worked out is what uv takes.
    for (const { name, to } of plan.steps.flatMap(({ changes }) => changes))
      if (/^(?:flask|requests|urllib3)$/.test(name)) expect(versions.get(name)).toBe(to);
  }, 600_000);

  it('hashes: pip takes every file that is needed by the hashes that were written', async () => {
    const folder = project('hashed', { 'requirements.in': 'requests==2.25.1\n' });
    called(folder, 'uv pip compile -q --generate-hashes --python-version 3.11 requirements.in -o requirements.txt');
    const plan = await planned(folder, '--python', '3.11', '--write');
    expect(plan.cleared.length).toBeGreaterThan(0);
    called(
      folder,
      `pip download -q --no-deps --require-hashes --only-binary=:all: --python-version 3.11 -d ${join(work.path, 'wheels')} -r requirements.txt`,
    );
    resolved(folder, '3.11', 'requirements.txt');
  }, 600_000);

  it('a lock of uv: the printed command, pasted, clears what was promised', async () => {
    const folder = project('locked', {
      'pyproject.toml':
        '[project]\nname = "svc"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = [\n  "requests==2.25.1", # http\n]\n\n[dependency-groups]\ndev = ["jinja2<3.1"]\n',
    });
    called(folder, 'uv lock -q');
    const plan = await planned(folder, '--write');
    expect(plan.cleared.length).toBeGreaterThan(3);
    const [command = ''] = plan.steps[0]?.commands ?? [];
    expect(command).toMatch(/^uv lock /);
    called(folder, command);
    expect((await planned(folder)).today.goal).toBe(plan.predicted.goal);
  }, 600_000);

  it('a lock of npm: the printed command, pasted, clears what was promised', async () => {
    const folder = project('node', {
      'package.json': '{\n  "name": "web",\n  "version": "1.0.0",\n  "dependencies": { "lodash": "4.17.15" }\n}\n',
    });
    called(folder, 'npm install --package-lock-only --no-audit --no-fund');
    const plan = await planned(folder, '--write');
    called(folder, plan.steps[0]?.commands[0] ?? 'false');
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).not.toContain('4.17.15');
    expect((await planned(folder)).today.goal).toBe(plan.predicted.goal);
  }, 600_000);
});
