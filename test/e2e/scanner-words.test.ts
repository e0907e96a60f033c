import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type AdvisoryStore, databasePath, openStore } from '../../src/advisories/store/index.ts';
import { surroundings, updateDatabase } from '../../src/index.ts';
import { candidateSource } from '../../src/matching/candidates.ts';
import { match } from '../../src/matching/match.ts';
import type { Package } from '../../src/model.ts';
import { root, run, scratch, titled } from './machine.ts';
import { noPrograms, peerPath } from './real-peers.ts';

/**
 * What is withdrawn, rejected or never affected, as Grype's and Trivy's own libraries write it into their databases
 * (`peers/words.py`, `peers/grypedb`, `peers/trivydb`), read and matched by us. The writers are built with the programs (`real-peers.ts`).
 */

const installed = (type: string, namespace: string, name: string, version: string): Package => ({
  type,
  name,
  version,
  namespace,
  purl: `pkg:${type}/${name}@${version}`,
  evidence: [],
});
const PILLOW = installed('pypi', 'PyPI', 'pillow', '9.0.0');
const OPENSSL = installed('deb', 'Debian:12', 'openssl', '3.0.11-1~deb12u2');

describe('what other scanners’ databases take back', () => {
  const place = scratch();
  afterAll(() => place.remove());

  /** A database of ours, of one that the writer made of the words. */
  async function madeBy(writer: string, folder: string, ...sources: readonly string[]): Promise<AdvisoryStore> {
    const words = join(place.path, 'words');
    run('python3', [join(root, 'test/e2e/peers/words.py'), words]);
    const feeds = join(place.path, `${folder}-feeds`);
    mkdirSync(join(feeds, folder), { recursive: true });
    run(writer, [join(words, folder), join(feeds, folder), ...sources], { PATH: peerPath });
    const home = join(place.path, `${folder}-home`);
    await updateDatabase(
      { from: feeds, only: [`${folder}-db`] },
      surroundings({ environment: { PLIMSOLL_HOME: home, PIP_NO_INDEX: '1' } }),
    );
    return openStore(databasePath(home));
  }
  const resultOf = (store: AdvisoryStore, pkg: Package): readonly string[] =>
    match([pkg], store)
      .findings.map(({ id, fix }) => `${id} ${fix.version ?? fix.state}`)
      .sort();
  const known = (store: AdvisoryStore, pkg: Package): readonly string[] =>
    candidateSource(store)
      .of(pkg, () => true)
      .candidates.flatMap(({ id, statements }) => statements.map(({ state }) => `${id} ${state}`))
      .sort();

  it.skipIf(noPrograms !== undefined)(titled("Grype's: withdrawn, rejected, 0, bulletins", noPrograms), async () => {
    const store = await madeBy('grypedb', 'grype');
    expect(resultOf(store, PILLOW)).toEqual(['CVE-2023-4863 10.0.1']);
    expect(resultOf(store, OPENSSL)).toEqual(['CVE-2023-0002 not-fixed']);
    expect(known(store, OPENSSL)).toEqual(['CVE-2023-0001 not-affected', 'CVE-2023-0002 open']);
    const wolfi = installed('apk', 'Wolfi', 'openssl', '3.0.8-r0');
    expect(resultOf(store, wolfi)).toEqual(['CVE-2023-0005 3.1.0-r1']);
    expect(known(store, wolfi)).toEqual(['CVE-2023-0004 not-affected', 'CVE-2023-0005 fixed']);
    const stream = (label: string, version: string): Package => ({
      ...installed('rpm', 'Red Hat:8', 'nodejs', version),
      properties: { modularity: `${label}:8060020220523160029:ad008a3a` },
    });
    expect(resultOf(store, stream('nodejs:16', '1:16.19.0-1.module+el8'))).toEqual([
      'CVE-2023-0006 1:16.20.1-1.module+el8',
    ]);
    expect(resultOf(store, stream('nodejs:18', '1:16.19.0-1.module+el8'))).toEqual([]);
    expect(resultOf(store, installed('rpm', 'AlmaLinux:8', 'bash', '4.4.20-3.el8'))).toEqual([
      'CVE-2021-20095 4.4.20-4.el8',
      'CVE-2021-42771 4.4.20-4.el8',
    ]);
    expect(resultOf(store, installed('rpm', 'AlmaLinux:8', 'bash', '4.4.20-4.el8'))).toEqual([]);
    // CVE-2023-5129 and CVE-2023-0003 were rejected by NVD.
    expect(resultOf(store, installed('generic', 'CPE', 'openssl', '3.0.7'))).toEqual([
      'CVE-2023-0286 3.0.8',
      'CVE-2023-4863 3.0.8',
    ]);
    store.close();
  });

  it.skipIf(noPrograms !== undefined)(titled("Trivy's: withdrawn, rejected, not affected, 0", noPrograms), async () => {
    const store = await madeBy('trivydb', 'trivy', 'debian', 'ghsa', 'alpine', 'nvd');
    expect(resultOf(store, PILLOW)).toEqual(['CVE-2023-4863 10.0.1']);
    expect(resultOf(store, OPENSSL)).toEqual(['CVE-2023-0002 not-fixed']);
    const alpine = installed('apk', 'Alpine:v3.18', 'openssl', '3.0.8-r0');
    expect(resultOf(store, alpine)).toEqual(['CVE-2023-0005 3.1.0-r1']);
    expect(known(store, alpine)).toEqual(['CVE-2023-0004 not-affected', 'CVE-2023-0005 fixed']);
    store.close();
  });
});
