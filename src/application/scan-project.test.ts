import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { blobs, layer } from '../../test/image.ts';
import { startRegistry } from '../../test/registry.ts';
import { debian, type SmallMachine, smallMachine, stanza, wheelFiles } from '../../test/small-machine.ts';
import { scanCommand } from '../commands/scan.ts';
import type { Report } from '../model.ts';

let machine: SmallMachine;
beforeAll(async () => {
  machine = await smallMachine();
});
afterAll(() => machine.close());

let count = 0;
/** A folder with these files. */
function project(files: Readonly<Record<string, string | Buffer>>): string {
  count += 1;
  const folder = join(machine.folder, `project-${count}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function scanned(...args: readonly string[]): Promise<Report> {
  const { text } = await runCommand(scanCommand, [...args, '-f', 'json'], { environment: machine.environment });
  return JSON.parse(text) as Report;
}
const run = (...args: readonly string[]) =>
  runCommand(scanCommand, args, { environment: machine.environment, caught: true });

const resultOf = ({ findings }: Report): readonly string[] =>
  findings.map(({ id, package: pkg }) => `${id} ${pkg.name} ${pkg.version}`).sort();
const open = ({ unknowns }: Report): readonly string[] =>
  unknowns.map(({ path, reason }) => `${path}: ${reason}`).sort();

describe('a project before there is an image', () => {
  it.each([
    ['requirements.txt', 'setuptools==58.1.0 \\\n    --hash=sha256:00\n# x==1\n'],
    ['requirements/prod.txt', 'setuptools[extra] == 58.1.0 ; python_version > "3"\n'],
    ['pyproject.toml', '[project]\nname = "x"\ndependencies = ["setuptools==58.1.0"]\n'],
    ['pyproject.toml', '[dependency-groups]\ndev = ["setuptools >=50, ==58.1.0"]\n'],
    ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.9"\nsetuptools = "58.1.0"\n'],
    ['Pipfile.lock', '{"default": {"setuptools": {"version": "==58.1.0"}}}'],
    ['poetry.lock', '[[package]]\nname = "setuptools"\nversion = "58.1.0"\n'],
    ['uv.lock', '[[package]]\nname = "setuptools"\nversion = "58.1.0"\nsource = { registry = "x" }\n'],
    ['pylock.toml', '[[packages]]\nname = "setuptools"\nversion = "58.1.0"\n'],
    ['environment.yml', 'name: x\ndependencies:\n  - pip:\n    - setuptools==58.1.0\n'],
  ])('%s is judged as declared, as a folder and as a file', async (name, text) => {
    const folder = project({ [name]: text });
    const report = await scanned(folder);
    expect(resultOf(report)).toEqual(['CVE-2022-40897 setuptools 58.1.0']);
    expect(report.packages.map(({ role, evidence }) => [role, evidence[0]?.path])).toEqual([[undefined, name]]);
    const alone = await scanned(join(folder, name));
    expect(alone.subject.source).toBe('project');
    expect(resultOf(alone)).toEqual(resultOf(report));
  });

  it('of Go the standard library is not judged by what go.mod asks for at least, and that is said', async () => {
    const mod = (lines: string): string => `module example.com/app\n\n${lines}\n\nrequire golang.org/x/net v0.7.0\n`;
    for (const lines of ['go 1.20', 'go 1.21.3', 'go 1.21.0\n\ntoolchain go1.21.3']) {
      const report = await scanned(project({ 'go.mod': mod(lines) }));
      expect(report.packages.map(({ name }) => name)).toEqual(['golang.org/x/net']);
      expect(report.notices.map(({ code }) => code)).toContain('toolchain-open');
    }
    const python = await scanned(project({ 'requirements.txt': 'six==1.16.0\n' }));
    expect(python.notices.map(({ code }) => code)).not.toContain('toolchain-open');
  });

  it.each([
    [
      'package-lock.json',
      '{"lockfileVersion":3,"packages":{"":{"version":"1.0.0"},"node_modules/lodash":{"version":"4.17.20"}}}',
    ],
    [
      'package-lock.json',
      '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","dependencies":{"lodash":{"version":"4.17.20"}}}}}',
    ],
  ])('%s of npm is judged', async (name, text) => {
    expect(resultOf(await scanned(project({ [name]: text })))).toEqual(['CVE-2021-23337 lodash 4.17.20']);
  });

  it('reads modules of go.mod with what replaces them', async () => {
    const text =
      'module x\n\ngo 1.21\n\nrequire a.example/a v1.0.0\nrequire (\n\tb.example/b v2.0.0+incompatible // indirect\n\tc.example/c v0.1.0\n)\nreplace c.example/c => d.example/d v0.2.0\nreplace a.example/a => ./a\n';
    const { packages } = await scanned(project({ 'go.mod': text }));
    expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'b.example/b v2.0.0+incompatible',
      'd.example/d v0.2.0',
    ]);
  });

  it('reads what requirements are compiled from where that was not done, and only there', async () => {
    const versions = async (files: Readonly<Record<string, string>>) =>
      (await scanned(project(files))).packages.map(({ name, version }) => `${name} ${version}`);
    const written = 'six==1.16.0\n';
    expect(await versions({ 'requirements.in': written, 'MANIFEST.in': 'include x==1\n' })).toEqual(['six 1.16.0']);
    expect(await versions({ 'requirements/dev.in': '-r base.in\n', 'requirements/base.in': written })).toEqual([
      'six 1.16.0',
    ]);
    expect(await versions({ 'requirements.in': written, 'requirements.txt': 'six==1.17.0\n' })).toEqual(['six 1.17.0']);
  });

  it('says what has no exact version, and shuts every gate on findings for it', async () => {
    const folder = project({
      'requirements.txt':
        'torch>=1.13  # newer\nnumpy\nrequests==2.*\nmine @ https://example.org/x.whl\n-e git+https://example.org/r#egg=other\nsix==1.16.0\n',
      'environment.yml': 'dependencies:\n  - python\n  - scipy>=1.9\n  - numpy=1.24.2\n',
      'Podfile.lock': 'PODS:\n',
    });
    const report = await scanned(folder);
    expect(open(report)).toEqual([
      'Podfile.lock: Podfile.lock: this kind of file is not read: no exact version, not assessed',
      'environment.yml: python: no exact version, not assessed',
      'environment.yml: scipy>=1.9: no exact version, not assessed',
      'requirements.txt: -e git+https://example.org/r#egg=other: no exact version, not assessed',
      'requirements.txt: mine @ https://example.org/x.whl: no exact version, not assessed',
      'requirements.txt: numpy: no exact version, not assessed',
      'requirements.txt: requests==2.*: no exact version, not assessed',
      'requirements.txt: torch>=1.13: no exact version, not assessed',
    ]);
    expect(report.notices.find(({ code }) => code === 'not-pinned')?.message).toMatch(
      /^8 declarations are not assessed, for want of an exact version \(.*lock the project/,
    );
    // Two declarations of one package say nothing of the packages that have a version.
    expect(report.assessment).toMatchObject({ assessed: 1, packages: 2, unpinned: 8, unreadable: 0 });
    const gated = await run(folder, '--fail-on', 'CRITICAL');
    expect(gated.code).toBe(1);
    expect(gated.text).toContain('8 declarations without an exact version');
    expect(gated.text).not.toMatch(/could not be read|Python: not assessed/);
    expect(gated.text).toContain('5 pypi packages declared without an exact version');
    expect((await run(folder, '--fail-on', 'CRITICAL', '--allow-unjudged')).code).toBe(0);
  });

  it('takes the version of a lock file for what is open elsewhere', async () => {
    const folder = project({
      'pyproject.toml': '[project]\ndependencies = ["Set_Uptools>=50", "setuptools"]\n',
      'uv.lock':
        '[[package]]\nname = "setuptools"\nversion = "65.5.1"\n[[package]]\nname = "set-uptools"\nversion = "60"\n',
    });
    const report = await scanned(folder);
    expect(open(report)).toEqual([]);
    expect((await run(folder, '--fail-on', 'LOW')).code).toBe(0);
  });

  it('follows what a requirements file of any name includes, but not out of its folder', async () => {
    const folder = project({
      'deps/all.requirements.txt': '-r more/base.in\n--constraint=limits.txt\n-r ../secret.txt\n-r none.txt\n',
      'deps/more/base.in': 'setuptools==58.1.0\n-r ../all.requirements.txt\n',
      'deps/limits.txt': 'six==1.16.0\n',
      'secret.txt': 'lodash==1\n',
    });
    const report = await scanned(join(folder, 'deps/all.requirements.txt'));
    expect(report.packages.map(({ name }) => name)).toEqual(['setuptools', 'six']);
    expect(report.notices.filter(({ code }) => code === 'include-unread').map(({ message }) => message)).toEqual([
      expect.stringContaining('../secret.txt is included and lies outside'),
      expect.stringContaining('none.txt is included and could not be read'),
    ]);
  });

  it('of an environment.yml follows what its pip list includes, and takes `=3.9` for any 3.9', async () => {
    const folder = project({
      'environment.yml':
        'dependencies:\n  - python=3.9\n  - cudatoolkit=11.8\n  - openssl=1.1.1\n  - pip:\n    - -r deps/dev.txt\n    - git+https://git.example/x.git#egg=x\n',
      'deps/dev.txt': 'setuptools==58.1.0\n',
    });
    for (const target of [folder, join(folder, 'environment.yml')]) {
      const report = await scanned(target);
      expect(report.packages.map(({ name, version }) => `${name} ${version}`).sort()).toEqual([
        'openssl 1.1.1',
        'setuptools 58.1.0',
      ]);
      expect(open(report)).toEqual(
        ['cudatoolkit=11.8', 'git+https://git.example/x.git#egg=x', 'python=3.9'].map(
          (said) => `environment.yml: ${said}: no exact version, not assessed`,
        ),
      );
    }
  });

  it('follows what the requirements of a folder include, whatever its name', async () => {
    const folder = project({
      'requirements.txt': 'six==1.16.0\n-r more.txt\n-r ../outside.txt\n-r link.txt\n',
      'more.txt': '-c deps/pins.in\n',
      'deps/pins.in': 'setuptools==58.1.0\n',
    });
    const outside = project({ 'outside.txt': 'jinja2==2.10\n' });
    symlinkSync(join(outside, 'outside.txt'), join(folder, 'link.txt'));
    const report = await scanned(folder);
    expect(report.packages.map(({ name }) => name).sort()).toEqual(['setuptools', 'six']);
    expect(report.findings.map(({ package: { name } }) => name)).toContain('setuptools');
    expect(report.notices.filter(({ code }) => code === 'include-unread').map(({ message }) => message)).toEqual([
      expect.stringContaining('../outside.txt is included and lies outside'),
      expect.stringContaining('link.txt is included and could not be read'),
    ]);
  });

  it('follows them from any requirements file in it, and says where a pin really stands', async () => {
    const folder = project({
      'services/api/requirements-dev.txt': '-r ../../common/base.in\n',
      'common/base.in': 'setuptools==58.1.0\n-r deep/er.txt\n',
      'common/deep/er.txt': 'numpy\n',
      'node_modules/x/requirements.txt': '-r other.in\n',
      'node_modules/x/other.in': 'jinja2==2.10\n',
    });
    const report = await scanned(folder);
    expect(report.packages.map(({ name, evidence }) => [name, evidence.map(({ path }) => path)])).toEqual([
      ['setuptools', ['common/base.in']],
    ]);
    expect(open(report)).toEqual(['common/deep/er.txt: numpy: no exact version, not assessed']);
    expect((await run(folder)).text).toContain('common/base.in');
  });

  it('reads requirements in UTF-16, as PowerShell writes them, and says what no pip could read', async () => {
    const pins = 'setuptools==58.1.0\r\n';
    for (const bytes of [Buffer.from(`\ufeff${pins}`, 'utf16le'), Buffer.from(`\ufeff${pins}`, 'utf16le').swap16()])
      expect((await scanned(project({ 'requirements.txt': bytes }))).packages.map(({ name }) => name)).toEqual([
        'setuptools',
      ]);
    const unmarked = await scanned(project({ 'requirements.txt': Buffer.from(pins, 'utf16le') }));
    expect(open(unmarked)).toEqual([expect.stringContaining('UTF-16')]);
  });

  it('a manifest that is not read counts as settled by the lock file beside or above it', async () => {
    const lock = 'GEM\n  specs:\n    rails (5.2.0)\n';
    const gemfile = "gem 'rails'\n";
    expect(open(await scanned(project({ 'app/Gemfile': gemfile })))).toEqual([
      'app/Gemfile: Gemfile: this kind of file is not read: no exact version, not assessed',
    ]);
    for (const place of ['Gemfile.lock', 'app/Gemfile.lock'])
      expect(open(await scanned(project({ 'app/Gemfile': gemfile, [place]: lock }))), place).toEqual([]);
    expect(open(await scanned(project({ 'app/Gemfile': gemfile, 'other/Gemfile.lock': lock })))).toHaveLength(1);
  });

  it('says of each line of requirements what became of it', async () => {
    const report = await scanned(
      project({
        'requirements.txt':
          'git+https://git.example/django/django@3.2.0#egg=django\nhttps://x.example/setuptools-58.1.0-py3-none-any.whl\nhttps://x.example/src/six-1.16.0.tar.gz\n./mine\n-e .\nJinja2 2.11.2\n../other\n',
      }),
    );
    expect(report.packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['setuptools 58.1.0']);
    expect(open(report)).toEqual([
      'requirements.txt: ../other: no exact version, not assessed',
      'requirements.txt: git+https://git.example/django/django@3.2.0#egg=django: no exact version, not assessed',
      'requirements.txt: https://x.example/src/six-1.16.0.tar.gz: no exact version, not assessed',
      'requirements.txt: no requirement that pip reads: Jinja2 2.11.2: no exact version, not assessed',
    ]);
  });

  it('is told from a root file system, and the prefixes decide', async () => {
    const folder = project({ 'requirements.txt': 'setuptools==58.1.0\n' });
    expect((await run(folder)).said).toMatch(/is a project: what it declares is judged/);
    expect(resultOf(await scanned(`dir:${folder}`))).toEqual([]);
    const root = project({
      ...debian(stanza('openssl', '1.1.1n-0+deb11u4')),
      'app/requirements.txt': 'setuptools==58.1.0\n',
    });
    expect(resultOf(await scanned(root)).map((line) => line.split(' ')[1])).toEqual(['openssl']);
    expect(resultOf(await scanned(`project:${root}`))).toHaveLength(2);
  });

  it('is none where nothing is declared and an environment is there: what is installed is judged, and can be changed', async () => {
    const metadata = {
      'opt/venv/lib/python3.11/site-packages/setuptools-58.1.0.dist-info/METADATA':
        'Metadata-Version: 2.1\nName: setuptools\nVersion: 58.1.0\n',
    };
    const environment = { 'opt/venv/pyvenv.cfg': 'home = /usr/bin\n', ...metadata };
    expect((await run(project(environment))).said).toMatch(/declares nothing: judged by what is installed in it/);
    // Whoever declares something, or builds an image, fills it again: no pip is to be run in it.
    for (const declared of ['requirements.txt', 'app/pyproject.toml', 'Dockerfile', 'app/requirements-dev.in'])
      expect((await run(project({ ...environment, [declared]: '' }))).said, declared).toMatch(/is a project/);
    // What lies within the environment declares nothing of the user's.
    const within = { ...environment, 'opt/venv/share/jupyter/labextensions/x/package.json': '{}' };
    expect((await run(project(within))).said).toMatch(/declares nothing/);
  });

  it('shuts a gate on severities where a list or what it includes could not be read', async () => {
    for (const [files, why] of [
      [{ 'requirements.txt': 'six==1.16.0\n-r missing.txt\n' }, 'missing.txt is included and could not be read'],
      [{ 'requirements.txt': 'six==1.16.0\n-c ../shared.txt\n' }, '../shared.txt is included and lies outside of'],
      [
        { 'requirements.txt': 'six==1.16.0\n', 'package-lock.json': '{"lockfileVersion": 3, "packages": {' },
        '/package-lock.json could not be read: ',
      ],
    ] as const) {
      const { code, text } = await run(project(files), '--fail-on', 'HIGH');
      expect(code).toBe(1);
      expect(text).toContain(`HIGH: cannot be judged: ${why}`);
    }
  });

  it('counts a file that two readers gave up as one', async () => {
    const { text } = await run(
      project({ 'requirements.txt': 'six==1.16.0\n', 'package-lock.json': '{"lockfileVersion": 3, "packages": {' }),
    );
    expect(text).toContain('1 file could not be read');
    expect(text).toContain('1 file not read whole');
  });

  it('without anything declared is no clean project', async () => {
    const { code, text } = await run(project({ 'README.md': 'x' }), '--fail-on', 'LOW');
    expect(code).toBe(1);
    expect(text).toContain('cannot be judged: no package was found at all');
    expect((await run(`project:${machine.folder}/nowhere`)).error).toMatchObject({ code: 'not-found' });
  });
});

describe('a project with its Dockerfile', () => {
  it('is judged on its base image: what it declares takes the place of what the base has', async () => {
    const registry = await startRegistry();
    try {
      registry.push(
        'base/python',
        'v1',
        blobs(layer({ ...debian(stanza('openssl', '1.1.1n-0+deb11u4')), ...wheelFiles('setuptools', '58.1.0') })),
      );
      const folder = project({
        'requirements.txt': 'setuptools==65.5.1\n',
        Dockerfile: `ARG TAG\nFROM ${registry.host}/base/python:$TAG AS build\nRUN pip install -r requirements.txt\nFROM build\n`,
      });
      const file = join(folder, 'Dockerfile');
      const report = await scanned(folder, '-d', file, '--build-arg', 'TAG=v1');
      expect(resultOf(report).map((line) => line.split(' ')[1])).toEqual(['openssl']);
      expect(report.os?.id).toBe('debian');
      expect(report.notices.map(({ code }) => code)).toEqual(expect.arrayContaining(['base-image', 'steps-unknown']));
      expect(resultOf(await scanned('--dockerfile', file, '--build-arg', 'TAG=v1'))).toHaveLength(1);
      expect((await run(folder, '-d', file)).error).toMatchObject({
        code: 'usage',
        where: `${file}:2`,
        hint: 'say it with --build-arg TAG=...',
      });
      expect((await run(folder, '-d', file, '--build-arg', 'TAG=none')).error).toMatchObject({ code: 'not-found' });
      // A builder knows these without an ARG, in FROM too.
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of a Dockerfile's
      for (const platform of ['$BUILDPLATFORM', 'linux/${TARGETARCH}', '$TARGETPLATFORM']) {
        writeFileSync(file, `FROM --platform=${platform} ${registry.host}/base/python:v1\n`);
        expect(resultOf(await scanned('-d', file))).toHaveLength(1);
      }
      writeFileSync(file, `FROM --platform=$OURS ${registry.host}/base/python:v1\n`);
      expect((await run(folder, '-d', file)).error?.line).toBe(
        `the platform of the base image is left open: FROM ${registry.host}/base/python:v1 (${file}:1); say it with --build-arg OURS=...`,
      );
    } finally {
      await registry.close();
    }
  });

  it('names no file of this machine as its base, and has to be one', async () => {
    const folder = project({
      'requirements.txt': 'six==1.16.0\n',
      Dockerfile: 'FROM dir:/etc\n',
      empty: '',
      from: 'FROM scratch\n',
    });
    expect((await run(folder, '-d', join(folder, 'Dockerfile'))).error).toMatchObject({ code: 'reference' });
    expect((await run(folder, '-d', join(folder, 'empty'))).error).toMatchObject({ code: 'usage' });
    expect((await run(folder, '-d', join(folder, 'none'))).error).toMatchObject({ code: 'not-found' });
    expect((await run(folder, '-d', join(folder, 'from'))).code).toBe(0);
    expect((await run(`dir:${folder}`, '-d', join(folder, 'from'))).error).toMatchObject({ code: 'usage' });
  });
});
