// pack-image.mjs OUT NAME LAYER.tar...: one image in three forms: OUT/NAME.docker.tar (as `docker save` writes it), OUT/NAME.oci (gzip
// layers), OUT/NAME.oci-zstd; PACK_FORMS names those that are wanted. OUT/NAME.oci-plain (layers as they are, which are moved there) comes only when it
// is named. By hand: no engine, no root, and each byte is written once. Needs gzip or pigz, and zstd.
// https://github.com/opencontainers/image-spec/blob/main/image-layout.md
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { padding, tarHeader } from './tar-header.mjs';

const [out, name, ...layers] = process.argv.slice(2);
const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/** Shows a file piece by piece. */
function pieces(path, take) {
  const file = openSync(path, 'r');
  const memory = Buffer.alloc(1 << 20);
  for (let got = readSync(file, memory); got > 0; got = readSync(file, memory)) take(memory.subarray(0, got));
  closeSync(file);
}

function digestOf(path) {
  const hash = createHash('sha256');
  pieces(path, (bytes) => hash.update(bytes));
  return `sha256:${hash.digest('hex')}`;
}

const digestOfBytes = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const diffIds = layers.map(digestOf);
const config = Buffer.from(
  JSON.stringify({
    created: '2023-06-01T00:00:00Z',
    architecture: 'amd64',
    os: 'linux',
    config: { Env: ['PATH=/usr/local/bin:/usr/bin:/bin'], Cmd: ['python3'] },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: layers.map((layer) => ({
      created: '2023-06-01T00:00:00Z',
      created_by: `ADD ${layer.split('/').at(-1)} /`,
    })),
  }),
);

function docker() {
  const file = openSync(join(out, `${name}.docker.tar`), 'w');
  const document = (path, bytes) => {
    for (const part of [tarHeader(path, bytes.length), bytes, padding(bytes.length)]) writeSync(file, part);
  };
  for (const [at, layer] of layers.entries()) {
    const { size } = statSync(layer);
    writeSync(file, tarHeader(`layer-${at}.tar`, size));
    pieces(layer, (bytes) => writeSync(file, bytes));
    writeSync(file, padding(size));
  }
  document('config.json', config);
  const Layers = layers.map((_, at) => `layer-${at}.tar`);
  document(
    'manifest.json',
    Buffer.from(JSON.stringify([{ Config: 'config.json', RepoTags: [`bench-${name}:latest`], Layers }])),
  );
  writeSync(file, Buffer.alloc(1024));
  closeSync(file);
}

function layout(form, program, args, mediaType) {
  const folder = join(out, `${name}.${form}`);
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const store = (bytes, type) => {
    const digest = digestOfBytes(bytes);
    writeFileSync(join(blobs, digest.slice(7)), bytes);
    return { mediaType: type, digest, size: bytes.length };
  };
  const packed = layers.map((layer, at) => {
    if (program === undefined) {
      const { size } = statSync(layer);
      renameSync(layer, join(blobs, diffIds[at].slice(7)));
      return { mediaType, digest: diffIds[at], size };
    }
    const part = join(folder, 'part');
    const target = openSync(part, 'w');
    const { status } = spawnSync(program, [...args, layer], { stdio: ['ignore', target, 'inherit'] });
    closeSync(target);
    if (status !== 0) throw new Error(`${program} could not pack ${layer}`);
    const digest = digestOf(part);
    const { size } = statSync(part);
    renameSync(part, join(blobs, digest.slice(7)));
    return { mediaType, digest, size };
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: store(config, 'application/vnd.oci.image.config.v1+json'),
      layers: packed,
    }),
  );
  const descriptor = store(manifest, 'application/vnd.oci.image.manifest.v1+json');
  const index = {
    schemaVersion: 2,
    manifests: [{ ...descriptor, annotations: { 'org.opencontainers.image.ref.name': 'latest' } }],
  };
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

const wanted = (process.env.PACK_FORMS ?? 'docker.tar oci oci-zstd').split(' ');
for (const form of ['docker.tar', 'oci', 'oci-zstd', 'oci-plain'])
  rmSync(join(out, `${name}.${form}`), { recursive: true, force: true });
if (wanted.includes('docker.tar')) docker();
const media = 'application/vnd.oci.image.layer.v1.tar';
if (wanted.includes('oci')) layout('oci', has('pigz') ? 'pigz' : 'gzip', ['-6', '-n', '-c'], `${media}+gzip`);
if (wanted.includes('oci-zstd') && has('zstd')) layout('oci-zstd', 'zstd', ['-3', '-q', '-c'], `${media}+zstd`);
if (wanted.includes('oci-plain')) layout('oci-plain', undefined, [], media);
