import '../property-seed.ts';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { analyzers } from '../../src/analyzers/index.ts';
import { takeInventory } from '../../src/inventory/take.ts';
import { type LayerCache, noCache } from '../../src/layers/cache.ts';
import { readImage } from '../../src/layers/read-image.ts';
import { silent } from '../../src/progress.ts';
import { type Blob, type ImageBlobs, sha256 } from '../../src/sources/files/memory.ts';
import { openImage } from '../../src/sources/open.ts';
import { zstdRaw } from '../corpora/hostile-tar.ts';
import { elf } from '../elf.ts';
import { startEngine } from '../engine.ts';
import { blobs, hardlink, layer, removed, symlink, type TarEntries, type TarEntry } from '../image.ts';
import { startRegistry } from '../registry.ts';
import { rpmSqliteOf } from '../rpm-databases.ts';
import { dockerArchive, ociFiles, writeFiles } from '../saved.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { zip } from '../zip.ts';

/*
 * One image, one answer: whether it comes as an archive in which files can be sought, as layers that pass by packed, from a registry or
 * from an engine, and whatever was read of it before in another form. Files are read at different times in each: what only files that
 * nobody owns can prove is put off where that is cheaper.
 */

const cleanups: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const library = (version: string, bytes = 0): Buffer =>
  elf({
    parts: [{ content: Buffer.from(`\0 deflate ${version} Copyright 1995-2017 Jean-loup Gailly and Mark Adler \0`) }],
    rest: Buffer.alloc(bytes),
  });
/** More than passes by before bodies are put off in layers that come as a stream. */
const LARGE = library('1.2.1', 9 * 1024 * 1024);
const key = (last: string): string => `[default]\naws_access_key_id = AKIAQ3EGRIKXT5LWZ2D${last}\n`;
const jar = (artifact: string): Buffer =>
  zip({ [`META-INF/maven/org.x/${artifact}/pom.properties`]: `groupId=org.x\nartifactId=${artifact}\nversion=1.0\n` });
const outer = (): Buffer => zip({ 'BOOT-INF/lib/inner.jar': jar('inner') }, { stored: true });

/** What is planted in a folder; `last` tells its secrets from those of others. */
const planted = (folder: string, last: string): [string, TarEntry | string | Buffer][] => [
  [`${folder}/credentials.json`, key(last)],
  [`${folder}/model.pkl`, "cos\nsystem\n(S'id'\ntR."],
  [`${folder}/app.jar`, outer()],
  [`${folder}/libz.so.1`, library('1.2.11')],
  [`${folder}/broken.so`, library('1.2.8').subarray(0, 200)],
  [`${folder}/again.so.1`, hardlink(`${folder}/libz.so.1`)],
  [`${folder}/package.json`, '{"name":"left-pad","version":"1.3.0"}'],
];
const FOLDERS = { 'usr/lib/owned': 'A', 'usr/lib/mine': 'B', 'opt/mine': 'C' } as const;
const owned = (folder: string): string[] => planted(folder, 'A').map(([path]) => path);
const DOCUMENT = 'usr/share/doc/zlib1g/changelog.Debian.gz';
const changelog = gzipSync('zlib (1:1.2.11.dfsg-2) unstable; urgency=medium\n\n  * x\n');

/** The package databases of distributions: the paths that are owned, and where the list is that can be taken away. */
const DISTRIBUTIONS: Record<
  string,
  (paths: readonly string[]) => { files: [string, string | Buffer][]; list: string }
> = {
  dpkg: (paths) => ({
    files: [
      ['etc/os-release', 'ID=debian\nVERSION_ID="11"\n'],
      ['var/lib/dpkg/info/a.list', paths.map((path) => `/${path}\n`).join('')],
      ['var/lib/dpkg/status', 'Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n'],
    ],
    list: 'var/lib/dpkg/info/a.list',
  }),
  apk: (paths) => ({
    files: [
      ['etc/os-release', 'ID=alpine\nVERSION_ID=3.18.4\n'],
      [
        'lib/apk/db/installed',
        `P:a\nV:1-r0\nA:x86_64\n${paths.map((path) => `F:${dirname(path)}\nR:${path.slice(dirname(path).length + 1)}\n`).join('')}\n`,
      ],
    ],
    list: 'lib/apk/db/installed',
  }),
  rpm: (paths) => ({
    files: [
      ['etc/os-release', 'ID="rocky"\nVERSION_ID="9.3"\n'],
      ['var/lib/rpm/rpmdb.sqlite', rpmSqliteOf([rpmHeader(paths)])],
    ],
    list: 'var/lib/rpm/rpmdb.sqlite',
  }),
};

/** https://rpm-software-management.github.io/rpm/manual/format_header.html, without the magic, as databases keep it. */
function rpmHeader(paths: readonly string[]): Buffer {
  const text = (...values: string[]): Buffer => Buffer.from(values.map((value) => `${value}\0`).join(''));
  const numbers = Buffer.alloc(paths.length * 4);
  for (const at of paths.keys()) numbers.writeUInt32BE(at, at * 4);
  const items: [tag: number, type: number, count: number, body: Buffer][] = [
    [1116, 4, paths.length, numbers],
    [1000, 6, 1, text('a')],
    [1001, 6, 1, text('1')],
    [1002, 6, 1, text('1.el9')],
    [1022, 6, 1, text('x86_64')],
    [1117, 8, paths.length, text(...paths.map((path) => path.slice(dirname(path).length + 1)))],
    [1118, 8, paths.length, text(...paths.map((path) => `/${dirname(path)}/`))],
  ];
  const index = Buffer.alloc(8 + items.length * 16);
  index.writeUInt32BE(items.length, 0);
  index.writeUInt32BE(
    items.reduce((sum, [, , , body]) => sum + body.length, 0),
    4,
  );
  let offset = 0;
  items.forEach(([tag, type, count, body], at) => {
    for (const [word, value] of [tag, type, offset, count].entries())
      index.writeUInt32BE(value, 8 + at * 16 + word * 4);
    offset += body.length;
  });
  return Buffer.concat([index, ...items.map(([, , , body]) => body)]);
}

/** The lowest layer: a distribution, and what lies in its folders. Some is written through a link of the same layer. */
function base(distribution: string): TarEntries {
  const paths = [...owned('usr/lib/owned'), 'usr/lib/a.so'];
  const { files } = DISTRIBUTIONS[distribution]!(paths);
  const [release, ...rest] = files;
  return [
    release!,
    ['usr/lib/a.so', LARGE],
    ['usr/lib64', symlink('lib')],
    ['usr/lib64/through/libz.so.1', library('1.2.12')],
    ['usr/lib64/through/credentials.json', key('F')],
    [DOCUMENT, changelog],
    ...Object.entries(FOLDERS).flatMap(([folder, last]) => planted(folder, last)),
    ...rest,
  ];
}

/** The same image with its layers packed in another way. */
function repacked(image: ImageBlobs, packed: (tar: Buffer) => Buffer, ending: string): ImageBlobs {
  const layers = image.layers.map((layer) => {
    const bytes = packed(layer.tar);
    return { ...layer, bytes, digest: sha256(bytes), mediaType: `application/vnd.oci.image.layer.v1.tar${ending}` };
  });
  const descriptor = ({ mediaType, digest, bytes }: Blob) => ({ mediaType, digest, size: bytes.length });
  const { layers: _, ...document } = JSON.parse(image.manifest.bytes.toString('utf8')) as Record<string, unknown>;
  const bytes = Buffer.from(JSON.stringify({ ...document, layers: layers.map(descriptor) }));
  return { ...image, layers, manifest: { ...image.manifest, bytes, digest: sha256(bytes) } };
}

function zstdFrames(bytes: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 1 << 17) frames.push(zstdRaw(bytes.subarray(at, at + (1 << 17))));
  return Buffer.concat(frames);
}
const gzip = (image: ImageBlobs): ImageBlobs => repacked(image, (tar) => gzipSync(tar, { level: 1 }), '+gzip');

type Open = (image: ImageBlobs) => Promise<{ target: string; environment?: NodeJS.ProcessEnv; insecure?: true }>;
const layout = (image: ImageBlobs): string => writeFiles(temporaryFolder(), ociFiles(image));
const FORMS: Record<string, Open> = {
  'a docker archive': async (image) => {
    const path = join(temporaryFolder(), 'image.tar');
    writeFileSync(path, dockerArchive(image));
    return { target: path };
  },
  'an OCI layout of plain layers': async (image) => ({ target: layout(image) }),
  'an OCI layout of gzip': async (image) => ({ target: layout(gzip(image)) }),
  'an OCI layout of zstd': async (image) => ({ target: layout(repacked(image, zstdFrames, '+zstd')) }),
  'an engine': async (image) => {
    const engine = await startEngine({ images: { 'app:1': image } });
    cleanups.push(engine.close);
    return { target: 'docker:app:1', environment: { DOCKER_HOST: engine.address } };
  },
  'a registry': async (image) => {
    const registry = await startRegistry();
    cleanups.push(registry.close);
    registry.push('app', '1', gzip(image));
    return { target: `registry:${registry.host}/app:1`, insecure: true };
  },
};

async function opened(form: string, image: ImageBlobs) {
  const { target, environment = {}, insecure } = await FORMS[form]!(image);
  return openImage(target, { environment, progress: silent, ...(insecure && { insecure }) });
}

/** What a report would say, without the digests that packing changes. */
async function answer(form: string, image: ImageBlobs, cache: LayerCache = noCache): Promise<string[]> {
  const source = await opened(form, image);
  try {
    const { inventory } = await takeInventory(source, { cache });
    const { packages, risks, unknowns } = inventory;
    return [...packages, ...risks, ...unknowns].map((pkg) =>
      JSON.stringify(pkg, (name, value) => (name === 'digest' ? undefined : value)),
    );
  } finally {
    await source.close();
  }
}

function memoryCache(): LayerCache {
  const kept = new Map<string, Parameters<LayerCache['put']>[1]>();
  return { ...noCache, get: (key) => kept.get(key), put: (key, index) => void kept.set(key, index) };
}

/** Where the secrets are that an answer tells. */
const secretsIn = (told: readonly string[]): string[] =>
  told.flatMap((line) => {
    const sample = JSON.parse(line) as { category?: string; evidence: { path: string; layer: number }; title: string };
    return sample.category === 'secret'
      ? [`${sample.evidence.path}${/later layer/.test(sample.title) ? ' below' : ''}`]
      : [];
  }).sort(); // biome-ignore format: short

const MINE = ['opt/mine', 'usr/lib/mine', 'usr/lib/through'].map((folder) => `${folder}/credentials.json`);

describe.each(Object.keys(DISTRIBUTIONS))('an image with packages of %s', (distribution) => {
  const low = layer(base(distribution));
  const gone = layer({
    'usr/lib/owned': removed,
    'usr/lib/mine': removed,
    'opt/mine': removed,
    'usr/lib/through': removed,
  });
  const { list } = DISTRIBUTIONS[distribution]!([]);
  // All of them once: what they differ in is not whose packages there are.
  const forms = distribution === 'dpkg' ? Object.keys(FORMS) : ['an OCI layout of gzip', 'an engine'];

  it('gives one answer in every form, hidden files included, and what packages own is no secret in any', async () => {
    for (const [image, secrets] of [
      [blobs(low), MINE],
      [blobs(low, gone), MINE.map((path) => `${path} below`)],
      // Without its list nothing is anybody's; but the files were, as long as they showed.
      [blobs(low, gone, layer({ [list]: removed })), MINE.map((path) => `${path} below`)],
      [blobs(low, layer({ [list]: removed })), [...MINE, 'usr/lib/owned/credentials.json'].sort()],
    ] as const) {
      const expected = await answer('a docker archive', image);
      expect(secretsIn(expected)).toEqual(secrets);
      for (const form of forms) expect([form, await answer(form, image)]).toEqual([form, expected]);
    }
  });

  it('gives it whatever form of its layers was read before', async () => {
    const plain = 'an OCI layout of plain layers';
    const image = blobs(low, layer({ [list]: removed }));
    const expected = await answer(plain, image);
    for (const [first, then] of [
      [plain, 'an OCI layout of gzip'],
      ['an OCI layout of gzip', plain],
    ] as const) {
      const cache = memoryCache();
      await answer(first, blobs(low), cache);
      expect(await answer(then, image, cache)).toEqual(expected);
    }
  });
});

it('gives one answer whatever upper layers hide, replace or link, and however many threads read', async () => {
  const names = planted('', '').map(([path]) => path.slice(1));
  const change = fc.tuple(
    fc.constantFrom(...Object.keys(FOLDERS)),
    fc.constantFrom(...names),
    fc.constantFrom<TarEntry | string>(removed, key('D'), symlink('/usr/lib/mine/libz.so.1')),
  );
  const upper = fc.array(change, { minLength: 1, maxLength: 5 });
  const low = layer(base('dpkg'));
  await fc.assert(
    fc.asyncProperty(fc.array(upper, { minLength: 1, maxLength: 3 }), async (layers) => {
      const image = blobs(
        low,
        ...layers.map((changes) =>
          layer(Object.fromEntries(changes.map(([folder, name, entry]) => [`${folder}/${name}`, entry]))),
        ),
      );
      const expected = await answer('a docker archive', image);
      for (const form of ['an OCI layout of gzip', 'an engine']) expect(await answer(form, image)).toEqual(expected);
      const facts = [];
      for (const threads of [1, 2, 8]) {
        const source = await opened('a docker archive', image);
        const read = await readImage(source, { analyzers, cache: noCache, progress: silent, threads });
        facts.push([read.facts, read.buried]);
        await source.close();
      }
      expect(facts[1]).toEqual(facts[0]);
      expect(facts[2]).toEqual(facts[0]);
    }),
    { numRuns: 3 },
  );
});

it('gives the answer of an unpacked folder too, where one layer is all', async () => {
  const entries = base('dpkg') as [string, TarEntry | string | Buffer][];
  const folder = temporaryFolder();
  for (const [path, entry] of entries) {
    if (path === 'usr/lib64') {
      mkdirSync(join(folder, 'usr/lib'), { recursive: true });
      symlinkSync('lib', join(folder, path));
    } else if (typeof entry === 'string' || Buffer.isBuffer(entry)) writeFiles(folder, [[path, entry]]);
  }
  const image = blobs(layer(entries.filter(([, entry]) => !(typeof entry === 'object' && 'hardlink' in entry))));
  const source = await openImage(`dir:${folder}`, { environment: {}, progress: silent });
  const { inventory } = await takeInventory(source);
  // Places are told in the order in which files come: a folder's is not that of an archive.
  const lines = ({ packages, risks }: Pick<typeof inventory, 'packages' | 'risks'>): string[] =>
    [
      ...packages.map(({ name, version, evidence }) => `${name} ${version} ${evidence.map(({ path }) => path).sort()}`),
      ...risks.map(({ rule, evidence }) => `${rule} ${evidence.path}`),
    ].sort();
  const archive = await opened('a docker archive', image);
  expect(lines(inventory)).toEqual(lines((await takeInventory(archive)).inventory));
});
