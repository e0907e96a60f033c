// peers.mjs: a first scan beside the same by Trivy, Grype and Syft, where they are installed, in turns, on every form of each image.
//
//   node bench/peers.mjs [FORM...]            such as `ml.docker.tar`, `ml.oci`, `ml.registry`; default: all twelve
//
// Ratios are taken pair by pair: of each run of ours to the run of theirs beside it. What each found stands beside its time, so that
// nobody wins by looking away. Nothing is cached between runs: `--no-cache`, Trivy's cache in memory.
//   BENCH_IMAGES   folder of bench/build-images.sh (default: below the temporary folder; built where it is not there)
//   BENCH_RUNS     pairs (default 3)
//   BENCH_MINUTES  for all of it: each form has its share, and after it no further pair is begun, but one at least (default: no end)
//   BENCH_PATIENCE seconds that a peer may take for one scan (default 3,600): one that takes longer is ended, and counted as if it had
//                  taken just so long
//   BENCH_PEERS    which of them (default floor,trivy,grype,syft; floor: `sha256sum`, `pigz -dc` or `zstd -dc` of the same bytes)
//   PLIMSOLL_HOME, TRIVY_CACHE_DIR, GRYPE_DB_CACHE_DIR   hold their databases; without one a peer is passed over, and that is said
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TRIVY_ASKED, TRIVY_SETTINGS } from './trivy.mjs';

// Where it is set Node reads all certificates of the machine as it starts, 40 ms before a line of ours runs; nothing here is asked over HTTPS.
delete process.env.NODE_EXTRA_CA_CERTS;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist', 'cli.cjs');
const runs = Number(process.env.BENCH_RUNS ?? 3);
const minutes = Number(process.env.BENCH_MINUTES ?? Number.POSITIVE_INFINITY);
const patience = Number(process.env.BENCH_PATIENCE ?? 3_600);
/** A day: nobody is ended before. */
const LONG = 86_400;
const begun = Date.now();
const work = mkdtempSync(join(tmpdir(), 'plimsoll-peers-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = (values, digits = 2) =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;

const quiet = {
  ...TRIVY_SETTINGS,
  GRYPE_DB_AUTO_UPDATE: 'false',
  GRYPE_DB_VALIDATE_AGE: 'false',
  GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  SYFT_CHECK_FOR_APP_UPDATE: 'false',
  NO_COLOR: '1',
};

/** Each scanner: its command line for a form of an image, and how many packages and findings its report holds. */
const scanners = {
  plimsoll: {
    missing: () => (existsSync(cli) ? undefined : 'dist/ was not built'),
    args: ({ kind, at }) => [
      process.execPath,
      cli,
      'scan',
      kind === 'registry' ? `registry:${at}` : kind === 'archive' ? `archive:${at}` : `oci:${at}`,
      '--no-cache',
      '-f',
      'json',
      ...(kind === 'registry' ? ['--insecure'] : []),
    ],
    found: (report) => ({
      packages: report.packages?.length,
      findings: report.findings?.length,
      risks: report.risks?.length,
    }),
  },
  trivy: {
    missing: () => {
      if (!has('trivy')) return 'not installed';
      return existsSync(join(process.env.TRIVY_CACHE_DIR ?? '', 'db', 'trivy.db'))
        ? undefined
        : 'no database in TRIVY_CACHE_DIR';
    },
    args: ({ kind, at }) => [
      'trivy',
      ...TRIVY_ASKED,
      ...(kind === 'registry' ? ['--image-src', 'remote', '--insecure', at] : ['--input', at]),
    ],
    found: ({ Results = [] }) => ({
      packages: sum(Results, ({ Packages }) => Packages),
      findings: sum(Results, ({ Vulnerabilities }) => Vulnerabilities),
      risks: sum(Results, ({ Secrets }) => Secrets),
    }),
  },
  grype: {
    missing: () => {
      if (!has('grype')) return 'not installed';
      return process.env.GRYPE_DB_CACHE_DIR ? undefined : 'no database in GRYPE_DB_CACHE_DIR';
    },
    args: (form) => ['grype', anchore(form), '-q', '-o', 'json'],
    found: ({ matches }) => ({ findings: matches?.length }),
  },
  syft: {
    missing: () => (has('syft') ? undefined : 'not installed'),
    args: (form) => ['syft', anchore(form), '-q', '-o', 'json'],
    found: ({ artifacts }) => ({ packages: artifacts?.length }),
  },
};

/** What no scanner of the same input can do without: unpacking its layers, or for an archive reading and hashing it. */
scanners.floor = {
  missing: () => ['pigz', 'zstd', 'sha256sum'].filter((program) => !has(program)).join(', ') || undefined,
  args: ({ kind, at, layout }) => {
    if (kind === 'archive') return ['sha256sum', at];
    const blob = (digest) => join(layout, 'blobs', ...digest.split(':'));
    const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
    const { layers } = JSON.parse(readFileSync(blob(index.manifests[0].digest), 'utf8'));
    return [/zstd$/.test(layout) ? 'zstd' : 'pigz', '-dc', ...layers.map(({ digest }) => blob(digest))];
  },
  found: undefined,
};

const sum = (results, of) => results.reduce((total, result) => total + (of(result)?.length ?? 0), 0);
const anchore = ({ kind, at }) =>
  kind === 'registry' ? `registry:${at}` : kind === 'archive' ? `docker-archive:${at}` : `oci-dir:${at}`;

/** One run: seconds of wall clock and of processor, peak memory where GNU time is there, and the report; `cut` where it took too long. */
function run(command, output, patient) {
  const witness = has('/usr/bin/time') ? ['/usr/bin/time', '-f', 'bench %e %U %S %M'] : [];
  const [program, ...args] = [...witness, ...command];
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn('sh', ['-c', 'exec "$@" > "$0"', output, program, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...quiet,
        GRYPE_REGISTRY_INSECURE_USE_HTTP: 'true',
        SYFT_REGISTRY_INSECURE_USE_HTTP: 'true',
      },
    });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors = (errors + chunk).slice(-2_000);
    });
    let cut = false;
    const end = setTimeout(() => {
      cut = true;
      // The program below GNU time, which then tells what it has used so far.
      const [below] = witness.length > 0 ? childrenOf(child.pid) : [];
      process.kill(below ?? child.pid, 'SIGKILL');
    }, patient * 1_000);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(end);
      const wall = Number(process.hrtime.bigint() - started) / 1e9;
      if (cut) code = 0;
      if (code !== 0) return reject(new Error(`ended with ${code}: ${errors.trim().split('\n').slice(-2).join(' ')}`));
      const [, , user, system, kilobytes] = /bench (\S+) (\S+) (\S+) (\d+)/.exec(errors) ?? [];
      const cpu = user === undefined ? Number.NaN : Number(user) + Number(system);
      resolve({ wall, cpu, memory: kilobytes === undefined ? Number.NaN : Number(kilobytes) / 1e3, cut });
    });
  });
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Into the page cache, for both. */
function read(path) {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) read(join(path, name));
  else spawnSync('sh', ['-c', 'exec cat "$0" > /dev/null', path]);
}

function images() {
  if (process.env.BENCH_IMAGES) return process.env.BENCH_IMAGES;
  const build = spawnSync('bash', [join(root, 'bench/build-images.sh'), join(tmpdir(), 'plimsoll-bench')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (build.status !== 0) throw new Error('the images could not be built (the reason is above)');
  return build.stdout.trim().split('\n').at(-1);
}

async function registry(folder) {
  const layouts = readdirSync(folder).filter((name) => name.endsWith('.oci'));
  const child = spawn(
    process.execPath,
    [join(root, 'bench/registry.mjs'), ...layouts.map((name) => `${name.slice(0, -4)}=${join(folder, name)}`)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  process.on('exit', () => child.kill());
  const port = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())));
  return { host: `127.0.0.1:${port}`, stop: () => child.kill() };
}

function formOf(name, folder, host) {
  const [image, ...rest] = name.split('.');
  const form = rest.join('.');
  if (form === 'registry')
    return { kind: 'registry', at: `${host}/${image}:latest`, layout: join(folder, `${image}.oci`) };
  return { kind: form === 'docker.tar' ? 'archive' : 'layout', at: join(folder, name), layout: join(folder, name) };
}

async function compare(name, form, peer, until) {
  const ours = [];
  const theirs = [];
  const reports = {
    plimsoll: join(work, 'plimsoll.json'),
    [peer]: scanners[peer].found ? join(work, `${peer}.json`) : '/dev/null',
  };
  read(form.layout);
  for (let at = 0; at < runs && (at === 0 || Date.now() < until); at += 1) {
    // In turns: whoever is first meets another machine.
    const turns = at % 2 === 0 ? ['plimsoll', peer] : [peer, 'plimsoll'];
    for (const who of turns)
      (who === peer ? theirs : ours).push(
        await run(scanners[who].args(form), reports[who], who === peer ? patience : LONG),
      );
  }
  const ratio = (what) => spread(ours.map((one, at) => one[what] / theirs[at][what]));
  const ended = theirs.every(({ cut }) => !cut);
  const found = (who) =>
    who === peer && !ended ? {} : (scanners[who].found?.(JSON.parse(readFileSync(reports[who], 'utf8'))) ?? {});
  const told = (who) =>
    Object.entries(found(who))
      .filter(([, count]) => count !== undefined)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ');
  const most = (runsOf) => Math.max(...runsOf.map(({ memory }) => memory)).toFixed(0);
  console.log(
    `${name} | ${peer}${ended ? '' : ` (ended after ${patience} s)`} | ${ours.length} pairs | wall ${ratio('wall')} | cpu ${ratio('cpu')} | ours ${median(ours.map(({ wall }) => wall)).toFixed(1)} s, cpu ${median(ours.map(({ cpu }) => cpu)).toFixed(1)} s, ${most(ours)} MB | ` +
      `${peer} ${median(theirs.map(({ wall }) => wall)).toFixed(1)} s, cpu ${median(theirs.map(({ cpu }) => cpu)).toFixed(1)} s, ${most(theirs)} MB | found: ${told('plimsoll')} | ${peer}: ${told(peer)}`,
  );
}

const folder = images();
const { host, stop } = await registry(folder);
const all = ['ml', 'debian', 'files'].flatMap((image) =>
  ['docker.tar', 'oci', 'oci-zstd', 'registry'].map((form) => `${image}.${form}`),
);
const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : all;
const peers = (process.env.BENCH_PEERS ?? 'floor,trivy,grype,syft').split(',');
console.log(
  `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}; ${runs} pairs; ratios: ours to theirs, median (least to most)`,
);
for (const name of ['ml.docker.tar', 'debian.docker.tar', 'files.docker.tar'])
  if (existsSync(join(folder, name)))
    console.log(`${name}: ${(statSync(join(folder, name)).size / 1e9).toFixed(2)} GB`);
const left = peers.filter((peer) => scanners[peer].missing() === undefined).length * wanted.length;
let done = 0;
for (const peer of peers) {
  const missing = scanners[peer].missing();
  if (missing !== undefined) {
    console.log(`${peer}: not run, ${missing}`);
    continue;
  }
  for (const name of wanted) {
    done += 1;
    try {
      await compare(name, formOf(name, folder, host), peer, begun + (minutes * 60_000 * done) / left);
    } catch (error) {
      console.log(`${name} | ${peer}: failed, ${error.message}`);
    }
  }
}
stop();
console.log(`load after: ${loadavg()[0].toFixed(1)}`);
