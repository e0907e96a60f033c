// npm run bench: how fast a scan is, as ratios to what no scanner of the same input can do without.
// On a real Debian image of more than 1 GB (built on first use, see test/e2e/build-images.sh):
//   cold scan of the gzip OCI layout / `pigz -dc` of its layers to nowhere      at most 1.3
//   cold scan of the uncompressed archive / `sha256sum` of the file             at most 0.5
//   warm scan, the whole process, also with another database than last time     under 0.4 s
//   peak memory of each of these                                                under 250 MB
//   plimsoll --version                                                          under 0.15 s
//   plans, by bench/fix.mjs                                                     under 1 s each
// Medians of several runs, taken in turns so that a busy machine is busy for both sides of a ratio. Installs nothing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';

// Where it is set Node reads all certificates of the machine as it starts, 40 ms before a line of ours runs; nothing here is asked over HTTPS.
delete process.env.NODE_EXTRA_CA_CERTS;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist', 'cli.cjs');
const runs = Number(process.env.BENCH_RUNS ?? 5);
const cache = process.env.E2E_CACHE ?? join(tmpdir(), 'plimsoll-e2e');
const work = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (value) => `${value.toFixed(2)} s`;
const rows = [];
let missed = 0;

function report(what, measured, goal, met) {
  if (met === false) missed += 1;
  rows.push([what, measured, goal, met === undefined ? '' : met ? 'met' : 'MISSED']);
  console.log(`${what}: ${measured} (goal: ${goal})${met === false ? '  <- missed' : ''}`);
}

/** Runs a program to its end: seconds of wall clock, peak resident memory in bytes where the kernel says (Linux). */
function timed(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
    let errors = '';
    child.stderr?.on('data', (chunk) => (errors = (errors + chunk).slice(-2000)));
    child.once('error', reject);
    child.once('close', (code) => {
      const elapsed = Number(process.hrtime.bigint() - start) / 1e9;
      if (code !== 0) reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${errors}`));
      else resolve({ seconds: elapsed, errors });
    });
  });
}

/** A scan, its time, and its peak memory: the process itself prints its own `ru_maxrss` when it ends. */
const witness = join(root, 'bench', 'peak-memory.mjs');
async function plimsoll(args, home) {
  const result = await timed(process.execPath, ['--import', witness, cli, ...args], {
    env: { ...process.env, PLIMSOLL_HOME: home, NO_COLOR: '1' },
  });
  const kilobytes = /peak-memory-kb=(\d+)/.exec(result.errors)?.[1];
  return { seconds: result.seconds, memory: kilobytes ? Number(kilobytes) * 1024 : undefined };
}

function images() {
  const build = spawnSync('bash', [join(root, 'test/e2e/build-images.sh'), cache, 'large'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (build.status !== 0) return undefined;
  return build.stdout.trim().split('\n').at(-1);
}

/** The blobs of the layers of the only image in a layout, lowest first. */
function layerBlobs(layout) {
  const blob = (digest) => join(layout, 'blobs', ...digest.split(':'));
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  const manifest = JSON.parse(readFileSync(blob(index.manifests[0].digest), 'utf8'));
  return manifest.layers.map((layer) => blob(layer.digest));
}

/** A database to match against: the feeds beside the checkout where they lie there. */
async function database(home) {
  const feeds = process.env.PLIMSOLL_FEEDS ?? join(root, '..', 'shared', 'feeds');
  if (!existsSync(feeds) && !/^https?:/.test(feeds)) return undefined;
  await timed(process.execPath, [cli, 'db', 'update', '--feeds', feeds], {
    env: { ...process.env, PLIMSOLL_HOME: home },
  });
  return home;
}

async function coldAndWarm(name, reference, home, baseline, goal) {
  const cold = [];
  const base = [];
  const memory = [];
  for (let run = 0; run <= runs; run += 1) {
    const scan = await plimsoll(['scan', reference, '--no-cache'], home);
    const other = await baseline.run();
    if (run === 0) continue; // fills the page cache for both
    cold.push(scan.seconds);
    base.push(other.seconds);
    if (scan.memory) memory.push(scan.memory);
  }
  const ratio = median(cold) / median(base);
  const ofBoth = `${ratio.toFixed(2)} x (${seconds(median(cold))} to ${seconds(median(base))} of ${baseline.name})`;
  report(`cold scan, ${name}`, ofBoth, `at most ${goal} x`, ratio <= goal);
  peak(`peak memory, cold, ${name}`, memory);

  await plimsoll(['scan', reference], home); // fills the layer cache
  const env = { ...process.env, PLIMSOLL_HOME: home, NO_COLOR: '1' };
  const warm = { again: [], matching: [], node: [] };
  for (let run = 0; run < runs * 2; run += 1) {
    warm.node.push((await timed(process.execPath, ['-e', '0'])).seconds);
    warm.again.push((await timed(process.execPath, [cli, 'scan', reference], { env })).seconds);
    forgetFindings(home);
    warm.matching.push((await timed(process.execPath, [cli, 'scan', reference], { env })).seconds);
  }
  const told = (times) =>
    `${seconds(median(times))}, ${(median(times) / median(warm.node)).toFixed(1)} x Node's own start`;
  const met = (times) => median(times) < 0.4;
  report(`warm scan, ${name}`, told(warm.again), 'under 0.40 s', met(warm.again));
  report(`warm scan, other database, ${name}`, told(warm.matching), 'under 0.40 s', met(warm.matching));
  forgetFindings(home);
  const peaks = [await plimsoll(['scan', reference], home), await plimsoll(['scan', reference], home)];
  peak(`peak memory, warm, ${name}`, peaks.map((it) => it.memory).filter(Boolean));
}

/** As if the database had been updated since the last scan: the layers and the inventory stay known. */
function forgetFindings(home) {
  const cache = new Database(join(home, 'layers.db'));
  cache.exec("DELETE FROM layer WHERE key LIKE 'findings %'");
  cache.close();
}

function peak(what, values) {
  if (values.length === 0) return skip(what, 'this system does not tell peak memory');
  const highest = Math.max(...values);
  report(what, `${(highest / 1e6).toFixed(0)} MB`, 'under 250 MB', highest < 250e6);
}

function skip(what, why) {
  rows.push([what, 'skipped', '', why]);
  console.log(`${what}: skipped, ${why}`);
}

function table() {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column].length)));
  console.log(
    `\n${rows
      .map((row) =>
        row
          .map((cell, at) => cell.padEnd(widths[at]))
          .join('  ')
          .trimEnd(),
      )
      .join('\n')}`,
  );
}

async function main() {
  if (!existsSync(cli)) throw new Error('dist/cli.js is missing: run npm run build first');
  const [cpu] = cpus();
  const os = existsSync('/etc/os-release')
    ? /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
    : undefined;
  console.log(
    `${cpus().length} x ${cpu?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${os ?? process.platform}, Node ${process.version}`,
  );
  console.log(`load before: ${loadavg()[0].toFixed(2)}; ${runs} runs each, medians\n`);

  const version = [];
  for (let run = 0; run <= runs * 2; run += 1)
    version.push((await timed(process.execPath, [cli, '--version'])).seconds);
  const bare = [];
  for (let run = 0; run <= runs * 2; run += 1) bare.push((await timed(process.execPath, ['-e', '0'])).seconds);
  report(
    'plimsoll --version',
    `${seconds(median(version))} (node alone ${seconds(median(bare))})`,
    'under 0.15 s',
    median(version) < 0.15,
  );

  const built = images();
  if (!built) return skip('scans', 'the image could not be built (the reason is above)');
  const home = await database(join(work, 'home'));
  if (!home) return skip('scans', 'no advisory feeds: set PLIMSOLL_FEEDS to a mirror or a folder laid out like one');
  const layout = join(built, 'oci');
  const archive = join(built, 'image.docker.tar');
  const blobs = layerBlobs(layout);
  const gigabytes = (path) => `${(statSync(path).size / 1e9).toFixed(2)} GB`;
  console.log(
    `image: ${gigabytes(archive)} uncompressed, ${readdirSync(join(layout, 'blobs/sha256')).length - 2} layer(s)`,
  );

  if (has('pigz')) {
    const run = () => timed('pigz', ['-dc', ...blobs], { stdio: ['ignore', 'ignore', 'pipe'] });
    await coldAndWarm('gzip OCI layout', `oci:${layout}`, home, { name: 'pigz -dc', run }, 1.3);
  } else skip('gzip OCI layout', 'pigz is not installed');
  if (has('sha256sum')) {
    const run = () => timed('sha256sum', [archive]);
    await coldAndWarm('uncompressed archive', `archive:${archive}`, home, { name: 'sha256sum', run }, 0.5);
  } else skip('uncompressed archive', 'sha256sum is not installed');
}

await main();
// Plans need no image: their benchmark makes its own world.
if (spawnSync(process.execPath, [join(root, 'bench', 'fix.mjs')], { stdio: 'inherit' }).status !== 0) missed += 1;
table();
console.log(
  `load after: ${loadavg()[0].toFixed(2)}; ${missed === 0 ? 'every goal measured is met' : `${missed} goal(s) missed`}`,
);
