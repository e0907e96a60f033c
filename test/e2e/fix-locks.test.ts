import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/remediate/plan.ts';
import { renewLocks } from '../../src/remediate/trial/index.ts';
import { layEnvironment } from './fix-judges.ts';
import { networkVariables, whyNoPip } from './fix-story.ts';
import { feeds, haveFeeds, plimsoll, scratch, titled } from './machine.ts';

/**
 * Lock files, renewed by the very programs that made them: the printed command, pasted in the project's folder after the edits,
 * and the same as `--try` runs it, bring what is declared and what is not to versions without the findings.
 */

const reason = haveFeeds ? whyNoPip() : 'no feeds (../shared/feeds)';
const work = scratch();
const home = join(work.path, 'home');
const bin = join(work.path, 'venv', 'bin');
afterAll(() => work.remove());

/** What a project declares: idna, within a bound that shuts the fixed version out, and requests, which brings urllib3. */
interface Project {
  readonly program: string;
  readonly lock: string;
  readonly files: (index: string) => Readonly<Record<string, string>>;
  readonly make: readonly string[];
  /** Versions in the lock. */
  versions(text: string): ReadonlyMap<string, string>;
}

const tomlVersions = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/^name = "([^"]+)"\nversion = "([^"]+)"/gm)].map(([, name, version]) => [name!, version!]));

const PROJECTS: readonly Project[] = [
  {
    program: 'uv',
    lock: 'uv.lock',
    files: () => ({
      'pyproject.toml':
        '[project]\nname = "service"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = [\n  "requests==2.31.0", # pinned\n  "idna>=3.4,<3.7",\n]\n\n[tool.uv]\nconstraint-dependencies = ["urllib3==2.1.0"]\n',
    }),
    make: ['lock'],
    versions: tomlVersions,
  },
  {
    program: 'poetry',
    lock: 'poetry.lock',
    files: (index) => ({
      'pyproject.toml': `[tool.poetry]\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = "^3.11"\nrequests = "2.31.0" # pinned\nidna = ">=3.4,<3.7"\nurllib3 = "2.1.0"\n\n[[tool.poetry.source]]\nname = "here"\nurl = "${index}/"\npriority = "primary"\n`,
    }),
    make: ['lock', '--no-interaction'],
    versions: tomlVersions,
  },
  {
    program: 'pdm',
    lock: 'pdm.lock',
    // Of two groups: pdm's own `update` knows names of the first only.
    files: (index) => ({
      'pyproject.toml': `[project]\nname = "service"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = [\n  "requests==2.31.0", # pinned\n  "urllib3==2.1.0",\n]\n\n[dependency-groups]\ndev = ["idna>=3.4,<3.7"]\n\n[[tool.pdm.source]]\nname = "pypi"\nurl = "${index}"\n`,
    }),
    make: ['lock', '--quiet', '-G:all'],
    versions: tomlVersions,
  },
  {
    program: 'pipenv',
    lock: 'Pipfile.lock',
    files: (index) => ({
      Pipfile: `[[source]]\nurl = "${index}"\nverify_ssl = true\nname = "here"\n\n[packages]\nrequests = "==2.31.0" # pinned\nidna = "<3.7"\nurllib3 = "==2.1.0"\n`,
    }),
    make: ['lock'],
    versions: (text) =>
      new Map(
        Object.entries((JSON.parse(text) as { default: Record<string, { version: string }> }).default).map(
          ([name, { version }]) => [name, version.replace(/^==/, '')],
        ),
      ),
  },
];

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${bin}:${process.env.PATH}`,
  PIPENV_IGNORE_VIRTUALENVS: '1',
  PIPENV_VENV_IN_PROJECT: '1',
  PIPENV_PYTHON: join(bin, 'python'),
  POETRY_VIRTUALENVS_CREATE: 'false',
  UV_PYTHON: join(bin, 'python'),
  UV_SYSTEM_CERTS: 'true',
});

function start(program: string, args: readonly string[], cwd: string): void {
  const done = spawnSync(program, args, { cwd, env: environment(), encoding: 'utf8', timeout: 600_000 });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stdout}${done.stderr}`.slice(-2_000));
}

let index = '';
beforeAll(async () => {
  if (reason !== undefined) return;
  start('python3', ['-m', 'venv', join(work.path, 'venv')], work.path);
  // pdm of 2026 asks for any hishel, and ends with an AttributeError beside the second.
  const programs = [...PROJECTS.map(({ program }) => program), 'hishel[httpx2]<2'];
  start(join(bin, 'pip'), ['install', '--quiet', ...programs], work.path);
  const asked = ['-c', 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)'];
  index = process.env.PIP_INDEX_URL ?? spawnSync(join(bin, 'python'), asked, { encoding: 'utf8' }).stdout.trim();
  const mirror = join(work.path, 'mirror');
  mkdirSync(join(mirror, 'osv'), { recursive: true });
  for (const name of ['kev', 'osv/PyPI']) symlinkSync(join(feeds, name), join(mirror, name));
  const updated = await plimsoll(['db', 'update', '--feeds', mirror], { home, env: { PIP_NO_INDEX: '1' } });
  if (updated.code !== 0) throw new Error(updated.stderr);
});

describe(titled('lock files', reason), () => {
  for (const { program, lock, files, make, versions } of PROJECTS)
    it.skipIf(reason !== undefined)(`of ${program} are renewed by the printed command, and by a trial`, async () => {
      const folder = join(work.path, program);
      mkdirSync(folder);
      const given = files(index);
      for (const [name, text] of Object.entries(given)) writeFileSync(join(folder, name), text);
      const installs = { uv: 'uv sync --frozen', poetry: 'poetry install', pdm: 'pdm sync', pipenv: 'pipenv sync' }[
        program
      ];
      writeFileSync(join(folder, 'Dockerfile'), `FROM python:3.11\nCOPY . /srv\nRUN cd /srv && ${installs}\n`);
      start(program, make, folder);
      // urllib3 is no direct dependency of the project: it was one only until the lock held the old version.
      const [name = ''] = Object.keys(given);
      const released = given[name]!.replace(
        /\n\n\[tool\.uv\][\s\S]*$|^urllib3 = .*\n|^ {2}"urllib3.*\n/m,
        program === 'uv' ? '\n' : '',
      );
      writeFileSync(join(folder, name), released);
      if (program === 'uv') start(program, make, folder);
      const before = versions(readFileSync(join(folder, lock), 'utf8'));
      expect(Object.fromEntries(before)).toMatchObject({ requests: '2.31.0', idna: '3.6', urllib3: '2.1.0' });

      const root = join(work.path, `${program}-root`);
      const requires = ['charset-normalizer<4,>=2', 'idna<4,>=2.5', 'urllib3<3,>=1.21.1', 'certifi>=2017.4.17'];
      layEnvironment(
        root,
        '3.11',
        [...before]
          .filter(([pkg]) => pkg !== 'service')
          .map(([pkg, version]) => ({ name: pkg, version, requires_dist: pkg === 'requests' ? requires : [] })),
      );
      const done = await plimsoll(['fix', root, '-d', join(folder, 'Dockerfile'), '-f', 'json', '--write', '--force'], {
        home,
        env: networkVariables(),
      });
      const plan = JSON.parse(done.stdout) as Plan;
      const to = new Map(
        plan.steps
          .filter(({ applied }) => applied)
          .flatMap(({ changes }) => changes.map((change) => [change.name, change.to!])),
      );
      expect([...to.keys()]).toEqual(expect.arrayContaining(['idna', 'requests', 'urllib3']));
      expect(plan.edits.map(({ path }) => path)).toContain(name);
      const written = readFileSync(join(folder, name), 'utf8');
      expect(written).toContain('# pinned');
      const renewal = plan.locks.find(({ file }) => file === lock)!;
      const command = /run `([^`]+)`/.exec(plan.notices.find(({ message }) => message.startsWith(lock))!.message)?.[1];

      const copy = join(work.path, `${program}-copy`);
      cpSync(folder, copy, { recursive: true });
      const holds = (where: string): void => {
        const after = versions(readFileSync(join(where, lock), 'utf8'));
        for (const [pkg, version] of to) {
          const [have, want] = [after.get(pkg)!, version].map((text) => text.split('.').map(Number));
          const difference =
            [0, 1, 2].map((at) => (have![at] ?? 0) - (want![at] ?? 0)).find((entry) => entry !== 0) ?? 0;
          expect(difference, `${pkg} ${after.get(pkg)} in ${lock}, ${version} planned`).toBeGreaterThanOrEqual(0);
        }
      };
      start('bash', ['--noprofile', '--norc', '-c', command!], folder);
      holds(folder);
      const checks = await renewLocks(copy, [renewal], environment(), new AbortController().signal);
      expect(checks).toEqual([{ name: 'lock', about: lock, good: true, said: '' }]);
      holds(copy);
    });
});
