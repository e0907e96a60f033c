import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { type SmallMachine, smallMachine } from '../../test/small-machine.ts';
import { fixCommand } from '../commands/fix.ts';
import { scanCommand } from '../commands/scan.ts';
import type { Report } from '../model.ts';
import type { Plan } from '../remediate/plan.ts';

/** What the index has: setuptools 58.1.0 has a finding, 65.5.1 has none; app 1 holds it back, app 2 asks for more. */
const INDEX: Readonly<Record<string, readonly string[]>> = {
  'setuptools 58.1.0': [],
  'setuptools 65.5.1': [],
  'app 1.0': ['setuptools<60'],
  'app 2.0': ['setuptools>=60', 'fresh'],
  'fresh 1.0': [],
};
const SHA = 'b'.repeat(64);

let machine: SmallMachine;
let server: Server;
beforeAll(async () => {
  machine = await smallMachine();
  server = createServer((asked, answer) => {
    const [, , name = '', version] =
      /^\/(simple|files)\/([^/-]+)(?:-([\d.]+)-py3-none-any\.whl(\.metadata)?)?\/?$/.exec(asked.url ?? '') ?? [];
    if (version !== undefined && asked.url?.endsWith('.metadata') && INDEX[`${name} ${version}`])
      return answer.end(
        `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${INDEX[`${name} ${version}`]?.map((need) => `Requires-Dist: ${need}\n`).join('')}`,
      );
    const own = Object.keys(INDEX).flatMap((text) => (text.startsWith(`${name} `) ? [text.split(' ')[1]] : []));
    answer.statusCode = own.length === 0 || version !== undefined ? 404 : 200;
    answer.setHeader('content-type', 'text/html');
    answer.end(own.map((at) => `<a href="/files/${name}-${at}-py3-none-any.whl#sha256=${SHA}">x</a>`).join('\n'));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  machine.close();
  await new Promise((done) => server.close(done));
});

let count = 0;
function project(files: Readonly<Record<string, string>>): string {
  count += 1;
  const folder = join(machine.folder, `planned-${count}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const environment = (): NodeJS.ProcessEnv => ({
  ...machine.environment,
  PATH: '/nonexistent',
  HOME: join(machine.folder, 'nobody'),
  PIP_INDEX_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`,
});
async function planned(...args: readonly string[]): Promise<Plan> {
  const { text } = await runCommand(fixCommand, [...args, '-f', 'json'], { environment: environment() });
  return JSON.parse(text) as Plan;
}
const changes = ({ steps }: Plan): readonly string[] =>
  steps.flatMap((step) => step.changes.map(({ name, from, to }) => `${name} ${from ?? 'new'} ${to}`)).sort();
const added = ({ edits }: Plan): readonly string[] =>
  edits.flatMap(({ path, diff }) => [...diff.matchAll(/^\+(?!\+)(.*)$/gm)].map(([, line]) => `${path}: ${line}`));

describe('a plan for a project', () => {
  it('moves a pin and keeps the rest of its line, and writes that when asked to', async () => {
    const text = '# tools\nsetuptools==58.1.0 ; python_version > "3"   # why\n';
    const folder = project({ 'requirements.txt': text });
    const plan = await planned(folder);
    expect(changes(plan)).toEqual(['setuptools 58.1.0 65.5.1']);
    expect(plan.reached).toBe(true);
    expect(plan.attribution.layers).toEqual([]);
    expect(added(plan)).toEqual(['requirements.txt: setuptools==65.5.1 ; python_version > "3"   # why']);
    expect(plan.steps[0]?.edits).toEqual(['requirements.txt:2']);
    expect(readFileSync(join(folder, 'requirements.txt'), 'utf8')).toBe(text);
    await planned(folder, '--write');
    expect(readFileSync(join(folder, 'requirements.txt'), 'utf8')).toBe(text.replace('58.1.0', '65.5.1'));
  });

  it('sees what an installer brings along, and moves whoever holds it back', async () => {
    const plan = await planned(project({ 'requirements.txt': 'app==1.0\n' }));
    expect(plan.today.total).toBe(1);
    expect(changes(plan)).toEqual(['app 1.0 2.0', 'fresh new 1.0', 'setuptools 58.1.0 65.5.1']);
    // The installer takes 65.5.1 by itself then.
    expect(added(plan)).toEqual(['requirements.txt: app==2.0']);
    expect(plan.notices.map(({ code }) => code)).toContain('brought-along');
    expect(plan.reached).toBe(true);
  });

  it('is no clean plan where a list or what it includes could not be read', async () => {
    const unread: readonly Readonly<Record<string, string>>[] = [
      { 'requirements.txt': 'setuptools==65.5.1\n-r missing.txt\n' },
      { 'requirements.txt': 'setuptools==65.5.1\n', 'package-lock.json': '{"lockfileVersion": 3,' },
    ];
    for (const files of unread) {
      const { code, text } = await runCommand(fixCommand, [project(files)], { environment: environment() });
      expect(code).toBe(3);
      expect(text).toContain('nothing could be planned: part of what the project declares could not be read');
    }
    const held = { 'requirements.txt': 'setuptools==58.1.0\n-r missing.txt\n' };
    const { code, text } = await runCommand(fixCommand, [project(held)], { environment: environment() });
    expect([code, text.includes('+setuptools==65.5.1')]).toEqual([3, true]);
  });

  it('writes nothing besides for what comes along with a bound that is moved', async () => {
    const plan = await planned(
      project({ 'pyproject.toml': '[project]\nname = "x"\nversion = "1"\ndependencies = ["app<2"]\n' }),
    );
    expect(changes(plan)).toEqual(['app 1.0 2.0', 'fresh new 1.0', 'setuptools 58.1.0 65.5.1']);
    expect(added(plan)).toEqual(['pyproject.toml: dependencies = ["app>=2.0"]']);
  });

  it("asks the index that its files name where the user names none, within the rules for what others name; the user's decides", async () => {
    const text = 'setuptools==58.1.0\n-i http://169.254.169.254/simple\n';
    const folder = project({ 'requirements.txt': text });
    const ours = await planned(folder);
    expect(changes(ours)).toEqual(['setuptools 58.1.0 65.5.1']);
    expect(ours.notices.find(({ code }) => code === 'index-not-asked')?.message).toMatch(
      /^requirements.txt names the package index 169.254.169.254, which was not asked: the plan rests on 127/,
    );
    const { PIP_INDEX_URL: _, ...bare } = environment();
    const alone = { ...bare, PIP_CONFIG_FILE: '/dev/null' };
    const { text: theirs } = await runCommand(fixCommand, [folder, '-f', 'json'], { environment: alone });
    const failed = (JSON.parse(theirs) as Plan).notices.filter(({ code }) => code === 'index-failed');
    expect(failed.map(({ message }) => message)).toEqual([
      expect.stringMatching(/169\.254\.169\.254.*(?:inside|network|not asked)/),
    ]);
  });

  it('moves a pin of a constraints file where that is what decides', async () => {
    const plan = await planned(
      project({
        'requirements.txt': '-c limits/constraints.txt\nsetuptools\n',
        'limits/constraints.txt': 'setuptools==58.1.0\n',
      }),
    );
    expect(added(plan)).toEqual(['limits/constraints.txt: setuptools==65.5.1']);
  });

  it('renews hashes, and names what is new where every file needs its hash', async () => {
    const line = (name: string, version: string): string =>
      `${name}==${version} \\\n    --hash=sha256:${'a'.repeat(64)}\n`;
    const plan = await planned(project({ 'requirements.txt': `${line('app', '1.0')}${line('setuptools', '58.1.0')}` }));
    expect(added(plan).filter((text) => /==/.test(text))).toEqual([
      'requirements.txt: app==2.0 \\',
      'requirements.txt: setuptools==65.5.1 \\',
      'requirements.txt: fresh==1.0 \\',
    ]);
    expect(added(plan).filter((text) => text.includes(SHA))).toHaveLength(3);
  });

  it('edits what a lock is made of and names the command that renews the lock, where that lies', async () => {
    const folder = project({
      'services/api/pyproject.toml':
        '[project]\nname = "api"\nrequires-python = ">=3.9"\ndependencies = [\n  "app>=1.0,<2", # the app\n]\n',
      'services/api/uv.lock':
        '[[package]]\nname = "app"\nversion = "1.0"\nsource = { registry = "x" }\n[[package]]\nname = "setuptools"\nversion = "58.1.0"\nsource = { registry = "x" }\n',
    });
    const plan = await planned(folder);
    expect(added(plan)).toEqual(['services/api/pyproject.toml:   "app>=2.0", # the app']);
    expect(plan.locks).toEqual([
      {
        file: 'services/api/uv.lock',
        program: 'uv',
        args: ['lock', '--upgrade-package', 'app==2.0', '--upgrade-package', 'setuptools==65.5.1'],
        folder: 'services/api',
      },
    ]);
    expect(plan.steps[0]?.commands).toEqual([
      '(cd services/api && uv lock --upgrade-package app==2.0 --upgrade-package setuptools==65.5.1)',
    ]);
    // uv refuses a version while the project asks for another: pasted alone, the step's command would fail.
    for (const format of ['table', 'markdown', 'html']) {
      const { text } = await runCommand(fixCommand, [folder, '-f', format], { environment: environment() });
      expect(text, format).toMatch(
        /plimsoll fix \S+ --write \\\n +(?:&amp;&amp;|&&) \(cd services\/api (?:&amp;&amp;|&&) uv lock/,
      );
    }
    const written = await runCommand(fixCommand, [folder, '--write'], { environment: environment() });
    expect(written.text).not.toContain('fix . --write');
    expect(written.text).toMatch(/\$ \(cd services\/api && uv lock/);
    const { text } = await runCommand(fixCommand, [project({ 'requirements.txt': 'setuptools==58.1.0\n' })], {
      environment: environment(),
    });
    expect(text).toMatch(/Next\n {2}\$ plimsoll fix \S+ --write\n/);
    expect(text).not.toMatch(/layer|Dockerfile/);
  });

  it('moves what npm locks: the range where that shuts it out, and the lock by npm', async () => {
    const lock = (lodash: string, range: string, more = {}): string =>
      JSON.stringify({
        lockfileVersion: 3,
        packages: {
          '': { name: 'web', version: '1.0.0', dependencies: { lodash: range } },
          'node_modules/lodash': { version: lodash },
          ...more,
        },
      });
    const folder = project({
      'web/package.json': '{\n  "name": "web",\n  "about": "4.17.20",\n  "dependencies": { "lodash": "4.17.20" }\n}\n',
      'web/package-lock.json': lock('4.17.20', '4.17.20'),
    });
    const plan = await planned(folder);
    expect(changes(plan)).toEqual(['lodash 4.17.20 4.17.21']);
    expect(added(plan)).toEqual(['web/package.json:   "dependencies": { "lodash": "4.17.21" }']);
    expect(plan.steps[0]?.commands).toEqual(['(cd web && npm update --package-lock-only lodash)']);
    const open = await planned(
      project({
        'package.json': '{"dependencies":{"lodash":"^4.17.0"}}',
        'package-lock.json': lock('4.17.20', '^4.17.0'),
      }),
    );
    expect([open.edits, open.steps[0]?.commands]).toEqual([[], ['npm update --package-lock-only lodash']]);
    const held = await planned(
      project({
        'package.json': '{"dependencies":{"old":"1.0.0"}}',
        'package-lock.json': lock('4.17.20', '*', {
          'node_modules/old': { version: '1.0.0', dependencies: { lodash: '4.17.20' } },
        }),
      }),
    );
    expect(held.remaining.map(({ reason }) => reason)).toEqual(['old 1.0.0 requires lodash@4.17.20']);
    expect(held.notices.map(({ code }) => code)).toContain('npm-unasked');
  });

  it('writes nothing through a link that leads out of the folder', async () => {
    const outside = project({ 'victim.txt': 'setuptools==58.1.0\n' });
    const folder = project({ 'requirements.txt': '-r linked.txt\nsetuptools==58.1.0\n' });
    symlinkSync(join(outside, 'victim.txt'), join(folder, 'linked.txt'));
    const plan = await planned(folder, '--write');
    expect(plan.edits.map(({ path }) => path)).toEqual(['requirements.txt']);
    expect(readFileSync(join(outside, 'victim.txt'), 'utf8')).toBe('setuptools==58.1.0\n');
  });

  it('counts on nothing that it writes nowhere, and says so', async () => {
    const text =
      'lock-version = "1.0"\ncreated-by = "uv"\n[[packages]]\nname = "setuptools"\nversion = "58.1.0"\n[[packages]]\nname = "fresh"\nversion = "1.0"\n';
    const plan = await planned(project({ 'pylock.toml': text }));
    expect([changes(plan), plan.cleared, plan.predicted.total]).toEqual([[], [], 1]);
    expect(plan.remaining.map(({ reason }) => reason)).toEqual([
      'declared by pylock.toml, and held by the files, which have no place for another version',
    ]);
    expect(plan.notices.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^pylock\.toml: no file beside it has a place for setuptools==65\.5\.1, so they are not/),
    );
  });

  it('leaves to a person what a lock takes from a place, and does not count it', async () => {
    const plan = await planned(
      project({
        'pyproject.toml':
          '[project]\nname = "x"\nversion = "1"\ndependencies = ["setuptools"]\n\n[tool.uv.sources]\nsetuptools = { git = "https://mirror.example/setuptools", tag = "58.1.0" }\n',
        'uv.lock':
          'version = 1\n[[package]]\nname = "setuptools"\nversion = "58.1.0"\nsource = { git = "https://mirror.example/setuptools?tag=58.1.0#0123" }\n',
      }),
    );
    expect([changes(plan), plan.predicted.total, plan.locks]).toEqual([[], plan.today.total, []]);
    expect(plan.remaining.map(({ reason }) => reason)).toEqual([
      'declared by uv.lock, and held by the URL, repository or path that it is taken from',
    ]);
    expect(plan.notices.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^pyproject\.toml:7 takes setuptools from git\+.*put the tag or commit of 65\.5\.1 there; until/,
      ),
    );
  });

  it('neither plans for what is installed in its folder nor edits a file there, and says what fills that again', async () => {
    const site = '.venv/lib/python3.11/site-packages';
    const plan = await planned(
      project({
        'requirements.txt': 'setuptools==58.1.0\n',
        [`${site}/setuptools-58.1.0.dist-info/METADATA`]:
          'Metadata-Version: 2.1\nName: setuptools\nVersion: 58.1.0\n\n',
        [`${site}/pip/_vendor/vendor.txt`]: 'setuptools==58.1.0\n',
        [`${site}/pip-26.0.dist-info/METADATA`]: 'Metadata-Version: 2.1\nName: pip\nVersion: 26.0\n\n',
      }),
    );
    expect(changes(plan)).toEqual(['setuptools 58.1.0 65.5.1']);
    expect(added(plan)).toEqual(['requirements.txt: setuptools==65.5.1']);
    expect(plan.environments.map(({ path }) => path)).toEqual(['requirements.txt']);
    expect(plan.cleared).toHaveLength(1);
    expect(plan.remaining.length).toBeGreaterThan(0);
    expect([...new Set(plan.remaining.map(({ reason }) => reason))]).toEqual([
      'installed in .venv, which is filled by what is declared: install there again once the files are changed',
    ]);
  });

  it('of a folder with environments alone is one for what is installed there, by a command that runs here and on no other Python', async () => {
    const site = 'lib/python3.11/site-packages/setuptools-58.1.0.dist-info';
    const files = {
      'pyvenv.cfg': 'home = /usr/bin\n',
      [`${site}/METADATA`]: 'Metadata-Version: 2.1\nName: setuptools\nVersion: 58.1.0\n',
      [`${site}/INSTALLER`]: 'pip\n',
      [`${site}/RECORD`]: '',
    };
    const within = project(Object.fromEntries(Object.entries(files).map(([path, text]) => [`opt/venv/${path}`, text])));
    for (const [folder, venv] of [
      [within, join(within, 'opt/venv')],
      [project(files), undefined],
    ] as const) {
      const plan = await planned(folder);
      const program = join(venv ?? folder, 'bin/python3.11');
      expect(plan.steps.flatMap(({ commands }) => commands)).toEqual([
        `${program} -m pip install --no-cache-dir setuptools==65.5.1`,
      ]);
    }
  });

  it('does not take for settled what comes from a URL', async () => {
    const open = 'setuptools==58.1.0\nfresh>=1\n';
    const codes = async (text: string) =>
      (await planned(project({ 'requirements.txt': text }))).notices.map(({ code }) => code);
    expect(await codes(open)).not.toContain('not-pinned');
    expect(await codes(`${open}other @ https://mirror.example/other-1.0-py3-none-any.whl\n`)).toContain('not-pinned');
  });

  it('refuses a trial, of which nothing would come', async () => {
    const asked = planned(project({ 'requirements.txt': 'setuptools==58.1.0\n' }), '--try');
    await expect(asked).rejects.toMatchObject({
      code: 'usage',
      message: '--try builds an image, and this is a project',
    });
  });

  it('is for the Python that is asked for, and refuses a Dockerfile and what is no version', async () => {
    const folder = project({ 'requirements.txt': 'setuptools==58.1.0\n', Dockerfile: 'FROM scratch\n' });
    expect((await planned(folder, '--python', '3.9')).environments[0]).toMatchObject({
      path: 'requirements.txt',
      python: '3.9',
    });
    const refused = async (...args: string[]) =>
      (await runCommand(fixCommand, [folder, ...args], { environment: environment(), caught: true })).error;
    expect(await refused('-d', join(folder, 'Dockerfile'))).toMatchObject({ code: 'usage' });
    expect(await refused('--python', 'three')).toMatchObject({ code: 'usage' });
  });

  it('is what the scan of it sums up, as far as that can be told offline', async () => {
    const folder = project({ 'requirements.txt': 'setuptools==58.1.0\n' });
    const { text } = await runCommand(scanCommand, [folder, '-f', 'json'], { environment: machine.environment });
    const { changes: summary, subject } = JSON.parse(text) as Report;
    expect(subject.layers).toEqual([]);
    expect(summary?.steps.flatMap((step) => step.changes.map(({ name, to }) => `${name} ${to}`))).toEqual([
      'setuptools 65.5.1',
    ]);
    expect(summary?.unchecked.join()).not.toContain('base image');
  });
});
