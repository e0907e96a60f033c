import { describe, expect, it } from 'vitest';
import { deb, report, wheel } from '../../../test/report.ts';
import type { Package } from '../../model.ts';
import { relationsOf } from './relations.ts';

const at = (pkg: Package, path: string): Package => ({ ...pkg, evidence: [{ ...pkg.evidence[0]!, path }] });
const of = (type: string, name: string, path: string, more: Partial<Package> = {}): Package => ({
  ...at(deb(name, '1'), path),
  type,
  name,
  purl: `pkg:${type}/${name}@1`,
  ...more,
});

/** `owner -> needed`, sorted. */
function told(...packages: readonly Package[]): string[] {
  const relations = relationsOf(report({ packages, findings: [] }));
  return [...relations].flatMap(([owner, needed]) => [...needed].map((pkg) => `${owner.name} -> ${pkg.name}`)).sort();
}

describe('what needs what', () => {
  it('in Debian: by name, by the alternative that is there, by what a package provides', () => {
    const python = {
      ...deb('python3', '3.9'),
      requires: ['libc6 (>= 2.14)', 'awk', 'tzdata | base:any (>= 1)', 'gone'],
    };
    const mawk = { ...deb('mawk', '1'), requires: ['libc6'], properties: { provides: 'awk, nawk (= 1)' } };
    expect(told(python, deb('libc6', '2.31'), mawk, deb('base', '1'))).toEqual([
      'mawk -> libc6',
      'python3 -> base',
      'python3 -> libc6',
      'python3 -> mawk',
    ]);
  });

  it('in Alpine by libraries and commands, in rpm by capabilities that are called after a package', () => {
    const db = 'lib/apk/db/installed';
    const musl = of('apk', 'musl', db, { properties: { provides: 'so:libc.musl-x86_64.so.1=1' } });
    const git = of('apk', 'git', db, { requires: ['so:libc.musl-x86_64.so.1', 'zlib>=1.2', '/bin/sh'] });
    expect(told(musl, git, of('apk', 'zlib', db))).toEqual(['git -> musl', 'git -> zlib']);
    const rpms = 'var/lib/rpm/rpmdb.sqlite';
    const openssl = of('rpm', 'openssl', rpms, {
      requires: ['openssl-libs(x86-64) = 1:3.0.7-6', 'bash', 'config(openssl) = 1'],
    });
    expect(told(openssl, of('rpm', 'openssl-libs', rpms), of('rpm', 'bash', rpms))).toEqual([
      'openssl -> bash',
      'openssl -> openssl-libs',
    ]);
  });

  it('in Python within an environment alone, by markers', () => {
    const place = (prefix: string, name: string): string =>
      `${prefix}/lib/python3.9/site-packages/${name}-1.dist-info/METADATA`;
    const flask = {
      ...at(wheel('Flask', '1'), place('usr/local', 'Flask')),
      requires: ['Jinja2>=3', 'colorama; sys_platform == "win32"', 'click'],
    };
    const jinja = at(wheel('jinja2', '3'), place('usr/local', 'jinja2'));
    const colorama = at(wheel('colorama', '1'), place('usr/local', 'colorama'));
    const elsewhere = at(wheel('click', '8'), place('opt/venv', 'click'));
    expect(told(flask, jinja, colorama, elsewhere)).toEqual(['Flask -> jinja2']);
  });

  it('in npm as Node.js finds it, in conda within a prefix', () => {
    const npm = (name: string, path: string, requires: string[] = []): Package =>
      of('npm', name, `${path}/package.json`, { requires });
    const outer = npm('qs', 'app/node_modules/qs');
    const inner = npm('qs', 'app/node_modules/body/node_modules/qs');
    const body = npm('body', 'app/node_modules/body', ['qs@6']);
    const relations = relationsOf(report({ packages: [outer, inner, body], findings: [] }));
    expect([...(relations.get(body) ?? [])]).toEqual([inner]);
    const conda = (name: string, prefix: string, depends = ''): Package =>
      of('conda', name, `${prefix}/conda-meta/${name}.json`, { properties: { prefix: `/${prefix}`, depends } });
    expect(
      told(
        conda('numpy', 'opt/conda', 'python >=3.9,<3.10.0a0, libblas'),
        conda('python', 'opt/conda'),
        conda('libblas', 'opt/other'),
      ),
    ).toEqual(['numpy -> python']);
  });

  it('and not of what only lies in a cache', () => {
    expect(told({ ...deb('a', '1'), requires: ['b'] }, { ...deb('b', '1'), role: 'cache' })).toEqual([]);
  });
});
