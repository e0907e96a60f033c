import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import { billOfJson } from '../formats/sbom/index.ts';
import { sbomInventory } from '../inventory/sbom.ts';
import type { Statement } from '../model.ts';
import { match } from './match.ts';

/** Inputs after public reports on other scanners, of classes that other tests hold with other records. */

const said = (entry: Pick<Statement, 'id' | 'namespace' | 'package'> & Partial<Statement>): Statement => ({
  source: 'x',
  state: 'fixed',
  ranges: [],
  aliases: [],
  ratings: [],
  ...entry,
});

/** What is found of one package of a bill of materials. */
function resultOf(purl: string, ...statements: readonly Statement[]): readonly string[] {
  const bill = billOfJson({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'library', name: 'x', purl }],
  });
  const { packages } = sbomInventory(bill!);
  return match(packages, memoryStore({ statements })).findings.map(({ id }) => id);
}

describe('local builds, post-releases and epochs of Python', () => {
  const below = (fixed: string) => said({ id: 'CVE-2024-1', namespace: 'PyPI', package: 'torch', ranges: [{ fixed }] });
  it.each([
    ['2.1.0%2Bcpu', '2.1.0', []],
    ['2.1.0rc2%2Bcu121', '2.1.0', ['CVE-2024-1']],
    ['2.0.1.post2', '2.0.1', []],
    ['2.0.1.post2', '2.0.2', ['CVE-2024-1']],
    ['1%212.0', '2.1', []],
  ])('torch %s with a fix in %s', (version, fixed, expected) =>
    expect(resultOf(`pkg:pypi/torch@${version}`, below(fixed))).toEqual(expected),
  );
});

describe('what is no release is not older than everything', () => {
  it.each([
    ['pkg:golang/example.com/lib@v0.0.0-00010101000000-000000000000', 'Go', 'example.com/lib'],
    ['pkg:maven/org.acme/app@unspecified', 'Maven', 'org.acme:app'],
    ['pkg:npm/workspace-member@0.0.0-development', 'npm', 'workspace-member'],
    ['pkg:pypi/editable@0.1.dev1%2Bg1234567', 'PyPI', 'editable'],
  ])('%s', (purl, namespace, name) =>
    expect(resultOf(purl, said({ id: 'CVE-2024-1', namespace, package: name, ranges: [{ fixed: '9' }] }))).toEqual([]),
  );
  it('a pseudo-version of Go that tells its day is one', () =>
    expect(
      resultOf(
        'pkg:golang/golang.org/x/crypto@v0.0.0-20200510223506-06a226fb4e37',
        said({
          id: 'CVE-2021-43565',
          namespace: 'Go',
          package: 'golang.org/x/crypto',
          ranges: [{ fixed: '0.0.0-20211202192323-5770296d904e' }],
        }),
      ),
    ).toEqual(['CVE-2021-43565']));
});

describe('one flaw of several names', () => {
  it('whose publishers name each other through a third id is one finding, by its CVE', () => {
    const on = { namespace: 'PyPI', package: 'pillow', ranges: [{ fixed: '10.0.1' }] };
    expect(
      resultOf(
        'pkg:pypi/pillow@9.0.0',
        said({ ...on, id: 'PYSEC-2023-175', aliases: ['GHSA-j7hp-h8jx-5ppr'] }),
        said({ ...on, id: 'GHSA-j7hp-h8jx-5ppr', aliases: ['CVE-2023-4863'] }),
        said({ ...on, id: 'CVE-2023-4863' }),
      ),
    ).toEqual(['CVE-2023-4863']);
  });
  it('OSV’s limit and several ranges: outside all of them nothing is affected', () => {
    const ranged = said({
      id: 'CVE-2020-15257',
      namespace: 'Go',
      package: 'github.com/containerd/containerd',
      ranges: [{ fixed: '1.3.9' }, { introduced: '1.4.0', fixed: '1.4.3' }, { introduced: '2.0.0', limit: '2.1.0' }],
    });
    const of = (version: string) => resultOf(`pkg:golang/github.com/containerd/containerd@${version}`, ranged).length;
    expect(['v1.3.8', 'v1.3.9', 'v1.4.2', 'v1.4.3', 'v2.0.5', 'v2.1.0'].map(of)).toEqual([1, 0, 1, 0, 1, 0]);
  });
});

describe('epochs and sources of distributions', () => {
  it('a source without the epoch of its binary is judged by its own version', () =>
    expect(
      resultOf(
        'pkg:deb/debian/bsdutils@1:2.33.1-0.1?distro=debian-10&upstream=util-linux%402.33.1-0.1',
        said({
          id: 'CVE-2021-37600',
          namespace: 'Debian:10',
          package: 'util-linux',
          ranges: [{ fixed: '2.33.1-0.1+deb10u1' }],
        }),
      ),
    ).toEqual(['CVE-2021-37600']));
  it('an rpm’s epoch in the qualifier counts: 1:1.1.1k is not below 1.1.1l', () =>
    expect(
      resultOf(
        'pkg:rpm/almalinux/openssl-libs@1.1.1k-5.el8_5?distro=almalinux-8.5&epoch=1',
        said({
          id: 'CVE-2022-1',
          namespace: 'AlmaLinux:8',
          package: 'openssl-libs',
          ranges: [{ fixed: '1.1.1l-1.el8' }],
        }),
        said({
          id: 'CVE-2022-2',
          namespace: 'AlmaLinux:8',
          package: 'openssl-libs',
          ranges: [{ fixed: '1:1.1.1k-7.el8_6' }],
        }),
      ),
    ).toEqual(['CVE-2022-2']));
  it.each([
    ['1.9.5p2-r0', '1.9.5p2-r1', ['CVE-2024-1']],
    ['3.0_rc1-r0', '3.0-r0', ['CVE-2024-1']],
    ['3.0_p1-r0', '3.0-r1', []],
  ])('apk %s with a fix in %s', (version, fixed, expected) =>
    expect(
      resultOf(
        `pkg:apk/alpine/sudo@${version}?distro=alpine-3.18`,
        said({ id: 'CVE-2024-1', namespace: 'Alpine:v3.18', package: 'sudo', ranges: [{ fixed }] }),
      ),
    ).toEqual(expected),
  );
});
