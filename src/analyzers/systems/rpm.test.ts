import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { ndbOf, rpmSqliteOf } from '../../../test/rpm-databases.ts';
import { rpmHeaderBlobs } from '../../formats/databases/rpm-database.ts';
import { rpmDatabase, rpmManifest } from './rpm.ts';

const bdb = gunzipSync(readFileSync(new URL('../../formats/fixtures/rpm-packages-le.bdb.gz', import.meta.url)));
const blobs = [...rpmHeaderBlobs(bdb)];

describe('rpm', () => {
  it.each([
    ['var/lib/rpm/Packages', bdb],
    ['usr/lib/sysimage/rpm/Packages.db', ndbOf(blobs)],
    ['var/lib/rpm/rpmdb.sqlite', rpmSqliteOf(blobs)],
  ])('%s lists packages with epoch, source and module', (path, bytes) => {
    const actual = facts(rpmDatabase, path, bytes);
    const packages = actual.filter(({ kind }) => kind === undefined);
    expect(packages).toHaveLength(4);
    expect(packages).toContainEqual({
      type: 'rpm',
      name: 'openssl-libs',
      version: '1:3.0.7-6.el9_2',
      architecture: 'x86_64',
      source: { name: 'openssl-libs', version: '1:3.0.7-6.el9_2' },
      maintainer: 'Red Hat, Inc.',
      licenses: ['ASL 2.0'],
    });
    expect(packages).toContainEqual(expect.objectContaining({ name: 'bash', version: '5.1.8-6.el9_1' }));
    expect(packages).toContainEqual(
      expect.objectContaining({ name: 'nodejs', properties: { modularity: 'nodejs:18:9020020230718:rhel9' } }),
    );
    const owned = actual.find((fact) => fact.kind === 'owns' && fact.name === 'cuda-cudart-11-8');
    expect(owned).toMatchObject({
      paths: expect.stringContaining('\nusr/lib/cuda-cudart-11-8/a-file-with-a-long-name-1.js'),
    });
  });

  it('says what a package requires as rpm -q --requires does, less the files, sonames and features of rpm', () => {
    // Built by rpmbuild and installed by rpm 4.18.
    const header = gunzipSync(readFileSync(new URL('../../formats/fixtures/rpm-header-requires.gz', import.meta.url)));
    expect(facts(rpmDatabase, 'var/lib/rpm/rpmdb.sqlite', rpmSqliteOf([header]))).toMatchObject([
      {
        name: 'openssl',
        version: '1:3.0.7-6.el9_2',
        requires: [
          'bash > 4',
          'ca-certificates >= 2008-5',
          'coreutils',
          'crypto-policies < 20300101',
          'libxml2 <= 2.9.13',
          'openssl-libs(x86-64) = 1:3.0.7-6.el9_2',
          'python(abi) = 3.9',
        ],
      },
    ]);
  });

  it('an empty database has no packages; something else in its place is an Unknown', () => {
    expect(facts(rpmDatabase, 'var/lib/rpm/Packages', '')).toEqual([]);
    expect(facts(rpmDatabase, 'var/lib/rpm/Packages', 'not a database at all, but a text')).toEqual([
      { kind: 'unknown', reason: 'neither Berkeley DB, ndb nor SQLite' },
    ]);
  });

  it('Azure Linux without rpm lists its packages in a text', () => {
    const manifest =
      'openssl-libs\t1.1.1k-26.cm2\t1683913600\t1683742230\tMicrosoft Corporation\t(none)\t3794244\tx86_64\t0\topenssl-1.1.1k-26.cm2.src.rpm\n' +
      'filesystem\t1.1-14.cm2\t1683913600\t1680025112\tMicrosoft Corporation\t(none)\t7596\tx86_64\t2\tfilesystem-1.1-14.cm2.src.rpm\n';
    expect(facts(rpmManifest, 'var/lib/rpmmanifest/container-manifest-2', manifest)).toMatchObject([
      {
        name: 'openssl-libs',
        version: '1.1.1k-26.cm2',
        source: { name: 'openssl', version: '1.1.1k-26.cm2' },
        architecture: 'x86_64',
      },
      { name: 'filesystem', version: '2:1.1-14.cm2' },
    ]);
  });
});
