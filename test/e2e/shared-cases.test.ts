import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scan, surroundings, updateDatabase } from '../../src/index.ts';
import type { Report } from '../../src/model.ts';
import { feeds, scratch, titled } from './machine.ts';

/**
 * The small inputs beside the checkout that each stand for a class of wrong answers, asked of the real feeds: what their README calls
 * right. Their inventories are held by `src/analyzers/readers.test.ts`, their pickles by `src/analyzers/models/pickle.test.ts`, their
 * reports by `src/compare/cases.test.ts` and `src/scanners/readers.test.ts`.
 */

const cases = join(feeds, '..', 'cases');
const missing =
  existsSync(cases) && existsSync(join(feeds, 'osv')) ? undefined : 'no cases and feeds beside the checkout';
/** The documents that speak of the packages of the cases. */
const DOCUMENTS = [
  'debian/tracker',
  'osv/AlmaLinux',
  'osv/Ubuntu',
  'osv/PyPI',
  'osv/Maven',
  'alpine/v3.8/main',
  'nvd/2023',
  'nvd/2024',
];

describe.skipIf(missing !== undefined)(titled('the shared cases, judged by the real feeds', missing), () => {
  const place = scratch();
  const home = join(place.path, 'home');
  const environment = { PLIMSOLL_HOME: home, PLIMSOLL_SKIP_UPDATE: 'true', PATH: process.env.PATH };
  const reports = new Map<string, Report>();

  beforeAll(async () => {
    await updateDatabase({ from: feeds, only: DOCUMENTS }, surroundings({ environment }));
    for (const folder of ['sbom', 'images', 'rootfs'])
      for (const name of readdirSync(join(cases, folder))) {
        const kind = folder === 'sbom' ? 'sbom' : folder === 'images' ? 'archive' : 'dir';
        reports.set(name, await scan(`${kind}:${join(cases, folder, name)}`, {}, surroundings({ environment })));
      }
  });
  afterAll(() => place.remove());

  const findings = (name: string) => reports.get(name)!.findings;
  const ids = (name: string, version?: string): readonly string[] =>
    findings(name)
      .filter(({ package: pkg }) => version === undefined || pkg.version === version)
      .map(({ id }) => id)
      .sort();

  it('Ubuntu Pro: what only Pro fixes is affected, and told as that', () => {
    const PRO = ['CVE-2025-9230', 'CVE-2025-9231', 'CVE-2025-9232'];
    for (const name of ['pro-focal-openssl.tar', 'u2004']) {
      expect(ids(name), name).toEqual(PRO);
      for (const { fix } of findings(name))
        expect(fix).toMatchObject({ state: 'subscription', subscription: 'Ubuntu Pro' });
    }
    expect(ids('ubuntu-pro.cdx.json')).toEqual(expect.arrayContaining([...PRO, 'CVE-2024-5535', 'CVE-2023-5678']));
  });

  it('Ubuntu Pro: an ESM build is judged by what Pro says', () => {
    expect(ids('ubuntu-esm-installed.cdx.json')).toEqual([
      ...['CVE-2024-23650', 'CVE-2024-23651', 'CVE-2024-23652', 'CVE-2024-23653', 'CVE-2024-24557'],
      ...['CVE-2024-36621', 'CVE-2024-36623', 'CVE-2025-54388', 'CVE-2025-54410'],
    ]);
  });

  it("module streams: the bulletins of the installed stream, and no other's", () => {
    const bulletins = findings('alma-nodejs').flatMap(({ statements }) => statements.map(({ bulletin }) => bulletin));
    expect(new Set(bulletins).size).toBe(8);
    expect(findings('alma-nodejs')).toHaveLength(14);
    expect(ids('alma-module.cdx.json')).not.toContain('CVE-2023-2454');
    for (const { fix } of findings('alma-module.cdx.json')) expect(fix.version).toMatch(/^13\./);
  });

  it('PEP 440: bounds that are no versions are read as what they mean', () => {
    expect(ids('torch-na.cdx.json', '2.6.0')).toEqual(
      expect.arrayContaining(
        ['2148', '2149', '2998', '2999', '3000', '3001', '3121', '3136', '63396'].map((end) => `CVE-2025-${end}`),
      ),
    );
  });

  it('PEP 440: a local build has what its release has', () => {
    const local = 'last-affected-local.cdx.json';
    expect(ids(local, '2.10.0+cu126')).toEqual(['CVE-2026-4538']);
    for (const [release, build] of [
      ['2.10.0', '2.10.0+cu126'],
      ['2.6.0', '2.6.0+cu124'],
      ['0.23.0', '0.23.0+cu129'],
    ] as const)
      expect(ids(local, build), build).toEqual(ids(local, release));
    expect(ids('torch.cdx.json', '0.23.0+cu129')).toHaveLength(9);
    expect(ids('torch.cdx.json', '2.8.3+cu12torch2.8')).toEqual(ids('torch.cdx.json', '2.8.3'));
  });

  it('apk: a bound that apk compares up to its tail', () => {
    expect(ids('alpine-versions.cdx.json')).toHaveLength(8);
  });

  it('epochs, wherever a bill of materials has them', () => {
    for (const name of ['epoch.cdx.json', 'epoch-written.cdx.json', 'epoch.spdx.json'])
      expect(ids(name), name).toHaveLength(35);
    expect(ids('trivy-deb-epoch.cdx.json')).toHaveLength(10);
  });

  it('Debian releases by their codename', () => {
    expect(reports.get('codename.cdx.json')!.packages[0]).toMatchObject({ namespace: 'Debian:10' });
    expect(ids('codename.cdx.json').length).toBeGreaterThan(20);
    expect(reports.get('codename12.cdx.json')!.packages[0]).toMatchObject({ namespace: 'Debian:12' });
    expect(ids('codename12.cdx.json')).toEqual(['CVE-2023-38545', 'CVE-2023-38546', 'CVE-2023-46218']);
  });

  it('NVD: what concerns Windows alone is no finding, and what concerns these versions is', () => {
    for (const id of ['CVE-2024-4577', 'CVE-2024-36138', 'CVE-2024-4030', 'CVE-2024-3219'])
      expect(ids('nvd-windows.cdx.json')).not.toContain(id);
    expect(ids('nvd-windows.cdx.json', '3.11.8').length).toBeGreaterThan(5);
    expect(ids('nvd-windows.cdx.json', '8.3.7').length).toBeGreaterThan(2);
    expect(ids('nvd-windows.cdx.json', '20.12.0').length).toBeGreaterThan(2);
  });

  it('Java without pom.properties is asked about under its group', () => {
    expect(ids('jar-nogroup.tar')).toEqual(['CVE-2011-2731', 'CVE-2011-2732', 'CVE-2012-5055']);
  });

  it('a chiselled image has the findings of its packages', () => {
    expect(reports.get('chisel.tar')!.packages).toHaveLength(3);
    expect(ids('chisel.tar').length).toBeGreaterThanOrEqual(11);
    expect(ids('chisel.tar').length).toBeLessThanOrEqual(13);
  });

  it("GitHub's export is read as a bill of materials", () => {
    expect(ids('github-wrapped.json')).toEqual(expect.arrayContaining(['CVE-2020-28493', 'CVE-2024-22195']));
  });

  it('caches and leftovers are not installed', () => {
    for (const name of ['conda3', 'pymeta.tar'])
      for (const { package: pkg } of findings(name)) expect(pkg.version, name).not.toBe('1.26.5');
    expect(ids('conda3')).toEqual(['CVE-2026-44431', 'CVE-2026-44432']);
    expect(ids('pymeta.tar', '3.3.2').length).toBeGreaterThan(0);
  });

  it('kernel headers alone shut no gate, rated HIGH or not', async () => {
    expect(findings('hdr')).toHaveLength(503);
    expect(findings('hdr').some(({ severity }) => severity === 'HIGH' || severity === 'CRITICAL')).toBe(true);
    const gated = await scan(
      `dir:${join(cases, 'rootfs', 'hdr')}`,
      { failOn: ['HIGH'] },
      surroundings({ environment }),
    );
    expect(gated.gate).toMatchObject({ passed: true });
  });
});
