import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobs, layer, removed, symlink, tar } from '../../test/image.ts';
import { packedByPython } from '../../test/packed.ts';
import { startRegistry } from '../../test/registry.ts';
import { dockerArchive, ociFiles, writeFiles } from '../../test/saved.ts';
import type { PlimsollError } from '../errors.ts';
import { takeInventory } from '../inventory/take.ts';
import { silent } from '../progress.ts';
import { sha256 } from './files/memory.ts';
import { openImage } from './open.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-open-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SITE = 'usr/local/lib/python3.9/site-packages';
const python = layer({
  'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
  [`${SITE}/six-1.16.0.dist-info/METADATA`]: 'Name: six\nVersion: 1.16.0\n',
  [`${SITE}/old-1.dist-info/METADATA`]: 'Name: old\nVersion: 1\n',
}).by('RUN pip install six');
const cleaned = layer({ [`${SITE}/old-1.dist-info`]: removed }).by('RUN pip uninstall old');

const open = (target: string) => openImage(target, { environment: { HOME: folder }, progress: silent });
async function packages(target: string): Promise<unknown> {
  const image = await open(target);
  try {
    const { inventory } = await takeInventory(image);
    return inventory.packages.map(({ name, evidence }) => [name, evidence[0]?.instruction ?? image.subject.source]);
  } finally {
    await image.close();
  }
}
/** The packages of an image that lacks a layer, and what is said of that. */
async function foreignTold(target: string): Promise<unknown> {
  const { inventory } = await takeInventory(await open(target));
  return [inventory.packages.map(({ name }) => name), inventory.unknowns.map(({ reason }) => reason)];
}
const TOLD = [expect.stringMatching(/could not be had.*foreign layer.*https:\/\/publisher\.example\/layer.*layer 2/)];
const file = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

describe('opening an image', () => {
  const expected = [['six', 'RUN pip install six']];

  it('gives the same from a docker archive, an OCI layout and its tar, compressed or not', async () => {
    const plain = blobs(python, cleaned);
    const gzipped = blobs(python.gzipped(), cleaned.gzipped());
    const archive = dockerArchive(plain);
    const forms = [
      file('saved.tar', archive),
      file('saved.tar.gz', gzipSync(archive)),
      writeFiles(join(folder, 'layout'), ociFiles(gzipped)),
      file('oci.tar', tar(ociFiles(gzipped))),
      file('oci-plain.tar', tar(ociFiles(plain))),
      file('oci.tgz', gzipSync(tar(ociFiles(gzipped)))),
    ];
    for (const form of forms) expect([form, await packages(form)]).toEqual([form, expected]);
  });

  it('gives the same from archives and layers packed by xz or bzip2, as docker load and Podman take them', async (test) => {
    const plain = blobs(python, cleaned);
    for (const by of ['lzma.compress(d)', 'bz2.compress(d)']) {
      const packed = (bytes: Buffer): Buffer => packedByPython(by, bytes) ?? test.skip('no python3 here');
      const layers = plain.layers.map((layer) => ({ ...layer, tar: packed(layer.tar) }));
      for (const form of [
        file('saved.tar.x', packed(dockerArchive(plain))),
        file('oci.tar.x', packed(tar(ociFiles(plain)))),
        file('layers.tar', dockerArchive({ ...plain, layers })),
      ])
        expect([by, form, await packages(form)]).toEqual([by, form, expected]);
    }
    const cut = packedByPython('lzma.compress(d)', dockerArchive(plain))!.subarray(0, 300);
    await expect(open(file('cut.tar.xz', cut))).rejects.toMatchObject({
      code: 'corrupt',
      message: 'the xz stream is damaged: it ends too early',
    });
  });

  it('says of what names no platform that --platform was not looked at, and refuses another platform', async () => {
    const platform = { os: 'linux', architecture: 'arm64' };
    const opened = (target: string) => openImage(target, { environment: { HOME: folder }, progress: silent, platform });
    const bill = file('bom.json', Buffer.from('{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}'));
    const { notices = [], close } = await opened(`sbom:${bill}`);
    await close();
    expect(notices.map(({ code, message }) => `${code}: ${message}`).slice(1)).toEqual([
      'platform-ignored: --platform linux/arm64 was not looked at: a bill of materials names no platform',
    ]);
    await expect(opened(file('saved.tar', dockerArchive(blobs(python))))).rejects.toMatchObject({ code: 'platform' });
  });

  it('a report of ours is told as such, and not as a bill of materials', async () => {
    const said: string[] = [];
    const path = file(
      'r.json',
      Buffer.from('{"schemaVersion":1,"tool":{"name":"plimsoll"},"subject":{"reference":"m:1"}}'),
    );
    const progress = { ...silent, say: (text: string) => void said.push(text) };
    await expect(openImage(path, { environment: { HOME: folder }, progress })).rejects.toMatchObject({
      message: 'this is a report of plimsoll, of m:1, and no image',
    });
    expect(said).toEqual([]);
  });

  it('takes a folder for a root file system', async () => {
    const root = writeFiles(join(folder, 'root'), [
      [`${SITE}/six-1.16.0.dist-info/METADATA`, 'Name: six\nVersion: 1.16.0\n'],
    ]);
    expect(await packages(root)).toEqual([['six', 'dir']]);
    expect(await packages(`dir:${root}`)).toEqual([['six', 'dir']]);
  });

  it('finds one image among several by its tag, and lists them when none is named', async () => {
    const path = file('two.tar', dockerArchive(blobs(python), ['model:1', 'model:latest']));
    expect(await packages(`${path}:latest`)).toHaveLength(2);
    await expect(open(`${path}:nothing`)).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('model:latest'),
    });
  });

  it('follows the links that old archives have between layers', async () => {
    const { config, layers } = blobs(python, python);
    const [first] = layers;
    if (!first) throw new Error('no layer');
    const bytes = tar([
      ['a/layer.tar', first.tar],
      ['b/layer.tar', symlink('../a/layer.tar')],
      ['c.json', config.bytes],
      ['manifest.json', JSON.stringify([{ Config: 'c.json', RepoTags: null, Layers: ['a/layer.tar', 'b/layer.tar'] }])],
    ]);
    expect(await packages(file('links.tar', bytes))).toHaveLength(2);
    expect(await packages(file('links.tar.gz', gzipSync(bytes)))).toHaveLength(2);
  });

  it('does not leave an OCI layout through a link', async () => {
    const layout = writeFiles(join(folder, 'layout'), ociFiles(blobs(python)));
    const digest = blobs(python).config.digest.slice('sha256:'.length);
    rmSync(join(layout, 'blobs/sha256', digest));
    symlinkSync('/etc/passwd', join(layout, 'blobs/sha256', digest));
    await expect(open(layout)).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining('missing') });
  });

  it('of an OCI layout that lacks a part says which part', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const manifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json', size: 1, digest };
    const platforms = ['amd64', 'arm64'].map((architecture) => ({
      ...manifest,
      platform: { os: 'linux', architecture },
    }));
    const indexed = writeFiles(join(folder, 'indexed'), [
      ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
      ['index.json', JSON.stringify({ schemaVersion: 2, manifests: platforms })],
    ]);
    await expect(
      openImage(`oci:${indexed}`, {
        environment: { HOME: folder },
        progress: silent,
        platform: { os: 'linux', architecture: 'arm64' },
      }),
    ).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining(`the index names ${digest}`) });

    // Tools that save images leave foreign layers out.
    const image = blobs(python, cleaned);
    const described = JSON.parse(image.manifest.bytes.toString());
    described.layers[1] = {
      ...described.layers[1],
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      digest,
      urls: ['https://publisher.example/layer'],
    };
    const bytes = Buffer.from(JSON.stringify(described));
    const named = { ...manifest, digest: sha256(bytes), size: bytes.length };
    const foreign = writeFiles(join(folder, 'foreign'), [
      ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
      ['index.json', JSON.stringify({ schemaVersion: 2, manifests: [named] })],
      ...[image.config, image.layers[0]!, { digest: named.digest, bytes }].map(
        (blob) => [`blobs/sha256/${blob.digest.slice(7)}`, blob.bytes] as const,
      ),
    ]);
    expect(await foreignTold(`oci:${foreign}`)).toEqual([['old', 'six'], TOLD]);
  });

  it.each([
    ['application/vnd.oci.image.layer.v1.tar+gzip+encrypted', 'the layer is encrypted'],
    ['application/vnd.oci.image.layer.v1.tar+xz', 'the layer is no file system but'],
  ])(
    'of an OCI layout with a layer that nobody can read (%s) reads the others, and says so',
    async (mediaType, why) => {
      const image = blobs(python, cleaned);
      const described = JSON.parse(image.manifest.bytes.toString());
      described.layers[1] = { ...described.layers[1], mediaType };
      const bytes = Buffer.from(JSON.stringify(described));
      const named = { mediaType: image.manifest.mediaType, digest: sha256(bytes), size: bytes.length };
      const closed = writeFiles(join(folder, why), [
        ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
        ['index.json', JSON.stringify({ schemaVersion: 2, manifests: [named] })],
        ...[image.config, ...image.layers, { digest: named.digest, bytes }].map(
          (blob) => [`blobs/sha256/${blob.digest.slice(7)}`, blob.bytes] as const,
        ),
      ]);
      expect(await foreignTold(`oci:${closed}`)).toEqual([
        ['old', 'six'],
        [expect.stringMatching(`this layer could not be read.*${why}.*layer 2`)],
      ]);
    },
  );

  it('of a docker archive without its foreign layer reads the others, and says which is missing and where it is', async () => {
    const { config, layers } = blobs(python, cleaned);
    const [first, second] = JSON.parse(config.bytes.toString()).rootfs.diff_ids as string[];
    const saved = (source: unknown, at = second, packed = false) => {
      const named = [{ Config: 'c.json', Layers: ['a/layer.tar', 'b/layer.tar'], LayerSources: { [at!]: source } }];
      const all = [
        ['a/layer.tar', layers[0]!.tar],
        ['c.json', config.bytes],
        ['manifest.json', JSON.stringify(named)],
      ] as const;
      return packed ? file('foreign.tar.gz', gzipSync(tar(all))) : file('foreign.tar', tar(all));
    };
    const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    expect(await foreignTold(saved({ mediaType, urls: ['https://publisher.example/layer'] }))).toEqual([
      ['old', 'six'],
      TOLD,
    ]);
    // Nothing can be sought in an archive that is compressed as a whole; the answer is the same.
    expect(await foreignTold(saved({ mediaType, urls: ['https://publisher.example/layer'] }, second, true))).toEqual([
      ['old', 'six'],
      TOLD,
    ]);
    // One that nobody else keeps is damage, also where another layer is foreign.
    const ordinary = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
    const damages = [[{ mediaType: ordinary }], [null], [{ mediaType }, first]] as const;
    for (const damaged of damages.flatMap(([source, at]) => [() => saved(source, at), () => saved(source, at, true)]))
      await expect(packages(damaged())).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringContaining('b/layer.tar'),
      });
  });

  it('that is nowhere says of each place that was asked why it has none', async () => {
    const registry = await startRegistry();
    try {
      const name = `${registry.host}/team/nowhere:v1`;
      const environment = { HOME: folder, DOCKER_HOST: `unix://${folder}/no.sock` };
      const error = await openImage(name, { environment, progress: silent }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'not-found', where: expect.stringContaining('team/nowhere') });
      const { hint } = error as PlimsollError;
      expect(hint).toContain(`also tried: path ${name}: not there`);
      expect(hint).toMatch(/engine unix:\/\/\S+\/no\.sock: \w/);
    } finally {
      await registry.close();
    }
  });

  it('takes one file that is no image, a model or a notebook, for a folder with nothing else in it', async () => {
    file('secret.env', Buffer.from('not looked at'));
    const paths = async (target: string) => {
      const image = await open(target);
      const { inventory } = await takeInventory(image);
      await image.close();
      return inventory.risks.map(({ rule, evidence }) => `${rule} ${evidence.path}`);
    };
    // protocol 0: posix.system('id')
    const pickle = Buffer.from("cposix\nsystem\n(S'id'\ntR.");
    const model = file('model.pkl', pickle);
    const told = [expect.stringContaining('model.pkl')];
    expect(await paths(model)).toEqual(told);
    expect(await paths(`dir:${model}`)).toEqual(told);
    expect(await paths(file('model.joblib.gz', gzipSync(pickle)))).toEqual([
      expect.stringContaining('model.joblib.gz'),
    ]);
  });

  it.each([
    ['sbom:FOLDER', 'unsupported', 'this is no file'],
    ['sbom:FOLDER/none', 'not-found', 'there is no such file'],
  ])('%s is told for what it is', async (target, code, message) => {
    await expect(open(target.replace('FOLDER', folder))).rejects.toMatchObject({ code, message });
  });

  it('says what is not there, what is no image, and what is damaged', async () => {
    const archive = dockerArchive(blobs(python));
    const outcomes = [
      ['./missing.tar', 'not-found', 'no such file'],
      [file('text.tar', Buffer.from('hello '.repeat(200))), 'corrupt', 'no image archive'],
      [file('other.tar', tar({ readme: 'x' })), 'corrupt', 'neither manifest.json nor index.json'],
      [file('cut.tar', archive.subarray(0, archive.length / 2)), 'corrupt', 'too early'],
      [file('cut.tar.gz', gzipSync(archive).subarray(0, 300)), 'corrupt', 'gzip'],
      [`dir:${file('a-file', archive)}`, 'not-found', 'no folder'],
      [`oci:${writeFiles(join(folder, 'plain'), [['x', 'y']])}`, 'corrupt', 'no OCI layout'],
    ] as const;
    for (const [target, code, words] of outcomes) {
      await expect(open(target), target).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    }
  });
});
