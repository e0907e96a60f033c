/**
 * Archives, layouts and directories made to break a scanner. Each is written below a fresh folder and given as a
 * reference; what must come of it is the error's line (exit code 3), or the packages that are still found.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { archive, base256, header, member } from './hostile-tar.ts';

export interface HostileImage {
  readonly name: string;
  /** Writes it below the folder and returns the reference. */
  readonly make: (folder: string) => string;
  readonly outcome: RegExp | readonly string[];
  /** Programs it needs (a fifo cannot be made otherwise). */
  readonly needs?: 'mkfifo';
}

const MiB = 1024 * 1024;
const OCI = 'application/vnd.oci.image';
const digest = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const hex = (bytes: Uint8Array): string => digest(bytes).slice(7);
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const LAYER = archive(
  member({ name: 'etc/os-release' }, 'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n'),
  member(
    { name: 'var/lib/dpkg/status' },
    'Package: proof\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n\n',
  ),
);

const config = (layers: readonly Buffer[], more: object = {}): Buffer =>
  json({
    os: 'linux',
    architecture: 'amd64',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map(digest) },
    history: layers.map(() => ({ created_by: 'ADD' })),
    ...more,
  });

function write(path: string, bytes: Uint8Array | string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

// --- docker archives ---

type Files = readonly (readonly [name: string, body: Buffer])[];

const CONFIG = config([LAYER]);
const MANIFEST = [{ Config: 'config.json', RepoTags: ['proof:1'], Layers: ['layer.tar'] }];

const dockerFiles = (manifest: unknown = MANIFEST, more: Files = []): Buffer =>
  archive(
    member({ name: 'manifest.json' }, json(manifest)),
    member({ name: 'config.json' }, CONFIG),
    member({ name: 'layer.tar' }, LAYER),
    ...more.map(([name, body]) => member({ name }, body)),
  );

const docker =
  (bytes: () => Buffer) =>
  (folder: string): string =>
    `archive:${write(join(folder, 'image.tar'), bytes())}`;

const manifestOf = (over: object): Buffer => dockerFiles([{ ...MANIFEST[0], ...over }]);

const ARCHIVES: readonly HostileImage[] = [
  { name: 'a good docker archive', make: docker(() => dockerFiles()), outcome: ['proof'] },
  { name: 'an archive that is not there', make: (folder) => `archive:${join(folder, 'none.tar')}`, outcome: /none\.tar/ },
  { name: 'a folder where an archive should be', make: (folder) => `archive:${folder}`, outcome: /./ },
  { name: 'no bytes', make: docker(() => Buffer.alloc(0)), outcome: /./ },
  { name: 'a text file', make: docker(() => Buffer.from('hello\n'.repeat(400))), outcome: /./ },
  { name: 'an archive cut short in the manifest', make: docker(() => dockerFiles().subarray(0, 560)), outcome: /too early|truncated|cut/ },
  { name: 'an archive cut short in the layer', make: docker(() => dockerFiles().subarray(0, 512 * 5)), outcome: /too early|truncated|cut/ },
  { name: 'an archive with a wrong checksum', make: docker(() => { const bytes = dockerFiles(); bytes[3]! ^= 1; return bytes; }), outcome: /no image archive/ },
  { name: 'an archive of something else', make: docker(() => archive(member({ name: 'README' }, 'hello'))), outcome: /./ },
  { name: 'a manifest that is no JSON', make: docker(() => archive(member({ name: 'manifest.json' }, '{"Config":'))), outcome: /manifest\.json|JSON/ },
  { name: 'a manifest that is a string', make: docker(() => dockerFiles('manifest')), outcome: /manifest/ },
  { name: 'a manifest that is null', make: docker(() => dockerFiles(null)), outcome: /manifest/ },
  { name: 'a manifest without images', make: docker(() => dockerFiles([])), outcome: /./ },
  { name: 'a manifest of nulls', make: docker(() => dockerFiles([null])), outcome: /manifest/ },
  { name: 'a manifest with numbers for layers', make: docker(() => manifestOf({ Layers: [1, {}, null] })), outcome: /./ },
  { name: 'a manifest with an object for layers', make: docker(() => manifestOf({ Layers: { length: 1e9 } })), outcome: /./ },
  { name: 'a manifest without a config', make: docker(() => manifestOf({ Config: undefined })), outcome: /./ },
  { name: 'a manifest that points out of the archive', make: docker(() => manifestOf({ Layers: ['../../../../../../etc/passwd'] })), outcome: /etc\/passwd/ },
  { name: 'a manifest that points to an absolute path', make: docker(() => manifestOf({ Layers: ['/etc/passwd'] })), outcome: /etc\/passwd/ },
  { name: 'a config that points out of the archive', make: docker(() => manifestOf({ Config: '/etc/passwd' })), outcome: /etc\/passwd/ },
  { name: 'a layer that is not in the archive', make: docker(() => manifestOf({ Layers: ['absent.tar'] })), outcome: /absent\.tar/ },
  { name: 'a layer name that writes to the terminal', make: docker(() => manifestOf({ Layers: ['\x1b[2J\x1b]0;owned\x07\n\r'] })), outcome: /./ },
  { name: 'a layer that is a link to a file of this machine', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, CONFIG), header({ name: 'layer.tar', type: '2', link: '/etc/passwd' }))), outcome: /./ },
  { name: 'layers that are links in a circle', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, CONFIG), header({ name: 'layer.tar', type: '2', link: 'other' }), header({ name: 'other', type: '2', link: 'layer.tar' }))), outcome: /./ },
  { name: 'a layer that is a link to another, as old engines write', make: docker(() => archive(member({ name: 'manifest.json' }, json([{ ...MANIFEST[0], Layers: ['b/layer.tar'] }])), member({ name: 'config.json' }, CONFIG), header({ name: 'b/layer.tar', type: '2', link: '../a/layer.tar' }), member({ name: 'a/layer.tar' }, LAYER))), outcome: ['proof'] },
  { name: 'a layer that is a directory', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, CONFIG), header({ name: 'layer.tar/', type: '5' }))), outcome: /./ },
  { name: 'two manifests: the last one counts, as when it is unpacked', make: docker(() => archive(member({ name: 'manifest.json' }, json([{ ...MANIFEST[0], Layers: ['absent.tar'] }])), member({ name: 'config.json' }, CONFIG), member({ name: 'layer.tar' }, LAYER), member({ name: 'manifest.json' }, json(MANIFEST)))), outcome: ['proof'] },
  { name: 'a manifest of 100 MB', make: docker(() => archive(member({ name: 'manifest.json' }, Buffer.concat([json(MANIFEST), Buffer.alloc(100 * MiB, ' ')])), member({ name: 'config.json' }, CONFIG), member({ name: 'layer.tar' }, LAYER))), outcome: /manifest/ },
  { name: 'a config that claims a terabyte', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'layer.tar' }, LAYER), header({ name: 'config.json', size: base256(1n << 40n) }))), outcome: /./ },
  { name: 'a config of a gigabyte that is there (in holes)', make: (folder) => { const path = write(join(folder, 'image.tar'), Buffer.concat([member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'layer.tar' }, LAYER), header({ name: 'config.json', size: 1024 * MiB })])); truncateSync(path, 1026 * MiB); return `archive:${path}`; }, outcome: /config/ },
  { name: 'a config of brackets', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, '['.repeat(5 * MiB)), member({ name: 'layer.tar' }, LAYER))), outcome: /config/ },
  { name: 'a config nested a million deep', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, `{"x":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`), member({ name: 'layer.tar' }, LAYER))), outcome: /./ },
  { name: 'a config with keys of object internals', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},${CONFIG.toString().slice(1)}`), member({ name: 'layer.tar' }, LAYER))), outcome: ['proof'] },
  { name: 'a config without diffIDs', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, json({ rootfs: {} })), member({ name: 'layer.tar' }, LAYER))), outcome: /diff|config|layers/ },
  { name: 'a config with more diffIDs than layers', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, config([LAYER, LAYER])), member({ name: 'layer.tar' }, LAYER))), outcome: /diff|config|layers/ },
  { name: 'a config of wrong types', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, json({ ...JSON.parse(CONFIG.toString()), history: 7, config: [], os: {}, architecture: 1, created: [] })), member({ name: 'layer.tar' }, LAYER))), outcome: ['proof'] },
  { name: 'a history of wrong types', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, json({ ...JSON.parse(CONFIG.toString()), history: [null, 1, { created_by: {} }, 'x'] })), member({ name: 'layer.tar' }, LAYER))), outcome: ['proof'] },
  { name: 'diffIDs that are paths', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, json({ ...JSON.parse(CONFIG.toString()), rootfs: { type: 'layers', diff_ids: ['../../../../tmp/x'] } })), member({ name: 'layer.tar' }, LAYER))), outcome: /diff|digest|config/ },
  { name: 'a hundred thousand layers', make: docker(() => manifestOf({ Layers: Array.from({ length: 100_000 }, () => 'layer.tar') })), outcome: /layers/ },
  // Bodies nobody wants are not read, so an uncompressed layer's digest is not known; its cached index is bound to the file.
  { name: 'a lying diffID', make: docker(() => archive(member({ name: 'manifest.json' }, json(MANIFEST)), member({ name: 'config.json' }, config([Buffer.from('something else')])), member({ name: 'layer.tar' }, LAYER))), outcome: ['proof'] },
  { name: 'a terabyte that is there (in holes) before the manifest', make: (folder) => { const path = write(join(folder, 'image.tar'), header({ name: 'junk', size: base256(1n << 40n) })); truncateSync(path, 2 ** 40 + 1024); return `archive:${path}`; }, outcome: /./ },
  { name: 'a whole archive in gzip', make: (folder) => `archive:${write(join(folder, 'image.tar.gz'), gzipSync(dockerFiles()))}`, outcome: ['proof'] },
];

// --- OCI layouts ---

interface LayoutParts {
  readonly layer?: Buffer;
  readonly config?: Buffer;
  readonly manifest?: (good: Record<string, unknown>) => unknown;
  readonly index?: (good: Record<string, unknown>) => unknown;
  readonly after?: (layout: string) => void;
}

const descriptor = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digest(bytes), size: bytes.length });

const layout =
  (parts: LayoutParts = {}) =>
  (folder: string): string => {
    const root = join(folder, 'layout');
    const layer = parts.layer ?? LAYER;
    const configBytes = parts.config ?? config([layer]);
    const good = {
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config: descriptor(`${OCI}.config.v1+json`, configBytes),
      layers: [descriptor(`${OCI}.layer.v1.tar`, layer)],
    };
    const manifest = json(parts.manifest ? parts.manifest(good) : good);
    const index = {
      schemaVersion: 2,
      manifests: [{ ...descriptor(`${OCI}.manifest.v1+json`, manifest), annotations: { 'org.opencontainers.image.ref.name': 'latest' } }],
    };
    write(join(root, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    write(join(root, 'index.json'), json(parts.index ? parts.index(index) : index));
    for (const blob of [layer, configBytes, manifest]) write(join(root, 'blobs/sha256', hex(blob)), blob);
    parts.after?.(root);
    return `oci:${root}`;
  };

const goodManifest = (): Buffer => {
  const good = { schemaVersion: 2, mediaType: `${OCI}.manifest.v1+json`, config: descriptor(`${OCI}.config.v1+json`, CONFIG), layers: [descriptor(`${OCI}.layer.v1.tar`, LAYER)] };
  return json(good);
};
const blobPath = (root: string, bytes: Buffer): string => join(root, 'blobs/sha256', hex(bytes));
const replaced = (bytes: Buffer, link: string) => (root: string): void => {
  execFileSync('rm', [blobPath(root, bytes)]);
  symlinkSync(link, blobPath(root, bytes));
};
const fifo = (path: string): void => {
  execFileSync('rm', ['-f', path]);
  execFileSync('mkfifo', [path]);
};

const LAYOUTS: readonly HostileImage[] = [
  { name: 'a good layout', make: layout(), outcome: ['proof'] },
  { name: 'a layout without an index', make: layout({ after: (root) => execFileSync('rm', [join(root, 'index.json')]) }), outcome: /index\.json/ },
  { name: 'an index that is no JSON', make: layout({ after: (root) => write(join(root, 'index.json'), '{') }), outcome: /index\.json|JSON/ },
  { name: 'an index of wrong types', make: layout({ index: () => ({ manifests: { 0: 'x' } }) }), outcome: /./ },
  { name: 'an index of nulls', make: layout({ index: () => ({ manifests: [null, 1, 'x'] }) }), outcome: /./ },
  { name: 'an empty index', make: layout({ index: () => ({ schemaVersion: 2, manifests: [] }) }), outcome: /./ },
  { name: 'an index of 100 MB', make: layout({ after: (root) => truncateSync(join(root, 'index.json'), 100 * MiB) }), outcome: /index|manifest/ },
  { name: 'an index that names itself', make: layout({ index: (good) => { const self = Buffer.from('{}'); return { ...good, manifests: [{ mediaType: `${OCI}.index.v1+json`, digest: digest(self), size: 2 }] }; }, after: (root) => { const self = Buffer.from('{}'); write(join(root, 'blobs/sha256', hex(self)), json({ schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests: [{ mediaType: `${OCI}.index.v1+json`, digest: digest(self), size: 2 }] })); } }), outcome: /./ },
  { name: 'a digest that is a path', make: layout({ index: (good) => ({ ...good, manifests: [{ mediaType: `${OCI}.manifest.v1+json`, digest: 'sha256:../../../../../../etc/passwd', size: 10 }] }) }), outcome: /digest/ },
  { name: 'a digest algorithm that is a path', make: layout({ index: (good) => ({ ...good, manifests: [{ mediaType: `${OCI}.manifest.v1+json`, digest: `../../..:${'a'.repeat(64)}`, size: 10 }] }) }), outcome: /digest/ },
  { name: 'a digest that is a number', make: layout({ index: (good) => ({ ...good, manifests: [{ mediaType: `${OCI}.manifest.v1+json`, digest: 7, size: 10 }] }) }), outcome: /./ },
  { name: 'a layer digest that is a path', make: layout({ manifest: (good) => ({ ...good, layers: [{ mediaType: `${OCI}.layer.v1.tar`, digest: 'sha256:../../../index.json', size: 3 }] }) }), outcome: /digest/ },
  { name: 'a manifest that is not there', make: layout({ index: (good) => ({ ...good, manifests: [{ mediaType: `${OCI}.manifest.v1+json`, digest: `sha256:${'0'.repeat(64)}`, size: 10 }] }) }), outcome: /0000/ },
  { name: 'a manifest that does not match its digest', make: layout({ after: (root) => write(blobPath(root, goodManifest()), Buffer.concat([goodManifest(), Buffer.from(' ')])) }), outcome: /digest|match|size/ },
  { name: 'a config that does not match its digest', make: layout({ after: (root) => write(blobPath(root, CONFIG), Buffer.concat([CONFIG, Buffer.from(' ')])) }), outcome: /digest|match|size/ },
  { name: 'a layer that is not there', make: layout({ after: (root) => execFileSync('rm', [blobPath(root, LAYER)]) }), outcome: /./ },
  { name: 'a layer that is a link to a file of this machine', make: layout({ after: replaced(LAYER, '/etc/passwd') }), outcome: /./ },
  { name: 'a layer that is an endless device', make: layout({ after: replaced(LAYER, '/dev/zero') }), outcome: /./ },
  { name: 'a manifest that is an endless device', make: layout({ after: replaced(goodManifest(), '/dev/zero') }), outcome: /./ },
  { name: 'a layer that is a fifo', make: layout({ after: (root) => fifo(blobPath(root, LAYER)) }), outcome: /./, needs: 'mkfifo' },
  { name: 'a config that is a fifo', make: layout({ after: (root) => fifo(blobPath(root, CONFIG)) }), outcome: /./, needs: 'mkfifo' },
  { name: 'an index that is a fifo', make: layout({ after: (root) => fifo(join(root, 'index.json')) }), outcome: /./, needs: 'mkfifo' },
  { name: 'a layer that is a folder', make: layout({ after: (root) => { execFileSync('rm', [blobPath(root, LAYER)]); mkdirSync(blobPath(root, LAYER)); } }), outcome: /./ },
  { name: 'a foreign layer', make: layout({ manifest: (good) => ({ ...good, layers: [{ mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', digest: digest(Buffer.from('x')), size: 3, urls: ['http://127.0.0.1:1/x'] }] }) }), outcome: /./ },
  { name: 'a manifest of an artefact that is no image', make: layout({ manifest: (good) => ({ ...good, artifactType: 'application/vnd.example', config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digest(Buffer.from('{}')), size: 2 }, layers: [] }), after: (root) => write(join(root, 'blobs/sha256', hex(Buffer.from('{}'))), '{}') }), outcome: /./ },
  { name: 'an index of a hundred thousand manifests', make: layout({ index: (good) => ({ ...good, manifests: Array.from({ length: 100_000 }, (_, at) => ({ mediaType: `${OCI}.manifest.v1+json`, digest: `sha256:${String(at).padStart(64, '0')}`, size: 1 })) }) }), outcome: /./ },
  { name: 'a layer cut short', make: layout({ after: (root) => truncateSync(blobPath(root, LAYER), 700) }), outcome: /700/ },
  { name: 'an OCI layout in an archive, cut short', make: (folder) => `archive:${write(join(folder, 'oci.tar'), archive(member({ name: 'oci-layout' }, '{"imageLayoutVersion":"1.0.0"}'), member({ name: 'index.json' }, json({ schemaVersion: 2, manifests: [descriptor(`${OCI}.manifest.v1+json`, goodManifest())] })), member({ name: `blobs/sha256/${hex(goodManifest())}` }, goodManifest())))}`, outcome: /./ },
];

// --- root file systems ---

const STATUS = 'Package: proof\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n\n';
const root =
  (fill: (folder: string) => void) =>
  (folder: string): string => {
    const at = join(folder, 'root');
    mkdirSync(at);
    fill(at);
    return `dir:${at}`;
  };
const good = (at: string): void => {
  write(join(at, 'etc/os-release'), 'ID=debian\nVERSION_ID="11"\n');
  write(join(at, 'var/lib/dpkg/status'), STATUS);
};
const link = (path: string, target: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
};

const DIRECTORIES: readonly HostileImage[] = [
  { name: 'a good root', make: root(good), outcome: ['proof'] },
  { name: 'a root that is not there', make: (folder) => `dir:${join(folder, 'none')}`, outcome: /none/ },
  { name: 'one file in place of a root', make: (folder) => `dir:${write(join(folder, 'status'), STATUS)}`, outcome: ['proof'] },
  { name: 'a root that is an image archive', make: (folder) => `dir:${write(join(folder, 'file'), dockerFiles())}`, outcome: /image archive/ },
  { name: 'a package database that is a link to this machine', make: root((at) => link(join(at, 'var/lib/dpkg/status'), '/var/lib/dpkg/status')), outcome: [] },
  { name: 'a package folder that is a link to this machine', make: root((at) => link(join(at, 'var/lib/dpkg'), '/var/lib/dpkg')), outcome: [] },
  { name: 'a package folder that climbs out', make: root((at) => link(join(at, 'var/lib'), `${'../'.repeat(30)}var/lib`)), outcome: [] },
  { name: 'a package database that is an absolute link within the image', make: root((at) => { write(join(at, 'opt/s'), STATUS); link(join(at, 'var/lib/dpkg/status'), '/opt/s'); }), outcome: ['proof'] },
  { name: 'links in a circle', make: root((at) => { good(at); link(join(at, 'a'), 'b'); link(join(at, 'b'), 'a'); link(join(at, 'self'), '.'); link(join(at, 'up'), '..'); }), outcome: ['proof'] },
  { name: 'a package database that is a fifo', make: root((at) => { mkdirSync(join(at, 'var/lib/dpkg'), { recursive: true }); fifo(join(at, 'var/lib/dpkg/status')); }), outcome: [], needs: 'mkfifo' },
  { name: 'a package database that is a folder', make: root((at) => mkdirSync(join(at, 'var/lib/dpkg/status'), { recursive: true })), outcome: [] },
  { name: 'a package database of a terabyte (in holes)', make: root((at) => { truncateSync(write(join(at, 'var/lib/dpkg/status'), STATUS), 2 ** 40); }), outcome: [] },
  { name: 'an os-release of 10 MB', make: root((at) => { good(at); truncateSync(join(at, 'etc/os-release'), 10 * MiB); }), outcome: ['proof'] },
  { name: 'an os-release of 10 MB of text', make: root((at) => { good(at); write(join(at, 'etc/os-release'), `ID=debian\n${'X=y\n'.repeat(2_600_000)}`); }), outcome: ['proof'] },
  { name: 'an os-release of one line of 10 MB', make: root((at) => { good(at); write(join(at, 'etc/os-release'), `ID="${'x'.repeat(10 * MiB)}"`); }), outcome: ['proof'] },
  { name: 'file names that are not UTF-8', make: root((at) => { good(at); writeFileSync(Buffer.concat([Buffer.from(`${at}/x`), Buffer.from([0xff, 0xfe])]), 'x'); }), outcome: ['proof'] },
  { name: 'a tree 500 deep', make: root((at) => { good(at); mkdirSync(join(at, 'd/'.repeat(500)), { recursive: true }); }), outcome: ['proof'] },
];

export const HOSTILE_IMAGES: readonly HostileImage[] = [...ARCHIVES, ...LAYOUTS, ...DIRECTORIES];
