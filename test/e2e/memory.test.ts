import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { end, header, member, zstdRle } from '../corpora/hostile-tar.ts';
import { plimsoll, scratch } from './machine.ts';

/** Memory is measured where it counts: in a process of its own, as the kernel tells it. */

const work = scratch();
afterAll(() => work.remove());

const LIMIT = 250e6;
const FILES = 500_000;
const OCI = 'application/vnd.oci.image';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const STATUS = 'Package: proof\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n\n';
const OS = 'ID=debian\nVERSION_ID="11"\n';

/** A layer of half a million small files in twenty thousand folders, as conda and node_modules have them. */
function manyFiles(path: string): void {
  const file = openSync(path, 'w');
  try {
    writeSync(file, member({ name: 'etc/os-release' }, OS));
    writeSync(file, member({ name: 'var/lib/dpkg/status' }, STATUS));
    let pieces: Buffer[] = [];
    for (let at = 0; at < FILES; at += 1) {
      const folder = Math.floor(at / 25);
      const name = `opt/env/lib/python3.11/site-packages/package_${folder % 700}/module_${folder}/file_${at}.py`;
      pieces.push(member({ name }, 'x = 1\n'));
      if (pieces.length < 5_000) continue;
      writeSync(file, Buffer.concat(pieces));
      pieces = [];
    }
    writeSync(file, Buffer.concat([...pieces, end]));
  } finally {
    closeSync(file);
  }
}

/** An OCI layout of these stored layers, with the diffIDs given. */
function layout(
  name: string,
  layers: readonly { readonly blob: Buffer; readonly diffID: string; readonly type: string }[],
): string {
  const path = join(work.path, name);
  mkdirSync(join(path, 'blobs/sha256'), { recursive: true });
  const store = (bytes: Buffer, mediaType: string) => {
    const hex = sha256(bytes);
    writeFileSync(join(path, 'blobs/sha256', hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const diff_ids = layers.map(({ diffID }) => `sha256:${diffID}`);
  const config = { os: 'linux', architecture: 'amd64', config: {}, rootfs: { type: 'layers', diff_ids }, history: [] };
  const manifest = {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: store(Buffer.from(JSON.stringify(config)), `${OCI}.config.v1+json`),
    layers: layers.map(({ blob, type }) => store(blob, `${OCI}.layer.v1.${type}`)),
  };
  const manifests = [store(Buffer.from(JSON.stringify(manifest)), manifest.mediaType)];
  writeFileSync(join(path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(join(path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return `oci:${path}`;
}

async function inventory(reference: string, code: number) {
  const home = join(work.path, `home-${Math.random().toString(36).slice(2)}`);
  mkdirSync(home);
  const done = await plimsoll(['inventory', reference, '-f', 'json'], { home });
  expect(done.code, done.stderr).toBe(code);
  expect(done.memory).toBeDefined();
  return done;
}

describe('peak memory', () => {
  const tar = join(work.path, 'layer.tar');

  it('is below 250 MB for half a million files, sought and streamed', async () => {
    manyFiles(tar);
    const bytes = readFileSync(tar);
    const diffID = sha256(bytes);
    const plain = layout('plain', [{ blob: bytes, diffID, type: 'tar' }]);
    const packed = layout('packed', [{ blob: gzipSync(bytes, { level: 1 }), diffID, type: 'tar+gzip' }]);
    expect(statSync(tar).size).toBeGreaterThan(FILES * 1_024);
    for (const reference of [plain, packed]) {
      const done = await inventory(reference, 0);
      expect(done.stdout).toContain('proof');
      expect([reference, done.memory! < LIMIT, done.memory]).toEqual([reference, true, done.memory]);
    }
  });

  it('is below 250 MB for a warm scan of the same', async () => {
    const home = join(work.path, 'warm');
    mkdirSync(home);
    const args = ['inventory', `oci:${join(work.path, 'packed')}`, '-f', 'json'];
    await plimsoll(args, { home });
    const done = await plimsoll(args, { home });
    expect(done.code, done.stderr).toBe(0);
    expect(done.memory).toBeLessThan(LIMIT);
  });

  it('is below 250 MB for bombs, whose end is one line and 3', async () => {
    const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const big = header({ name: 'var/lib/dpkg/status', size: 8 * 1024 ** 3 - 1 });
    const gzip = Buffer.concat([gzipSync(big), ...Array.from({ length: 128 }, () => zeros)]);
    const zstd = zstdRle(200_000, 0);
    for (const [name, blob, type] of [
      ['gzip-bomb', gzip, 'tar+gzip'],
      ['zstd-bomb', zstd, 'tar+zstd'],
    ] as const) {
      const done = await inventory(layout(name, [{ blob, diffID: '0'.repeat(64), type }]), 3);
      expect(done.stderr).toMatch(/bomb/);
      expect(done.stderr.trim().split('\n')).toHaveLength(1);
      expect(done.memory).toBeLessThan(LIMIT);
    }
  });

  it('is below 250 MB for a body of 125 MB that an analyzer asked for', async () => {
    const blob = gzipSync(
      Buffer.concat([
        member({ name: 'etc/os-release' }, OS),
        member({ name: 'var/lib/dpkg/status' }, Buffer.alloc(125_000_000, STATUS)),
        end,
      ]),
      { level: 1 },
    );
    const done = await inventory(layout('large-body', [{ blob, diffID: '0'.repeat(64), type: 'tar+gzip' }]), 0);
    expect(done.memory).toBeLessThan(LIMIT);
  });

  // What it is given is what it can do with: of memory that is free V8 takes more than it needs.
  it.each([
    ['200,000 modules, each of which imports the next', 200_000, 1],
    ['2,000 modules, each of which imports all', 2_000, 2_000],
  ])('allows a heap of 115 MB to follow %s', async (_, count, imports) => {
    const pieces = [
      member({ name: 'etc/os-release' }, OS),
      member({ name: 'usr/bin/python3.11' }, readFileSync(process.execPath).subarray(0, 64)),
      member({ name: 'usr/lib/python3.11/os.py' }, ''),
      member({ name: 'usr/lib/python3.11/site.py' }, ''),
    ];
    for (let at = 0; at < count; at += 1) {
      const others = Array.from({ length: imports }, (_, next) => `import m${(at + 1 + next) % count}\n`);
      pieces.push(member({ name: `srv/m${at}.py` }, others.join('')));
    }
    const blob = Buffer.concat([...pieces, end]);
    const reference = layout(`modules-${count}`, [{ blob, diffID: sha256(blob), type: 'tar' }]);
    const home = join(work.path, `home-${count}`);
    mkdirSync(home);
    const done = await plimsoll(['exposure', reference, '--no-cache', '--command', 'python3.11 /srv/m0.py'], {
      home,
      env: { NODE_OPTIONS: '--max-old-space-size=115' },
    });
    expect(done.stdout, done.stderr.slice(-500)).toContain(`${(count + 3).toLocaleString('en')} files loaded`);
  });

  it('is below 250 MB for thirty thousand Python packages', async () => {
    const names = Array.from({ length: 30_000 }, (_, at) => `madeup${at}`);
    const blob = Buffer.concat([
      member({ name: 'etc/os-release' }, OS),
      ...names.map((name) =>
        member(
          { name: `usr/lib/python3.11/site-packages/${name}-1.0.dist-info/METADATA` },
          `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
        ),
      ),
      end,
    ]);
    const done = await inventory(layout('packages', [{ blob, diffID: sha256(blob), type: 'tar' }]), 0);
    expect(JSON.parse(done.stdout).packages).toHaveLength(names.length);
    expect(done.memory).toBeLessThan(LIMIT);
  });
});
