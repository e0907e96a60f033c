import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { rpmSqliteOf } from '../../test/rpm-databases.ts';
import { rpmHeaderBlobs } from '../formats/databases/rpm-database.ts';
import { rpmHeader } from '../formats/databases/rpm-header.ts';
import { takeInventory } from '../inventory/take.ts';

/** Headers as rpm wrote them: openssl-libs, bash, nodejs and cuda-cudart-11-8, the last with a list of its files. */
const bdb = gunzipSync(readFileSync(new URL('../formats/fixtures/rpm-packages-le.bdb.gz', import.meta.url)));
const headers = [...rpmHeaderBlobs(bdb)].map((blob) => Buffer.from(blob));
const of = (...names: readonly string[]): Buffer =>
  rpmSqliteOf(headers.filter((header) => names.includes(rpmHeader(header).name)));
const CUDA = 'usr/lib/cuda-cudart-11-8/a-file-with-a-long-name-1.js';
const system = { 'etc/os-release': 'ID=rhel\nVERSION_ID="9.2"\nNAME="Red Hat Enterprise Linux"\n' };
const FORMER = 'var/lib/rpm/rpmdb.sqlite';
const MOVED = 'usr/lib/sysimage/rpm/rpmdb.sqlite';

async function listed(files: Readonly<Record<string, string | Buffer>>): Promise<readonly string[]> {
  const { inventory } = await takeInventory(image(layer({ ...system, ...files })));
  return inventory.packages
    .filter(({ type }) => type === 'rpm')
    .map(({ name, certainty, recovered }) => [name, certainty ?? 'exact', recovered ?? 'listed'].join(' '))
    .sort();
}

describe('a database that rpm has moved away from', () => {
  const former = of('openssl-libs', 'bash', 'nodejs', 'cuda-cudart-11-8');

  it('proves, and less surely, only what has files there that no package in use lists', async () => {
    const files = { [FORMER]: former, [MOVED]: of('bash'), [CUDA]: 'x' };
    expect(await listed(files)).toEqual(['bash exact listed', 'cuda-cudart-11-8 content trace']);
    expect(await listed({ [FORMER]: former, [MOVED]: of('bash') })).toEqual(['bash exact listed']);
  });

  it('proves nothing more of what the one in use lists', async () => {
    expect(await listed({ [FORMER]: former, [MOVED]: of('cuda-cudart-11-8'), [CUDA]: 'x' })).toEqual([
      'cuda-cudart-11-8 exact listed',
    ]);
  });

  it('is the one in use where nothing is in the other place, or something else is', async () => {
    const all = [
      'bash exact listed',
      'cuda-cudart-11-8 exact listed',
      'nodejs exact listed',
      'openssl-libs exact listed',
    ];
    expect(await listed({ [FORMER]: former })).toEqual(all);
    expect(await listed({ [MOVED]: former })).toEqual(all);
    const planted = {
      'usr/lib/sysimage/rpm/x-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: x\nVersion: 1.0\n',
    };
    expect(await listed({ [FORMER]: former, ...planted })).toEqual(all);
  });
});
