import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMlImages, buildTorchImage, WHEELS } from '../../scripts/build-ml-images.ts';
import type { Package } from '../../src/model.ts';
import { lasting, plimsoll, root, scratch, titled } from './machine.ts';

/** A real ML image: wheels of 2023 as pip installs them, a conda environment from a published list, a Python of nobody's. */

const inventories = join(root, '..', 'shared', 'inventories');
const lists = safely(() => readdirSync(inventories).filter((name) => name.endsWith('v0.0.1-gpu.conda.txt'))) ?? [];
const list = lists[0] === undefined ? undefined : join(inventories, lists[0]);
const cache = join(process.env.E2E_CACHE ?? lasting, 'plimsoll-ml');
const started = performance.now();
const built = buildMlImages(cache, list);
const torch = buildTorchImage(cache);
const seconds = (performance.now() - started) / 1_000;
const reason = 'reason' in built ? built.reason : undefined;
const noTorch = 'reason' in torch ? torch.reason : undefined;
const noList = reason ?? (list === undefined ? 'no conda list beside the checkout (../shared/inventories)' : undefined);

interface Document {
  readonly os: { readonly id: string };
  readonly files: number;
  readonly packages: readonly Package[];
  readonly unknowns: readonly unknown[];
}

function safely<Value>(action: () => Value): Value | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

const pin = (name: string, version: string): string => `${name.toLowerCase().replace(/[-_.]+/g, '-')}==${version}`;

describe(titled('an ML image of 2023', reason), () => {
  const place = scratch();
  let document: Document;
  let memory: number | undefined;

  beforeAll(async () => {
    if ('reason' in built) return;
    const outcome = await plimsoll(['inventory', `archive:${built.archive}`, '-f', 'json', '--no-cache'], {
      home: place.path,
    });
    if (outcome.code !== 0) throw new Error(outcome.stderr);
    document = JSON.parse(outcome.stdout) as Document;
    memory = outcome.memory;
  });
  afterAll(() => place.remove());

  const named = (type: string, name: string): Package[] =>
    document.packages.filter((pkg) => pkg.type === type && pkg.name === name);
  const versions = (type: string, name: string): string[] =>
    named(type, name)
      .map(({ version }) => version)
      .sort();

  it.skipIf(reason !== undefined)('was built of the wheels themselves, with all their files', () => {
    if ('reason' in built) return;
    const size = statSync(built.archive).size;
    const origin = built.fresh ? `built in ${seconds.toFixed(0)} s` : 'built before';
    console.info(
      `${built.archive}: ${origin}, ${size} bytes, ${document.files} files, ${document.packages.length} packages`,
    );
    expect(size).toBeGreaterThan(400_000_000);
    expect(document.files).toBeGreaterThan(8_000);
    const installed = new Set(
      document.packages
        .filter(({ type, role }) => type === 'pypi' && role === undefined)
        .map((pkg) => pin(pkg.name, pkg.version)),
    );
    expect(WHEELS.filter((wheel) => !installed.has(pin(...(wheel.split('==') as [string, string]))))).toEqual([]);
  });

  it.skipIf(reason !== undefined)('every wheel is there, each with its METADATA', () => {
    for (const [name, version] of [
      ['numpy', '1.24.2'],
      ['opencv-python-headless', '4.7.0.72'],
      ['Pillow', '9.4.0'],
      ['setuptools', '58.1.0'],
    ] as const) {
      const [pkg] = named('pypi', name).filter((pkg) => pkg.version === version);
      expect(pkg?.evidence[0]?.path).toContain('.dist-info/METADATA');
    }
  });

  it.skipIf(reason !== undefined)(
    'so are the native libraries inside of them, with the wheel that brought each',
    () => {
      const bundled = document.packages.filter(({ type, role }) => type === 'generic' && role === 'vendored');
      const said = bundled.map((pkg) => `${pkg.name} ${pkg.version} ${pkg.certainty}`);
      expect(said).toEqual(
        expect.arrayContaining([
          'libwebp 1.2.4 content',
          'freetype 2.12.1 content',
          'libjpeg-turbo 2.1.4 content',
          'libtiff 4.5.0 content',
          'openssl 1.1.1r content',
          'openssl 1.1.1s content',
          'openssl 3.0.7 content',
          'openssl 3.0.8 content',
          'ffmpeg 5.1.2 content',
          'hdf5 1.12.2 content',
          'openblas 0.3.21 content',
          'libxml2 2.9.14 content',
          'protobuf 3.21.8 content',
          'krb5 1.15.1 content',
          'zeromq 4.3.4 content',
        ]),
      );
      expect(bundled.find(({ name }) => name === 'libwebp')?.properties?.bundledIn).toBe('Pillow');
    },
  );

  it.skipIf(reason !== undefined)('Python itself is known by its content, and what pip carries along is marked', () => {
    expect(versions('generic', 'python')).toHaveLength(1);
    expect(named('pypi', 'urllib3').map(({ version, role }) => [version, role])).toContainEqual(['1.26.8', 'vendored']);
  });

  it.skipIf(noList !== undefined)(titled('every package of the conda list, with build and channel', noList), () => {
    if ('reason' in built) return;
    const conda = document.packages.filter(({ type }) => type === 'conda');
    const key = (entry: { name: string; version: string }): string => `${entry.name} ${entry.version}`;
    expect(conda.map(key).sort()).toEqual(built.conda.map(key).sort());
    expect(conda.find(({ name }) => name === 'openssl')?.properties).toMatchObject({
      channel: 'conda-forge',
      prefix: '/opt/conda',
    });
  });

  it.skipIf(reason !== undefined)(
    'nothing was unreadable, and memory stays small whatever the size of a library',
    () => {
      expect(document.unknowns).toEqual([]);
      expect(document.os.id).toBe('debian');
      if (memory !== undefined) expect(memory).toBeLessThan(400 * 1024 * 1024);
    },
  );
});

describe(titled('PyTorch without CUDA, for 64-bit ARM', noTorch), () => {
  const place = scratch();
  afterAll(() => place.remove());

  it.skipIf(noTorch !== undefined)('is read with the libraries that it was linked with', async () => {
    if ('reason' in torch) return;
    const target = `archive:${torch.archive}`;
    const outcome = await plimsoll(['inventory', target, '-f', 'json', '--no-cache'], { home: place.path });
    expect(outcome.code, outcome.stderr).toBe(0);
    const { packages, unknowns, files } = JSON.parse(outcome.stdout) as Document;
    console.info(
      `${torch.archive}: ${statSync(torch.archive).size} bytes, ${files} files, ${packages.length} packages`,
    );
    expect(
      packages
        .filter(({ type, role }) => type === 'pypi' && role === undefined)
        .map((pkg) => pin(pkg.name, pkg.version))
        .sort(),
    ).toEqual(['networkx==3.0', 'numpy==1.24.2', 'sympy==1.11.1', 'torch==2.0.0']);
    const places = packages.flatMap(({ name, evidence }) =>
      evidence.map(({ path }) => `${name} ${path.split('/').slice(-2).join('/')}`),
    );
    expect(packages.find(({ name }) => name === 'arm-compute-library')).toMatchObject({
      version: '22.11',
      role: 'vendored',
      certainty: 'content',
      properties: { bundledIn: 'torch' },
    });
    expect(places).toContainEqual(expect.stringMatching(/^gcc torch\.libs\/libgomp-/));
    expect(places).toContainEqual(expect.stringMatching(/^openblas numpy\.libs\/libopenblas64_p-r0-/));
    expect(unknowns).toEqual([]);
  });
});
