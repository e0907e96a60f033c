import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model.ts';
import type { Plan } from '../../src/remediate/plan.ts';
import { renewLocks } from '../../src/remediate/trial/index.ts';
import { compareConda } from '../../src/versions/conda.ts';
import { askedRattler, pythonWith } from './conda-channel.ts';
import { whyNoPip } from './fix-story.ts';
import { feeds, haveFeeds, plimsoll, scratch, titled } from './machine.ts';

/**
 * conda itself and conda-lock: the printed commands, pasted. No archive at hand has a conda of its own, but conda-lock carries one whole (24.7.1, with its
 * classic solver), and what that needs besides is on PyPI. The channel is a folder, indexed by rattler.
 */

const reason = haveFeeds ? whyNoPip() : 'no feeds (../shared/feeds)';
const work = scratch();
const home = join(work.path, 'home');
const bin = join(work.path, 'bin');
const channel = join(work.path, 'channel');
const root = join(work.path, 'root');
const prefix = join(root, 'opt', 'conda');
let why = '';
afterAll(() => work.remove());

/** Two series of OpenSSL, and a Python that is older and one that is newer than the installed one. */
const CHANNEL: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  openssl: { '1.1.1s': [], '1.1.1w': [], '3.0.7': [], '3.5.4': [] },
  python: {
    '3.9.16': ['openssl >=1.1.1s,<1.1.2a'],
    '3.9.24': ['openssl >=1.1.1w,<1.1.2a'],
    '3.12.8': ['openssl >=3.0.7,<4'],
  },
  pip: { '22.3.1': ['python >=3.7'], '26.1.2': ['python >=3.9'] },
  certifi: { '2022.12.7': ['python >=3.7'], '2025.8.3': ['python >=3.7'] },
  idna: { '3.4': ['python >=3.6'], '3.15': ['python >=3.6'] },
  urllib3: { '1.26.14': ['python >=3.6'], '1.26.20': ['python >=3.6'], '2.7.0': ['python >=3.9'] },
  requests: {
    '2.28.2': ['certifi >=2017.4.17', 'idna >=2.5,<4', 'python >=3.7', 'urllib3 >=1.21.1,<1.27'],
    '2.33.0': ['certifi >=2017.4.17', 'idna >=2.5,<4', 'python >=3.9', 'urllib3 >=1.21.1,<3'],
  },
};
const INSTALLED = {
  ...{ openssl: '1.1.1s', python: '3.9.16', pip: '22.3.1', certifi: '2022.12.7', idna: '3.4' },
  ...{ urllib3: '1.26.14', requests: '2.28.2' },
};

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${bin}:${join(work.path, 'venv', 'bin')}:${process.env.PATH}`,
  CONDA_SOLVER: 'classic',
  CONDA_PKGS_DIRS: join(work.path, 'packages'),
  CONDA_CHANNELS: `file://${channel}`,
  CONDA_DEFAULT_CHANNELS: `file://${channel}`,
  CONDA_ENVS_DIRS: join(work.path, 'envs'),
  HOME: work.path,
});

/** A command as a person pastes it; throws what it said where it failed. */
function pasted(command: string, cwd: string): string {
  const done = spawnSync('bash', ['--noprofile', '--norc', '-c', command], {
    cwd,
    env: environment(),
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (done.status !== 0) throw new Error(`${command}: ${done.stdout}${done.stderr}`.slice(-2_000));
  return done.stdout;
}

const condaVersions = (own: string): Record<string, string> =>
  Object.fromEntries(
    (JSON.parse(pasted(`conda list -p ${own} --json`, work.path)) as { name: string; version: string }[]).map(
      ({ name, version }) => [name, version],
    ),
  );
const lockVersions = (folder: string): Record<string, string> =>
  Object.fromEntries(
    [
      ...readFileSync(join(folder, 'conda-lock.yml'), 'utf8').matchAll(/^- name: (\S+)\n {2}version: '?([^'\n]+)/gm),
    ].map(([, name = '', version = '']) => [name, version]),
  );

beforeAll(async () => {
  if (reason !== undefined) return;
  const needs = ['pycosat', 'pluggy', 'tqdm', 'conda-package-handling', 'jsonpatch', 'distro', 'archspec', 'boltons'];
  const got = pythonWith(
    join(work.path, 'venv'),
    ['py-rattler>=0.24'],
    ['conda-lock==4.0.3', 'truststore', 'platformdirs', 'frozendict', ...needs],
  );
  if ('reason' in got) {
    why = `conda-lock cannot be installed here: ${got.reason}`;
    return;
  }
  const carried = '-c "import conda_lock, os; print(os.path.join(os.path.dirname(conda_lock.__file__), \'_vendor\'))"';
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/sh\nPYTHONPATH=$(${got.python} ${carried}) exec ${got.python} -m conda "$@"\n`;
  writeFileSync(join(bin, 'conda'), script);
  chmodSync(join(bin, 'conda'), 0o755);
  const mirror = join(work.path, 'mirror');
  for (const folder of ['osv', 'nvd']) mkdirSync(join(mirror, folder), { recursive: true });
  // OpenSSL's are in NVD's records alone; a year of them is enough.
  for (const name of ['osv/PyPI', 'osv/PSF', 'nvd/nvdcve-2.0-2024.json.gz'])
    symlinkSync(join(feeds, name), join(mirror, name));
  const updated = await plimsoll(['db', 'update', '--feeds', mirror], { home, env: { PIP_NO_INDEX: '1' } });
  if (updated.code !== 0) throw new Error(updated.stderr);
  askedRattler(got.python, { channel, packages: CHANNEL });
  const specs = Object.entries(INSTALLED).map(([name, version]) => `${name}=${version}`);
  pasted(`conda create -y -q -p ${prefix} ${specs.join(' ')}`, work.path);
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\n');
}, 900_000);

describe(titled('conda', reason), () => {
  it.skipIf(reason !== undefined)(
    'takes the printed command, and leaves Python in its minor version',
    async (context) => {
      if (why !== '') return context.skip(why);
      expect(condaVersions(prefix)).toEqual(INSTALLED);
      const plan = JSON.parse((await plimsoll(['fix', root, '--offline', '-f', 'json'], { home })).stdout) as Plan;
      const step = plan.steps.find(({ kind }) => kind === 'conda')!;
      expect(step.changes.map(({ name }) => name)).toEqual(expect.arrayContaining(['python', 'requests', 'certifi']));
      expect(step.commands).toHaveLength(1);
      const changed = join(work.path, 'changed');
      cpSync(root, changed, { recursive: true });
      const own = join(changed, 'opt', 'conda');
      pasted(step.commands[0]!.replace('-p /opt/conda', `-q -p ${own}`), work.path);
      const after = condaVersions(own);
      expect(after).toEqual({
        ...{ openssl: '1.1.1w', python: '3.9.24', pip: '26.1.2', certifi: '2025.8.3', idna: '3.15' },
        ...{ urllib3: '2.7.0', requests: '2.33.0' },
      });
      // What it does where nobody says which Python: the reason why the command does.
      const free = join(work.path, 'free');
      cpSync(prefix, free, { recursive: true });
      pasted(`conda update -y -q -p ${free} python openssl`, work.path);
      expect(condaVersions(free).python).toBe('3.12.8');

      const report = JSON.parse(
        (await plimsoll(['scan', changed, '--offline', '-f', 'json'], { home })).stdout,
      ) as Report;
      const left = new Set(report.findings.map(({ id, package: { name } }) => `${name} ${id}`));
      const had = step.changes.filter(({ name, to = '' }) => compareConda(after[name] ?? '', to) >= 0);
      expect(had.map(({ name }) => name).sort()).toEqual(step.changes.map(({ name }) => name).sort());
      expect(step.clears.length).toBeGreaterThan(10);
      expect(step.clears.filter(({ name, id }) => left.has(`${name} ${id}`))).toEqual([]);
      // OpenSSL's way out for paying customers alone is in no channel, and not in the plan.
      expect(plan.conflicts.find(({ name }) => name === 'openssl')?.because).toEqual([
        'python 3.9.16 depends on openssl >=1.1.1s,<1.1.2a',
      ]);
    },
  );

  it.skipIf(reason !== undefined)(
    'has its lock renewed by the printed command and by a trial, and a channel without the version is said',
    async (context) => {
      if (why !== '') return context.skip(why);
      const folder = join(work.path, 'project');
      mkdirSync(folder);
      const declared = (specs: readonly string[]): string =>
        `name: service\nchannels:\n  - file://${channel}\n  - nodefaults\ndependencies:\n${specs.map((spec) => `  - ${spec}\n`).join('')}platforms:\n  - linux-64\n`;
      const file = join(folder, 'environment.yml');
      const all = Object.entries(INSTALLED).map(([name, version]) => `${name}=${version}`);
      writeFileSync(file, declared(all));
      pasted('conda-lock lock -f environment.yml', folder);
      expect(lockVersions(folder)).toEqual(INSTALLED);
      // Only some of it is declared now, as it mostly is.
      const some = ['python=3.9.16', 'requests=2.28.2   # pinned', 'pip'];
      writeFileSync(file, declared(some));
      const dockerfile = join(folder, 'Dockerfile');
      const installs = 'COPY environment.yml conda-lock.yml ./\nRUN conda-lock install -p /opt/conda conda-lock.yml\n';
      writeFileSync(dockerfile, `FROM condaforge/miniforge3:24.7.1-0\n${installs}`);
      const args = ['fix', root, '-d', dockerfile, '--offline', '-f', 'json', '--write', '--force'];
      const plan = JSON.parse((await plimsoll(args, { home })).stdout) as Plan;
      expect(plan.edits.map(({ path }) => path)).toEqual(['environment.yml']);
      const to = new Map(plan.steps.find(({ kind }) => kind === 'conda')!.changes.map(({ name, to }) => [name, to!]));
      expect(readFileSync(file, 'utf8')).toBe(
        declared([`python=${to.get('python')}`, `requests=${to.get('requests')}   # pinned`, `pip>=${to.get('pip')}`]),
      );
      const renewal = plan.locks.find((lock) => lock.file === 'conda-lock.yml')!;
      const said = plan.notices.find(({ message }) => message.startsWith('conda-lock.yml'))?.message ?? '';
      const command = /run `([^`]+)`/.exec(said)?.[1] ?? '';
      expect(command).toBe('conda-lock lock');
      const copies = ['trial', 'lacking'].map((name) => join(work.path, name));
      for (const copy of copies) cpSync(folder, copy, { recursive: true });
      const [trial = '', lacking = ''] = copies;

      pasted(command, folder);
      const holds = (versions: Record<string, string>): void => {
        for (const [name, version] of to)
          expect(compareConda(versions[name] ?? '', version), `${name} ${versions[name]}`).toBeGreaterThanOrEqual(0);
      };
      holds(lockVersions(folder));
      const { signal } = new AbortController();
      const good = { name: 'lock', about: 'conda-lock.yml', good: true, said: '' };
      expect(await renewLocks(trial, [renewal], environment(), signal)).toEqual([good]);
      holds(lockVersions(trial));

      writeFileSync(join(lacking, 'environment.yml'), declared(['python=3.9.99', 'requests']));
      const [check] = await renewLocks(lacking, [renewal], environment(), signal);
      expect(check).toMatchObject({ name: 'lock', about: 'conda-lock.yml', good: false });
      expect(check?.said).not.toBe('');
    },
  );

  it.skipIf(reason !== undefined)(
    'has a lock of what is declared alone renewed, with the rest left',
    async (context) => {
      if (why !== '') return context.skip(why);
      const folder = join(work.path, 'declared');
      mkdirSync(folder);
      const declared = (specs: Readonly<Record<string, string>>): string =>
        `channels:\n  - file://${channel}\n  - nodefaults\ndependencies:\n${Object.entries(specs)
          .map(([name, version]) => `  - ${name}=${version}\n`)
          .join('')}platforms:\n  - linux-64\n`;
      writeFileSync(join(folder, 'environment.yml'), declared(INSTALLED));
      pasted('conda-lock lock -f environment.yml', folder);
      const { urllib3: _, ...others } = INSTALLED;
      writeFileSync(join(folder, 'environment.yml'), declared({ ...others, idna: '3.15', certifi: '2025.8.3' }));
      pasted('conda-lock lock --update idna --update certifi', folder);
      // conda takes along whatever of these is there, to the newest that the rest allows, also where the file says another (=1.1.1s).
      const always = /^aggressive_update_packages:\n((?: {2}- .*\n)+)/.exec(
        pasted('conda config --show aggressive_update_packages', folder),
      )?.[1];
      expect(always?.match(/[\w-]{2,}/g)).toEqual(['ca-certificates', 'certifi', 'openssl']);
      expect(lockVersions(folder)).toEqual({ ...INSTALLED, idna: '3.15', certifi: '2025.8.3', openssl: '1.1.1w' });
    },
  );
});
