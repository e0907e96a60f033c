// append-layer.mjs LAYOUT TAR CREATED_BY: puts one more gzip layer on the only image of an OCI layout, byte for byte the
// given tar. Build tools write no layer with markers of our choosing, so this one is written by hand.
// https://github.com/opencontainers/image-spec/blob/main/image-layout.md
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const [layout, tar, createdBy] = process.argv.slice(2);
const blob = (digest) => join(layout, 'blobs', ...digest.split(':'));
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

function store(bytes, mediaType) {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  writeFileSync(blob(digest), bytes);
  return { mediaType, digest, size: bytes.length };
}

const index = readJson(join(layout, 'index.json'));
const manifest = readJson(blob(index.manifests[0].digest));
const config = readJson(blob(manifest.config.digest));
const layer = readFileSync(tar);

config.rootfs.diff_ids.push(`sha256:${createHash('sha256').update(layer).digest('hex')}`);
config.history.push({ created: '2024-01-01T00:00:00Z', created_by: createdBy });
manifest.config = store(Buffer.from(JSON.stringify(config)), manifest.config.mediaType);
manifest.layers.push(store(gzipSync(layer), 'application/vnd.oci.image.layer.v1.tar+gzip'));
index.manifests[0] = {
  ...index.manifests[0],
  ...store(Buffer.from(JSON.stringify(manifest)), index.manifests[0].mediaType),
};
writeFileSync(join(layout, 'index.json'), JSON.stringify(index));
