import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { npmPackages } from './npm.ts';

const manifest = (name: string, version: string, more = {}): string => JSON.stringify({ name, version, ...more });
const said = (path: string, content: string): string[] =>
  facts(npmPackages, path, content).map((fact) =>
    fact.kind === undefined && 'name' in fact
      ? `${fact.name} ${fact.version}${fact.role ? ` ${fact.role}` : ''}`
      : 'unknown',
  );

describe('installed npm packages', () => {
  it('in node_modules, scoped ones and nested ones', () => {
    expect(said('app/node_modules/lodash/package.json', manifest('lodash', '4.17.20', { license: 'MIT' }))).toEqual([
      'lodash 4.17.20',
    ]);
    expect(
      said(
        'usr/local/lib/node_modules/npm/node_modules/@npmcli/arborist/package.json',
        manifest('@npmcli/arborist', '5.6.3'),
      ),
    ).toEqual(['@npmcli/arborist 5.6.3']);
  });

  it('in the spelling that npm puts right: blanks around name and version, signs before it', () => {
    for (const version of [' =1.2.5 ', 'v1.2.5', '= v1.2.5', '1.2.5\n'])
      expect(said('app/node_modules/minimist/package.json', manifest(' minimist ', version))).toEqual([
        'minimist 1.2.5',
      ]);
    expect(said('app/node_modules/minimist/package.json', manifest('minimist', '>=1.2.5'))).toEqual([]);
  });

  it('say whom they are from, in both notations of an author', () => {
    const from = (author: unknown) => {
      const [fact] = facts(npmPackages, 'app/node_modules/x/package.json', manifest('x', '1.0.0', { author }));
      return fact !== undefined && 'maintainer' in fact ? fact.maintainer : undefined;
    };
    expect(from('Jane Doe <jane@example.org> (https://jane.example)')).toBe('Jane Doe <jane@example.org>');
    expect(from({ name: 'Jane Doe', email: 'jane@example.org' })).toBe('Jane Doe <jane@example.org>');
    expect(from({ email: 'jane@example.org' })).toBeUndefined();
    expect(from('x'.repeat(1_000))).toBeUndefined();
  });

  it('what lies inside of a package is not another one', () => {
    expect(said('app/node_modules/resolve/test/resolver/baz/package.json', manifest('baz', '1.0.0'))).toEqual([]);
    expect(said('app/node_modules/rxjs/dist/esm/package.json', '{"type":"module"}')).toEqual([]);
  });

  it('programs unpacked by hand and JupyterLab extensions count, test data and templates do not', () => {
    expect(said('opt/yarn-v1.22.19/package.json', manifest('yarn', '1.22.19'))).toEqual(['yarn 1.22.19']);
    expect(
      said(
        'usr/local/share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager/package.json',
        manifest('@jupyter-widgets/jupyterlab-manager', '5.0.5'),
      ),
    ).toEqual(['@jupyter-widgets/jupyterlab-manager 5.0.5']);
    expect(
      said(
        'usr/local/lib/python3.9/site-packages/jupyterlab/tests/mock_packages/extension/package.json',
        manifest('@jupyterlab/mock-extension', '3.0.0'),
      ),
    ).toEqual([]);
  });

  it("a project's own private manifest is declared", () => {
    expect(said('app/package.json', manifest('my-app', '0.1.0', { private: true }))).toEqual(['my-app 0.1.0 declared']);
  });

  it('no version, an odd one or no object at all make no package', () => {
    expect(said('app/node_modules/x/package.json', '{"name":"x"}')).toEqual([]);
    expect(said('app/node_modules/x/package.json', manifest('x', '<%= version %>'))).toEqual([]);
    expect(said('app/node_modules/x/package.json', '[]')).toEqual(['unknown']);
  });

  it('say what they ask for, peers and what is optional marked, and not what they were developed with', () => {
    const requires = (path: string, more: object): unknown =>
      facts(npmPackages, path, manifest('x', '1.0.0', more)).map((fact) =>
        'requires' in fact ? fact.requires : undefined,
      )[0];
    const asked = {
      dependencies: { qs: '6.7.0', fsevents: '^2.0.0', bad: 7, 'string-width-cjs': 'npm:string-width@^4.2.0' },
      optionalDependencies: { fsevents: '^2.3.0' },
      peerDependencies: { react: '>=16 || 17.x', typescript: '*' },
      peerDependenciesMeta: { typescript: { optional: true } },
      devDependencies: { mocha: '^9' },
    };
    const actual = [
      'qs@6.7.0',
      'string-width-cjs@npm:string-width@^4.2.0',
      'fsevents@^2.3.0; optional',
      'react@>=16 || 17.x; peer',
      'typescript@*; peer, optional',
    ];
    expect(requires('app/node_modules/x/package.json', asked)).toEqual(actual);
    expect(requires('app/package.json', asked)).toEqual([...actual, 'mocha@^9; dev']);
    expect(requires('app/node_modules/x/package.json', { dependencies: [] })).toBeUndefined();
    expect(requires('app/node_modules/x/package.json', { dependencies: { '../x': '1', 'a b': '1' } })).toEqual(
      undefined,
    );
  });
});
