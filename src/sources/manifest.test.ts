import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { digestOf } from './digest.ts';
import { closedLayer, layerInfos, MANIFEST_TYPES, parseImageConfig, parseManifest } from './manifest.ts';

const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const digest = (text: string): string => digestOf(Buffer.from(text));

/** The facts of python:3.9.16 as a registry gives them, with fewer layers. */
const layers = [
  { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: 55_031_198, digest: digest('base') },
  { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: 6_290_112, digest: digest('python') },
];
const manifest = {
  schemaVersion: 2,
  mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
  config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: 7_543, digest: digest('config') },
  layers,
};
const config = {
  architecture: 'amd64',
  os: 'linux',
  created: '2023-05-03T23:04:37.811467943Z',
  config: {
    User: '',
    Env: ['PATH=/usr/local/bin:/usr/local/sbin', 'PYTHON_VERSION=3.9.16', 5],
    Cmd: ['python3'],
    Entrypoint: null,
    Labels: null,
    Healthcheck: { Test: ['CMD', 'true'], Interval: 30, Retries: 'x' },
    OnBuild: 'RUN true',
  },
  rootfs: { type: 'layers', diff_ids: [digest('base tar'), digest('python tar')] },
  history: [
    { created: '2023-05-02T23:46:53.3Z', created_by: '/bin/sh -c #(nop) ADD file:cbaa4a5cf7bfe2b in / ' },
    { created_by: '/bin/sh -c #(nop)  CMD ["bash"]', empty_layer: true },
    { created_by: 'RUN /bin/sh -c set -eux; make install # buildkit', comment: 'buildkit.dockerfile.v0' },
  ],
};

it('reads a Docker schema 2 manifest and an OCI one that does not say what it is', () => {
  expect(parseManifest(bytes(manifest), 'python')).toEqual({
    kind: 'manifest',
    mediaType: manifest.mediaType,
    config: manifest.config,
    layers,
  });
  const { mediaType, ...bare } = manifest;
  expect(parseManifest(bytes({ ...bare, annotations: { a: 'b', c: 1 } }), 'python')).toMatchObject({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    annotations: { a: 'b' },
  });
});

it('reads an index with platforms', () => {
  const entry = (architecture: string, variant?: string) => ({
    mediaType: MANIFEST_TYPES[2],
    digest: digest(architecture),
    size: 1,
    platform: { os: 'linux', architecture, variant },
  });
  const index = parseManifest(bytes({ schemaVersion: 2, manifests: [entry('amd64'), entry('arm', 'v7')] }), 'x');
  expect(index).toMatchObject({
    kind: 'index',
    manifests: [{ platform: { architecture: 'amd64' } }, { platform: { variant: 'v7' } }],
  });
});

it('takes embedded data only when it is what digest and size say', () => {
  const content = Buffer.from('{}');
  const embedded = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf(content),
    size: 2,
    data: content.toString('base64'),
  };
  expect(parseManifest(bytes({ ...manifest, config: embedded }), 'x')).toMatchObject({ config: { data: content } });
  expect(() => parseManifest(bytes({ ...manifest, config: { ...embedded, size: 3 } }), 'x')).toThrow(
    'embedded content has 2 bytes',
  );
  const other = { ...embedded, data: Buffer.from('[]').toString('base64') };
  expect(() => parseManifest(bytes({ ...manifest, config: other }), 'x')).toThrow(
    expect.objectContaining({ code: 'digest-mismatch' }),
  );
});

it.each([
  ['no JSON', 'not json', 'corrupt', 'not JSON'],
  ['a list', [], 'corrupt', 'not a JSON object'],
  ['neither', { schemaVersion: 2 }, 'corrupt', 'neither a manifest nor an index'],
  ['both', { ...manifest, manifests: [] }, 'corrupt', 'at once'],
  ['an index that calls itself an image', { mediaType: MANIFEST_TYPES[3], manifests: [] }, 'corrupt', 'is none'],
  ['schema 1', { schemaVersion: 1, fsLayers: [] }, 'unsupported', 'schema 1'],
  ['no layers', { config: manifest.config }, 'corrupt', 'no layers'],
  ['no config', { layers }, 'corrupt', 'descriptor is missing'],
  ['a layer without size', { ...manifest, layers: [{ ...layers[0], size: -1 }] }, 'corrupt', 'no size'],
  [
    'a digest that climbs',
    { ...manifest, layers: [{ ...layers[0], digest: 'sha256:../../etc' }] },
    'corrupt',
    'digest is malformed',
  ],
  [
    'a short digest',
    { ...manifest, layers: [{ ...layers[0], digest: 'sha256:abc' }] },
    'corrupt',
    'digest is malformed',
  ],
  ['an unknown algorithm', { ...manifest, layers: [{ ...layers[0], digest: 'blake3:abc' }] }, 'unsupported', 'blake3'],
  [
    'a Helm chart',
    { ...manifest, config: { ...manifest.config, mediaType: 'application/vnd.cncf.helm.config.v1+json' } },
    'unsupported',
    'not a container image but application/vnd.cncf.helm.config.v1+json',
  ],
  ['endless layers', { ...manifest, layers: Array(LIMITS.layers + 1).fill(layers[0]) }, 'limit', 'layers'],
])('refuses %s', (_, value, code, message) => {
  expect(() => parseManifest(bytes(value), 'here')).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

it.each([
  ['application/vnd.oci.image.layer.v1.tar+gzip+encrypted', 'the layer is encrypted'],
  ['application/vnd.in-toto+json', 'the layer is no file system but application/vnd.in-toto+json'],
  ['application/vnd.oci.image.layer.v1.tar+xz', 'no file system but application/vnd.oci.image.layer.v1.tar+xz'],
  ['', 'no file system but nameless'],
])('names a layer of %s as one that nobody can read, and the image is opened', (mediaType, message) => {
  expect(parseManifest(bytes({ ...manifest, layers: [layers[0], { ...layers[1], mediaType }] }), 'x').kind).toBe(
    'manifest',
  );
  expect(closedLayer({ mediaType }, 'here')).toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining(message),
  });
});

it('accepts every media type of a layer that exists for images', () => {
  for (const mediaType of [
    'application/vnd.oci.image.layer.v1.tar',
    'application/vnd.oci.image.layer.v1.tar+gzip',
    'application/vnd.oci.image.layer.v1.tar+zstd',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    'application/vnd.docker.image.rootfs.diff.tar',
    'application/vnd.docker.image.rootfs.diff.tar.zstd',
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  ]) {
    expect(closedLayer({ mediaType }, 'x')).toBeUndefined();
  }
});

it('reads an image configuration and leaves out what is of the wrong type', () => {
  const image = parseImageConfig(bytes(config), 'python');
  expect(image.platform).toEqual({ os: 'linux', architecture: 'amd64' });
  expect(image.run).toEqual({
    Env: ['PATH=/usr/local/bin:/usr/local/sbin', 'PYTHON_VERSION=3.9.16'],
    Cmd: ['python3'],
    OnBuild: ['RUN true'],
    Healthcheck: { Test: ['CMD', 'true'], Interval: 30 },
  });
  expect(image.history[1]).toEqual({ createdBy: '/bin/sh -c #(nop)  CMD ["bash"]', emptyLayer: true });
});

it('lays the history onto the layers that are not empty', () => {
  const image = parseImageConfig(bytes(config), 'python');
  expect(layerInfos(image, undefined, 'python').map((layer) => layer.instruction)).toEqual([
    '/bin/sh -c #(nop) ADD file:cbaa4a5cf7bfe2b in / ',
    'RUN /bin/sh -c set -eux; make install # buildkit',
  ]);
  const parsed = parseManifest(bytes(manifest), 'python');
  if (parsed.kind === 'index') throw new Error('not an index');
  expect(layerInfos(image, parsed.layers, 'python')[1]).toEqual({
    index: 1,
    diffID: digest('python tar'),
    digest: digest('python'),
    mediaType: layers[1]!.mediaType,
    size: 6_290_112,
    instruction: 'RUN /bin/sh -c set -eux; make install # buildkit',
  });
});

it('blames no instruction where the history does not fit the layers', () => {
  const short = parseImageConfig(bytes({ ...config, history: config.history.slice(1) }), 'x');
  expect(layerInfos(short, undefined, 'x').map((layer) => layer.instruction)).toEqual([undefined, undefined]);
  const none = parseImageConfig(bytes({ ...config, history: null }), 'x');
  expect(layerInfos(none, undefined, 'x')).toHaveLength(2);
});

it('refuses a manifest and a configuration that disagree on the number of layers', () => {
  const image = parseImageConfig(bytes(config), 'x');
  expect(() => layerInfos(image, [], 'x')).toThrow('the manifest has 0 layers, the configuration 2');
});

it.each([
  ['an empty object', {}, 'corrupt'],
  ['diffIDs that are none', { rootfs: { diff_ids: ['sha256:0'] } }, 'corrupt'],
  ['endless diffIDs', { rootfs: { diff_ids: Array(LIMITS.layers + 1).fill(digest('x')) } }, 'limit'],
  ['ten megabytes', `{"a":"${'x'.repeat(LIMITS.configBytes)}"}`, 'limit'],
])('refuses a configuration that is %s', (_, value, code) => {
  expect(() => parseImageConfig(bytes(value), 'x')).toThrow(expect.objectContaining({ code }));
});

it('lets no key change a prototype', () => {
  const hostile = `{"config":{"Labels":{"__proto__":"x","\\u005f_proto__":"y","a":"b"}},"rootfs":{"diff_ids":[]}}`;
  const labels = parseImageConfig(bytes(hostile), 'x').run.Labels ?? {};
  expect(Object.keys(labels)).toEqual(['a']);
});

it('answers any JSON with a value or with one of our errors', () => {
  const descriptor = fc.record({
    mediaType: fc.anything(),
    digest: fc.oneof(fc.anything(), fc.constant(digest('x'))),
    size: fc.oneof(fc.anything(), fc.nat()),
  });
  const document = fc.record(
    {
      schemaVersion: fc.anything(),
      mediaType: fc.anything(),
      config: fc.oneof(fc.anything(), descriptor),
      layers: fc.oneof(fc.anything(), fc.array(descriptor)),
      manifests: fc.anything(),
      rootfs: fc.anything(),
      history: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const isOurs = (run: () => unknown): boolean => {
    try {
      run();
      return true;
    } catch (error) {
      return error instanceof PlimsollError;
    }
  };
  fc.assert(
    fc.property(document, (value) => {
      const text = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? Number(part) : part)) ?? 'null';
      return isOurs(() => parseManifest(bytes(text), 'x')) && isOurs(() => parseImageConfig(bytes(text), 'x'));
    }),
  );
});
