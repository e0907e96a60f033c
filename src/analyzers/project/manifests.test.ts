import { describe, expect, it } from 'vitest';
import { factsOf } from '../fixtures/analyze.ts';
import { goMod } from './go-mod.ts';
import { projectManifests } from './manifests.ts';
import { packageLock } from './package-lock.ts';
import { pythonDeclarations } from './python-declarations.ts';

const said = (analyzer: typeof projectManifests, path: string, text: string): readonly string[] =>
  factsOf([analyzer], path, Buffer.from(text)).flatMap((fact) => {
    if (fact.kind !== undefined) return [];
    const { type, name, version, properties } = fact;
    return [properties?.requirement === undefined ? `${type} ${name} ${version}` : `open: ${properties.requirement}`];
  });
const read = (path: string, text: string): readonly string[] => said(projectManifests, path, text);

describe('manifests without a lock', () => {
  it("package.json: exact versions count, ranges are open, parts of a workspace are nobody else's", () => {
    const manifest = {
      dependencies: { lodash: '4.17.15', express: '^4.17.0', mine: 'workspace:*', old: 'npm:minimist@1.2.0' },
      devDependencies: { '@babel/core': '=7.12.3', local: 'file:../local' },
    };
    expect(read('web/package.json', JSON.stringify(manifest))).toEqual([
      'npm lodash 4.17.15',
      'open: express ^4.17.0',
      'npm minimist 1.2.0',
      'npm @babel/core 7.12.3',
    ]);
    expect(read('node_modules/x/package.json', JSON.stringify(manifest))).toEqual([]);
  });

  it('Cargo.toml: a bare version is a range', () => {
    expect(
      read(
        'Cargo.toml',
        '[workspace.dependencies]\nserde = "=1.0.100"\n[dependencies]\ntime = "0.1.40"\nmine = { path = "../mine" }\nother = { package = "hyper", version = "=0.14.0" }\nserde = { workspace = true }\n[target."cfg(unix)".dependencies]\nlibc = "=0.2.0"\n',
      ),
    ).toEqual(['open: time 0.1.40', 'cargo hyper 0.14.0', 'cargo serde 1.0.100', 'cargo libc 0.2.0']);
  });

  it('Pipfile, pixi.toml and composer.json', () => {
    expect(read('Pipfile', '[packages]\ndjango = "==3.2.0"\nrequests = "*"\nmine = {path = "."}\n')).toEqual([
      'pypi django 3.2.0',
      'open: requests *',
    ]);
    const pixi = '[dependencies]\nopenssl = "==1.1.1k"\n[feature.gpu.pypi-dependencies]\ntorch = { version = ">=2" }\n';
    expect(read('pixi.toml', pixi)).toEqual(['conda openssl 1.1.1k', 'open: torch >=2']);
    expect(read('composer.json', '{"require":{"php":">=8","symfony/http-kernel":"4.4.0","a/b":"^1.0"}}')).toEqual([
      'composer symfony/http-kernel 4.4.0',
      'open: a/b ^1.0',
    ]);
  });

  it('setup.cfg', () => {
    expect(
      read(
        'setup.cfg',
        '[metadata]\nname = x\n[options]\ninstall_requires =\n  Django==3.2.0\n  requests>=2 ; python_version > "3"\npackages = find:\n[options.extras_require]\ngpu = torch==2.0.0\n[flake8]\ninstall_requires = no\n',
      ),
    ).toEqual(['pypi Django 3.2.0', 'open: requests>=2 ; python_version > "3"', 'pypi torch 2.0.0']);
  });

  it("pyproject.toml: environments of hatch, tables of pixi, and files of setuptools' that are not read", () => {
    expect(
      said(
        pythonDeclarations,
        'pyproject.toml',
        '[tool.hatch.envs.default]\ndependencies = ["Django==3.2.0"]\n[tool.pixi.dependencies]\nopenssl = "==1.1.1k"\n[tool.setuptools.dynamic]\ndependencies = { file = ["reqs.in", "requirements.txt"] }\n',
      ),
    ).toEqual([
      'pypi Django 3.2.0',
      'conda openssl 1.1.1k',
      'open: reqs.in, which pyproject.toml names: this kind of file is not read',
    ]);
  });
});

describe('what a lock says no version of is open', () => {
  it('Pipfile.lock: what comes from a repository; the project itself is not', () => {
    const lock = {
      default: { a: { git: 'https://git.example/a.git', ref: 'ab' }, mine: { path: '.' }, b: { version: '==1.0' } },
      docs: { c: { version: '*' } },
    };
    expect(said(pythonDeclarations, 'Pipfile.lock', JSON.stringify(lock))).toEqual([
      'open: a https://git.example/a.git',
      'open: c *',
    ]);
  });

  it('pylock.toml: repositories and archives, not folders', () => {
    expect(
      said(
        pythonDeclarations,
        'pylock.dev.toml',
        'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1.0"\n[[packages]]\nname = "b"\nvcs = { type = "git", url = "https://git.example/b.git" }\n[[packages]]\nname = "c"\ndirectory = { path = "../c" }\n[[packages]]\nname = "d"\narchive = { path = "d.tar.gz" }\n',
      ),
    ).toEqual(['open: b from https://git.example/b.git', 'open: d from d.tar.gz']);
  });

  it('requirements: a pin on two lines is none that is open', () => {
    expect(said(pythonDeclarations, 'requirements.txt', 'requests \\\n ==2.25.1\nflask \\\n >=1\n')).toEqual([
      'open: flask  >=1',
    ]);
  });
});

describe('package-lock.json', () => {
  it('version 1: aliases by the name that the registry knows, places as open', () => {
    const dependencies = {
      lodash: { version: '4.17.15', dependencies: { deep: { version: '0.0.1' } } },
      old: { version: 'npm:@scope/min@1.2.0' },
      fork: { version: 'git+ssh://git@git.example/x/fork.git#abc' },
      mine: { version: 'file:../mine' },
    };
    expect(said(packageLock, 'package-lock.json', JSON.stringify({ lockfileVersion: 1, dependencies }))).toEqual([
      'npm lodash 4.17.15',
      'npm @scope/min 1.2.0',
      'open: fork git+ssh://git@git.example/x/fork.git#abc',
      'npm deep 0.0.1',
    ]);
  });

  it('version 3: what has no version is said with the place it is from', () => {
    const packages = {
      '': { name: 'x', version: '1.0.0' },
      'node_modules/al': { name: 'minimist', version: '1.2.0' },
      'node_modules/fork': { resolved: 'git+ssh://git@git.example/x/fork.git#abc' },
      'node_modules/a': { resolved: 'packages/a', link: true },
    };
    expect(said(packageLock, 'package-lock.json', JSON.stringify({ lockfileVersion: 3, packages }))).toEqual([
      'npm minimist 1.2.0',
      'open: fork from git+ssh://git@git.example/x/fork.git#abc',
    ]);
  });
});

it('go.mod: quoted paths, blocks without a blank, and a replacement of another version than is required, as `go mod edit -json` takes them', () => {
  expect(
    said(
      goMod,
      'go.mod',
      'module "example.com/app"\nrequire(\n\t"github.com/quoted/mod" v1.0.0\n\tgolang.org/x/text v0.3.0 // indirect\n\tgolang.org/x/net "v0.1.0"\n\tgopkg.in/yaml.v2 v2.2.1\n\tmine.example/part v1.0.0\n)\nreplace (\n\tgolang.org/x/text v0.3.9 => golang.org/x/text v0.3.8\n\tgolang.org/x/net => golang.org/x/net v0.17.0\n\tgopkg.in/yaml.v2 => gopkg.in/yaml.v2 v2.2.8\n\tgopkg.in/yaml.v2 v2.2.1 => gopkg.in/yaml.v2 v2.2.4\n\tmine.example/part => ./part\n)\n',
    ),
  ).toEqual([
    'golang github.com/quoted/mod v1.0.0',
    'golang golang.org/x/text v0.3.0',
    'golang gopkg.in/yaml.v2 v2.2.4',
    'golang golang.org/x/net v0.17.0',
  ]);
});
