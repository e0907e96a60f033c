// floor.mjs [FORM...]: the least that this program needs before it looks at a single file, beside Trivy's whole scan, in turns.
//
//   node bench/floor.mjs [FORM...]            of `ml` and `debian`: `.docker.tar`, `.oci`, `.oci-zstd`, `.registry` (default: all eight)
//
// The floor is a process of Node that starts and sends every layer through `dist/unpack-thread.cjs`, the largest in one thread and the others in a second:
// decoded by the decoder that this Node has, SHA-256 of what comes out, of a registry's layers of what goes in too. Nobody reads what comes. The
// network is left out, and a plain archive is not decoded at all: its floor is the start. A form whose floor is above 0.6 cannot be
// scanned in 0.6 x Trivy's time by a program of two threads, whatever it does with the files.
//   BENCH_IMAGES (folder of bench/build-images.sh), BENCH_RUNS (pairs, default 3), TRIVY_CACHE_DIR (its database)
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { TRIVY_ASKED, TRIVY_SETTINGS } from './trivy.mjs';

const SLOT_BYTES = 512 * 1024;
const SLOTS = 4;
const here = fileURLToPath(import.meta.url);
const thread = join(dirname(here), '..', 'dist', 'unpack-thread.cjs');

/** One layer through the thread of the program; what it fills is free again at once. */
function unpacked({ path, size }, outer) {
  return new Promise((resolve, reject) => {
    const slots = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
    const worker = new Worker(thread, {
      workerData: {
        source: { path, offset: 0, length: size },
        where: path,
        outer,
        inner: 'sha256',
        slots,
        slotBytes: SLOT_BYTES,
      },
      execArgv: [],
    });
    worker.on('error', reject).on('message', (message) => {
      if (message.kind === 'filled') worker.postMessage({ kind: 'free', slot: message.slot });
      else if (message.kind === 'failed') reject(new Error(message.message));
      else worker.terminate().then(resolve);
    });
  });
}

function layersOf(layout) {
  const blob = (digest) => join(layout, 'blobs', ...digest.split(':'));
  const { manifests } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  const { layers } = JSON.parse(readFileSync(blob(manifests[0].digest), 'utf8'));
  return layers.map(({ digest, size }) => ({ path: blob(digest), size })).sort((a, b) => b.size - a.size);
}

/** The floor itself, in a process of its own. */
async function floor(layout, outer) {
  const [largest, ...rest] = layersOf(layout);
  const others = async () => {
    for (const layer of rest) await unpacked(layer, outer);
  };
  await Promise.all([unpacked(largest, outer), others()]);
}

function seconds(program, args, env = {}) {
  const started = process.hrtime.bigint();
  const { status, error } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, ...env },
  });
  if (error || status !== 0) throw error ?? new Error(`${program} ended with ${status}`);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function compare(folder, form) {
  const [image, kind] = [form.slice(0, form.indexOf('.')), form.slice(form.indexOf('.') + 1)];
  // From a registry Trivy is given the same layers as a layout: without the network, as ours.
  const stored = join(folder, kind === 'registry' ? `${image}.oci` : form);
  const own =
    kind === 'docker.tar' ? ['-e', ''] : [here, '--floor', stored, ...(kind === 'registry' ? ['sha256'] : [])];
  const runs = Array.from({ length: Number(process.env.BENCH_RUNS ?? 3) }, () => [
    seconds(process.execPath, own, { NODE_EXTRA_CA_CERTS: undefined }),
    seconds('trivy', [...TRIVY_ASKED, '--input', stored], TRIVY_SETTINGS),
  ]);
  const ratios = runs.map(([ours, theirs]) => ours / theirs);
  console.log(
    `| ${form} | ${median(runs.map(([ours]) => ours)).toFixed(2)} s | ${median(runs.map(([, theirs]) => theirs)).toFixed(2)} s | ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}) |`,
  );
}

const args = process.argv.slice(2);
if (args[0] === '--floor') await floor(args[1], args[2]);
else {
  const folder = process.env.BENCH_IMAGES;
  if (!folder) throw new Error('name the folder of bench/build-images.sh in BENCH_IMAGES');
  if (!existsSync(thread)) throw new Error('dist/ was not built: npm run build');
  const all = ['ml', 'debian'].flatMap((image) =>
    ['docker.tar', 'oci', 'oci-zstd', 'registry'].map((kind) => `${image}.${kind}`),
  );
  console.log(
    `Node ${process.version}, load ${loadavg()[0].toFixed(1)}\n\n| form | floor | Trivy | floor to Trivy |\n|---|---|---|---|`,
  );
  for (const form of args.length > 0 ? args : all) compare(folder, form);
  console.log(`\nload after: ${loadavg()[0].toFixed(1)}`);
}
