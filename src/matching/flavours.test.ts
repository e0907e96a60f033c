import { describe, expect, it } from 'vitest';
import { ecosystemNamed } from '../ecosystems/index.ts';
import type { Statement } from '../model.ts';
import { concernsFlavour } from './flavours.ts';

/** Oracle's builds of one package, as its bulletins name them (ELSA-2021-9344, ELSA-2022-9221). */

const said = (...builds: readonly string[]): Statement => ({
  id: 'CVE-2021-3326',
  source: 'oracle',
  namespace: 'Oracle Linux:8',
  package: 'glibc',
  aliases: [],
  state: 'fixed',
  ranges: builds.map((fixed) => ({ fixed })),
  ratings: [],
});
const plain = '2.28-151.0.1.el8';
const ksplice = '2:2.28-151.0.1.ksplice1.el8';
const fips = '10:3.6.16-4.0.1.el8_fips';
const concerns = (statement: Statement, installed: string, namespace = 'Oracle Linux:8') =>
  concernsFlavour(statement, installed, ecosystemNamed(namespace)?.system);

describe('builds of one package that are numbered apart', () => {
  it('each is told by what is said of its own flavour', () => {
    for (const installed of [plain, ksplice, fips])
      for (const build of [plain, ksplice, fips])
        expect([installed, build, concerns(said(build), installed)]).toEqual([installed, build, installed === build]);
  });

  it('what names builds of several concerns each, what names none concerns all', () => {
    expect(concerns(said(plain, ksplice), ksplice)).toBe(true);
    expect(concerns(said(), fips)).toBe(true);
  });

  it('a later Ksplice library is of the same flavour, a package called after it is none', () => {
    expect(concerns(said(ksplice), '2:2.28-225.0.4.ksplice2.el8_8.6')).toBe(true);
    expect(concerns(said('1.0.54-1.el8'), '1.0.50-1.el8')).toBe(true);
  });

  it('others have no such builds', () => {
    expect(concerns(said(ksplice), plain, 'AlmaLinux:8')).toBe(true);
  });
});
