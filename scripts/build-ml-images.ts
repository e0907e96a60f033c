/**
 * Builds machine-learning images from real parts: wheels of early 2023 from PyPI, installed by pip; conda environments laid
 * out from explicit lists; a Python that no package owns. Nothing of it runs, and no container engine is needed: the image
 * is a saved archive (`docker load` takes it).
 *
 *     node scripts/build-ml-images.ts FOLDER [EXPLICIT-LIST]     (Node 22.18 or newer runs TypeScript as it is)
 *
 * The end-to-end suite calls `buildMlImages` itself.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

/** What data scientists installed in the spring of 2023, by the versions of that time. */
export const WHEELS: readonly string[] = [
  'numpy==1.24.2',
  'pandas==1.5.3',
  'scipy==1.10.1',
  'scikit-learn==1.2.1',
  'opencv-python-headless==4.7.0.72',
  'Pillow==9.4.0',
  'h5py==3.8.0',
  'lxml==4.9.2',
  'psycopg2-binary==2.9.5',
  'pyarrow==11.0.0',
  'pyzmq==25.0.0',
  'cryptography==39.0.1',
  'jupyterlab==3.6.1',
  'notebook==6.5.2',
  'jupyter==1.0.0',
  'tornado==6.2',
  'setuptools==58.1.0',
  'pip==22.0.4',
];

/** For x86-64 PyPI has PyTorch with CUDA only, near a gigabyte of it; for 64-bit ARM the one without, a twelfth of that. */
export const TORCH_WHEELS: readonly string[] = ['torch==2.0.0', 'numpy==1.24.2', 'sympy==1.11.1', 'networkx==3.0'];

export interface BuiltImage {
  /** A saved image, as `docker save` writes it. */
  readonly archive: string;
  readonly root: string;
  /** Whether it was built now, or found as it was built before. */
  readonly fresh: boolean;
}

export interface MlImage extends BuiltImage {
  /** Packages of the conda list, if one was given. */
  readonly conda: readonly CondaRecord[];
}

export interface CondaRecord {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly channel: string;
  readonly subdir: string;
}

/** Builds the image in `folder`, or finds the one built there before; a reason where this machine cannot. */
export function buildMlImages(folder: string, condaList?: string): MlImage | { readonly reason: string } {
  const conda = condaList === undefined ? [] : condaRecords(readFileSync(condaList, 'utf8'));
  const built = build(folder, 'ml', [WHEELS, conda, 6], { architecture: 'amd64', name: 'ml:2023' }, (work) => [
    systemLayer(work, true),
    wheelLayer(work, WHEELS, 'x86_64'),
    condaLayer(work, conda),
  ]);
  return 'reason' in built ? built : { ...built, conda };
}

/** PyTorch without CUDA, for 64-bit ARM. */
export const buildTorchImage = (folder: string): BuiltImage | { readonly reason: string } =>
  build(folder, 'torch', [TORCH_WHEELS, 1], { architecture: 'arm64', name: 'torch:2023' }, (work) => [
    systemLayer(work, false),
    wheelLayer(work, TORCH_WHEELS, 'aarch64'),
  ]);

type Layers = readonly (LayerFolder | { readonly reason: string })[];

function build(
  folder: string,
  kind: string,
  recipe: unknown,
  facts: ImageFacts,
  lay: (work: string) => Layers,
): BuiltImage | { readonly reason: string } {
  const key = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  const target = join(folder, `${kind}-${key}`);
  const image = { archive: join(target, 'image.tar'), root: join(target, 'root') };
  if (existsSync(image.archive)) return { ...image, fresh: false };
  const work = `${target}.partial`;
  rmSync(work, { recursive: true, force: true });
  const layers = lay(work);
  const failed = layers.find((layer): layer is { reason: string } => 'reason' in layer);
  if (failed !== undefined) {
    rmSync(work, { recursive: true, force: true });
    return failed;
  }
  const made = layers as LayerFolder[];
  for (const layer of made) cpSync(layer.path, join(work, 'root'), { recursive: true });
  save(work, made, facts);
  for (const layer of made) rmSync(layer.path, { recursive: true });
  renameSync(work, target);
  return { ...image, fresh: true };
}

interface ImageFacts {
  readonly architecture: string;
  /** Name and tag. */
  readonly name: string;
}

interface LayerFolder {
  readonly path: string;
  readonly createdBy: string;
}

/** Where this machine's Python and its shared library are. */
const ASK = `import os, sys, sysconfig
print(os.path.realpath(sys.executable))
print("%d.%d" % sys.version_info[:2])
print(os.path.join(sysconfig.get_config_var("LIBDIR") or "", sysconfig.get_config_var("INSTSONAME") or ""))`;

/** A Debian without its package database, and CPython in /usr/local as the official Python images build it. */
function systemLayer(work: string, withPython: boolean): LayerFolder {
  const path = join(work, 'layer-system');
  mkdirSync(join(path, 'etc'), { recursive: true });
  writeFileSync(
    join(path, 'etc/os-release'),
    'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nNAME="Debian GNU/Linux"\nVERSION_ID="11"\nVERSION_CODENAME=bullseye\nID=debian\n',
  );
  writeFileSync(join(path, 'etc/debian_version'), '11.7\n');
  if (!withPython) return { path, createdBy: 'ADD rootfs.tar /' };
  mkdirSync(join(path, 'usr/local/bin'), { recursive: true });
  const python = program('python3', ['-c', ASK]);
  const [executable, release, library] = python?.split('\n') ?? [];
  if (executable && release) cpSync(executable, join(path, 'usr/local/bin', `python${release}`), { dereference: true });
  if (library && existsSync(library)) {
    mkdirSync(join(path, 'usr/local/lib'), { recursive: true });
    cpSync(library, join(path, 'usr/local/lib', basename(library)), { dereference: true });
  }
  return { path, createdBy: 'RUN ./configure && make install' };
}

function wheelLayer(work: string, wheels: readonly string[], machine: string): LayerFolder | { reason: string } {
  const path = join(work, 'layer-wheels');
  const site = join(path, 'usr/local/lib/python3.9/site-packages');
  mkdirSync(site, { recursive: true });
  const tags = ['manylinux2014', 'manylinux_2_17', 'manylinux_2_12', 'manylinux2010', 'manylinux_2_28'];
  const platforms = [...tags.map((tag) => `${tag}_${machine}`), 'any'];
  const done = spawnSync(
    'python3',
    [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-deps',
      '--no-compile',
      '--only-binary=:all:',
      '--python-version',
      '3.9',
      '--implementation',
      'cp',
      ...platforms.flatMap((platform) => ['--platform', platform]),
      '--target',
      site,
      ...wheels,
    ],
    { encoding: 'utf8', env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' } },
  );
  if (done.error) return { reason: 'python3 is not installed' };
  if (done.status !== 0) return { reason: `pip could not fetch the wheels: ${done.stderr.trim().split('\n').at(-1)}` };
  return { path, createdBy: `RUN pip install ${wheels.join(' ')}` };
}

/** One record for each package in `conda-meta`, as conda writes them; their files are not there. */
function condaLayer(work: string, records: readonly CondaRecord[]): LayerFolder {
  const path = join(work, 'layer-conda');
  const meta = join(path, 'opt/conda/conda-meta');
  mkdirSync(meta, { recursive: true });
  writeFileSync(join(meta, 'history'), '==> 2023-06-01 10:00:00 <==\n');
  for (const record of records) {
    const name = `${record.name}-${record.version}-${record.build}`;
    const json = {
      ...record,
      channel: `https://conda.anaconda.org/${record.channel}/${record.subdir}`,
      build_number: Number(/_(\d+)$/.exec(record.build)?.[1] ?? 0),
      // The list has no dependencies; a build for a Python has that one.
      depends: /(?:^|_|\d)py(?:\d{2,3}h|h[0-9a-f]{6}|_\d)/.test(record.build) ? ['python'] : [],
      files: [],
      fn: `${name}.conda`,
    };
    writeFileSync(join(meta, `${name}.json`), JSON.stringify(json, null, 2));
  }
  return { path, createdBy: 'RUN micromamba create --file explicit.txt' };
}

/** Reads an explicit list: addresses of packages under `@EXPLICIT`. */
export function condaRecords(list: string): CondaRecord[] {
  return list.split('\n').flatMap((line) => {
    const match = /^https?:\/\/[^/]+\/(.+)\/([^/]+)\/([^/#]+)-([^-/#]+)-([^-/#]+)\.(?:conda|tar\.bz2)/.exec(line);
    if (match === null) return [];
    const [, channel, subdir, name, version, build] = match;
    return [{ name: name!, version: version!, build: build!, channel: channel!, subdir: subdir! }];
  });
}

/** The layers as tar files, a configuration, a manifest, and all of that in one archive. */
function save(work: string, layers: readonly LayerFolder[], { architecture, name }: ImageFacts): void {
  const names = layers.map((layer, index) => {
    const name = `layer-${index}.tar`;
    must('tar', [
      '--sort=name',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mtime=2023-05-12',
      '-cf',
      join(work, name),
      '-C',
      layer.path,
      '.',
    ]);
    return name;
  });
  const config = {
    architecture,
    os: 'linux',
    config: { Cmd: ['jupyter', 'lab', '--allow-root'], Env: ['PATH=/opt/conda/bin:/usr/local/bin:/usr/bin:/bin'] },
    rootfs: { type: 'layers', diff_ids: names.map((name) => `sha256:${sha256(join(work, name))}`) },
    history: layers.map(({ createdBy }) => ({ created: '2023-05-12T00:00:00Z', created_by: createdBy })),
  };
  writeFileSync(join(work, 'config.json'), JSON.stringify(config));
  writeFileSync(
    join(work, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: names }]),
  );
  must('tar', ['-cf', join(work, 'image.tar.partial'), '-C', work, 'manifest.json', 'config.json', ...names]);
  for (const name of names) rmSync(join(work, name));
  renameSync(join(work, 'image.tar.partial'), join(work, 'image.tar'));
}

function sha256(path: string): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(1 << 20);
  for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer))
    hash.update(buffer.subarray(0, count));
  closeSync(file);
  return hash.digest('hex');
}

function program(name: string, args: readonly string[]): string | undefined {
  const done = spawnSync(name, args, { encoding: 'utf8' });
  return done.status === 0 ? done.stdout.trim() : undefined;
}

function must(name: string, args: readonly string[]): void {
  const done = spawnSync(name, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${name} ended with ${done.status}: ${done.stderr}`);
}

if (process.argv[1]?.endsWith('build-ml-images.ts')) {
  const [folder = 'ml-images', list] = process.argv.slice(2);
  const built = buildMlImages(folder, list);
  if ('reason' in built) {
    console.error(built.reason);
    process.exit(1);
  }
  console.log(built.archive);
  const torch = buildTorchImage(folder);
  console.log('reason' in torch ? torch.reason : torch.archive);
}
