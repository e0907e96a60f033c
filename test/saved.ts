import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ImageBlobs } from '../src/sources/files/memory.ts';
import { tar } from './image.ts';

/** A `docker save` archive as Docker up to 24 writes it: one folder for each layer, manifest.json at the end. */
export function dockerArchive({ config, layers }: ImageBlobs, repoTags: readonly string[] = ['my-model:1']): Buffer {
  const names = layers.map((_, index) => `${index}`.repeat(64).slice(0, 64));
  const id = config.digest.slice('sha256:'.length);
  const manifest = [{ Config: `${id}.json`, RepoTags: repoTags, Layers: names.map((name) => `${name}/layer.tar`) }];
  return tar([
    ...layers.map(({ tar: bytes }, index): [string, Buffer] => [`${names[index]}/layer.tar`, bytes]),
    [`${id}.json`, config.bytes],
    ['manifest.json', JSON.stringify(manifest)],
  ]);
}

/** The files of an OCI image layout. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
export function ociFiles({ config, layers, manifest }: ImageBlobs, tag = 'latest'): [string, string | Buffer][] {
  const blob = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: manifest.mediaType,
        digest: manifest.digest,
        size: manifest.bytes.length,
        annotations: { 'org.opencontainers.image.ref.name': tag },
      },
    ],
  };
  const blobs = new Map([manifest, config, ...layers].map(({ digest, bytes }) => [blob(digest), bytes]));
  return [['oci-layout', '{"imageLayoutVersion":"1.0.0"}'], ['index.json', JSON.stringify(index)], ...blobs];
}

/** Writes such files below a folder. */
export function writeFiles(folder: string, files: readonly (readonly [string, string | Buffer])[]): string {
  for (const [name, content] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
