import { describe, expect, it } from 'vitest';
import { factsOf } from '../fixtures/analyze.ts';
import { projectManifests } from './manifests.ts';
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
