// node bench/database.mjs: how fast the advisory database is built and asked, over all feeds beside the checkout.
//   building it from all feeds                                  under 90 s on 2 cores, under 700 MB, as a ratio to unpacking them
//   the same again, nothing changed                             under 5 s
//   the file                                                    at most 1.2 x the feeds, each compressed
//   looking up the statements on 5,000 packages                 under 0.5 s; on 5,000 ids
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = process.env.BENCH_DIST ?? join(root, 'dist');
const feeds = process.env.PLIMSOLL_FEEDS ?? join(root, '..', 'shared', 'feeds');
if (!existsSync(join(feeds, 'debian', 'tracker.json'))) {
  console.log(`skipped: no feeds at ${feeds} (set PLIMSOLL_FEEDS to a mirror in a folder)`);
  process.exit(0);
}
if (!existsSync(join(dist, 'cli.js'))) {
  console.log('skipped: not built (npm run build)');
  process.exit(0);
}
const home = mkdtempSync(join(tmpdir(), 'plimsoll-bench-db-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

const files = readdirSync(feeds, { recursive: true })
  .map((name) => join(feeds, String(name)))
  .filter((path) => statSync(path).isFile());
/** What a document takes up compressed: as it is where it is packed, else what gzip makes of it. */
const compressed = (path) =>
  ['.gz', '.zip'].includes(extname(path)) ? statSync(path).size : gzipSync(readFileSync(path)).length;
const read = (name) => !/DSA-list-2023|DLA-list-2023|next-point/.test(name); // older copies that nothing reads
const packed = files.filter(read).reduce((sum, path) => sum + compressed(path), 0);

/** Seconds of wall clock and of processor, and peak memory, of one run of the tool. */
function update() {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const witness = join(root, 'bench', 'peak-memory.mjs');
    const args = ['--import', witness, join(dist, 'cli.js'), 'db', 'update', '--feeds', feeds];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, PLIMSOLL_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(text));
      const kilobytes = Number(/peak-memory-kb=(\d+)/.exec(text)?.[1] ?? 0);
      return resolve({ seconds: (performance.now() - start) / 1_000, megabytes: Math.round(kilobytes / 1_024) });
    });
  });
}

function unpacking() {
  const start = performance.now();
  const script = `cd "$1" && find . -name '*.gz' -exec gzip -dc {} + >/dev/null; find . -name '*.zip' -exec sh -c 'for z; do unzip -p "$z" >/dev/null; done' sh {} +`;
  const run = spawnSync('sh', ['-c', script, 'sh', feeds], { stdio: 'ignore' });
  return run.status === 0 ? (performance.now() - start) / 1_000 : undefined;
}

function row(what, measured, goal, met) {
  console.log(
    `${what.padEnd(34)} ${measured.padEnd(44)} goal ${goal}${met === undefined ? '' : met ? ', met' : ', MISSED'}`,
  );
}

console.log(`${cpus().length} processors, load ${loadavg()[0].toFixed(1)}, Node ${process.version}\n`);
const plain = unpacking();
const cold = await update();
const ratio =
  plain === undefined ? '' : `, ${(cold.seconds / plain).toFixed(1)} x unpacking the feeds (${plain.toFixed(1)} s)`;
row('build from all feeds', `${cold.seconds.toFixed(1)} s${ratio}`, '90 s', cold.seconds < 90);
row('  peak memory', `${cold.megabytes} MB`, '700 MB', cold.megabytes < 700);
const warm = await update();
row(
  'update, nothing changed',
  `${warm.seconds.toFixed(2)} s, ${(warm.seconds / cold.seconds).toFixed(3)} x building`,
  '5 s',
  warm.seconds < 5,
);
const size = statSync(join(home, 'advisories.db')).size;
row(
  'size',
  `${(size / 1e6).toFixed(1)} MB, ${(size / packed).toFixed(2)} x the feeds (${(packed / 1e6).toFixed(1)} MB)`,
  '1.2 x',
  size <= 1.2 * packed,
);

const { openStore } = await import(join(dist, 'index.js'));
const opened = performance.now();
const store = openStore(join(home, 'advisories.db'));
row('open', `${(performance.now() - opened).toFixed(0)} ms, the library with it`, 'quick');
const packages = store.sqlite
  .query(
    "SELECT n.name, s.package FROM statements s JOIN namespaces n ON n.id = s.namespace WHERE n.name IN ('Debian:11', 'PyPI', 'npm', 'Go', 'Ubuntu:22.04:LTS', 'Maven') LIMIT 5000",
  )
  .all([]);
const times = [];
let statements = 0;
for (let round = 0; round < 3; round += 1) {
  const begun = performance.now();
  statements = 0;
  for (const [namespace, name] of packages)
    for (const { ranges } of store.statements(namespace, name)) statements += ranges.length > 0 ? 1 : 0;
  times.push(performance.now() - begun);
}
const best = times.sort((a, b) => a - b)[1];
const ids = store.sqlite
  .query("SELECT id FROM ids WHERE id LIKE 'CVE-202%' AND packages IS NOT NULL LIMIT 5000")
  .all([]);
const asked = performance.now();
let told = 0;
for (const [id] of ids) told += store.statements(id).length;
const byId = performance.now() - asked;
row(`${packages.length} packages`, `${best.toFixed(0)} ms, ${statements} statements`, '500 ms', best < 500);
row(`${ids.length} ids`, `${byId.toFixed(0)} ms, ${told} statements`, 'quick');
store.close();
