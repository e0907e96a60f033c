// growth.mjs [LARGEST [WHAT]]: how processor time and memory grow with what is in an image: files, bytes, packages, layers, threads.
// For each, images a few times as large as the one before; the exponent is the slope of log(time less that of the smallest image) by
// log(size), 1 where time grows as its cause does. LARGEST (default 1) is multiplied into the largest sizes: 10 for a million files and
// ten gigabytes. WHAT are words of the rows that are wanted ('files', 'packages of Python'); BENCH_RUNS sets the runs (3). With PLIMSOLL_HOME and its database they are scans, else inventories. Bytes are those of this machine's own libraries.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { padding, tarHeader } from './tar-header.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, '..', 'dist', 'cli.cjs');
const most = Number(process.argv[2] ?? 1);
const rows = process.argv[3] ?? '';
const runCount = Number(process.env.BENCH_RUNS ?? 3);
const work = mkdtempSync(join(tmpdir(), 'plimsoll-growth-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
const timed = '/usr/bin/time';
if (!existsSync(timed)) throw new Error('GNU time is needed');

const RELEASE = [
  'etc/os-release',
  Buffer.from('ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n'),
];

/** A layer of these files; of a million only one is held at a time. */
function layer(name, files) {
  const path = join(work, `${name}.tar`);
  const out = openSync(path, 'w');
  let parts = [];
  let held = 0;
  const flush = () => {
    writeSync(out, Buffer.concat(parts));
    parts = [];
    held = 0;
  };
  for (const [file, bytes] of files) {
    parts.push(tarHeader(file, bytes.length), bytes, padding(bytes.length));
    held += bytes.length + 1024;
    if (held > 8e6) flush();
  }
  parts.push(Buffer.alloc(1024));
  flush();
  closeSync(out);
  return path;
}

function measure(name, layers, { form = 'oci-plain', threads } = {}) {
  const packed = spawnSync(process.execPath, [join(here, 'pack-image.mjs'), work, name, ...layers], {
    stdio: 'inherit',
    env: { ...process.env, PACK_FORMS: form },
  });
  for (const path of layers) rmSync(path, { force: true });
  if (packed.status !== 0) throw new Error(`${name} could not be packed`);
  const at = join(work, `${name}.${form}`);
  const verb = process.env.PLIMSOLL_HOME ? 'scan' : 'inventory';
  const args = [cli, verb, `oci:${at}`, '--no-cache', '-f', 'json', '-o', join(work, 'report.json')];
  if (threads) args.push('--threads', String(threads));
  const runs = Array.from({ length: runCount }, () => {
    rmSync(join(work, 'report.json'), { force: true });
    const { status, stderr } = spawnSync(timed, ['-f', 'bench %e %U %S %M', process.execPath, ...args], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    const [, wall, user, system, kilobytes] = /bench (\S+) (\S+) (\S+) (\d+)/.exec(stderr).map(Number);
    return { wall, cpu: user + system, memory: kilobytes / 1e3 };
  });
  rmSync(at, { recursive: true, force: true });
  return runs.sort((a, b) => a.cpu - b.cpu)[Math.floor(runCount / 2)];
}

/** The slope through the logarithms, by least squares; the smallest image is what a scan costs without its cause. */
function exponent(points) {
  const base = points[0].cpu;
  const logs = points.slice(1).map(({ size, cpu }) => [Math.log(size), Math.log(Math.max(0.01, cpu - base))]);
  const mean = (at) => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  return logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

function grow(what, sizes, make, options) {
  if (!what.includes(rows)) return;
  const points = sizes.map((size) => ({ size, ...measure('image', make(size), options) }));
  const told = points
    .map(({ size, cpu, memory }) => `${size}: ${cpu.toFixed(2)} s ${memory.toFixed(0)} MB`)
    .join(' | ');
  console.log(`${what} | ${told} | exponent ${exponent(points).toFixed(2)}`);
}

const files = (count) => [
  layer(
    'files',
    (function* () {
      yield RELEASE;
      const bytes = Buffer.from('x = 1\n');
      for (let at = 0; at < count; at += 1) {
        // Twenty-five in a folder, as in a conda environment.
        const folder = Math.floor(at / 25);
        yield [`opt/env/lib/p${folder % 700}/d${folder}/f${at}.py`, bytes];
      }
    })(),
  ),
];

const status = (count) =>
  Array.from(
    { length: count },
    (_, at) =>
      `Package: lib${at}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.${at % 97}-${at % 7}\n\n`,
  ).join('');
const debian = (count) => [layer('packages', [RELEASE, ['var/lib/dpkg/status', Buffer.from(status(count))]])];

/** Packages that have a file each, in the places where installers put them. */
const installed = (place, text) => (count) => [
  layer(
    'packages',
    (function* () {
      yield RELEASE;
      for (let at = 0; at < count; at += 1) yield [place(at), Buffer.from(text(at))];
    })(),
  ),
];
const python = installed(
  (at) => `usr/lib/python3.11/site-packages/madeup${at}-1.${at % 97}.dist-info/METADATA`,
  (at) => `Metadata-Version: 2.1\nName: madeup${at}\nVersion: 1.${at % 97}\n`,
);
const npm = installed(
  (at) => `app${Math.floor(at / 1_000)}/node_modules/madeup${at}/package.json`,
  (at) => `{"name":"madeup${at}","version":"1.${at % 97}.0"}`,
);

const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64']
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  // None so large that an image of ten megabytes would be one of a hundred.
  .filter((path) => {
    const size = /\.so[.\d]*$/.test(path) ? (statSync(path, { throwIfNoEntry: false })?.size ?? 0) : 0;
    return size > 100_000 && size < 4_000_000;
  });
const bytes = (megabytes) => [
  layer(
    'bytes',
    (function* () {
      yield RELEASE;
      let left = megabytes * 1e6;
      for (let at = 0; left > 0 && libraries.length > 0; at += 1) {
        const content = readFileSync(libraries[at % libraries.length]);
        yield [`opt/lib/${at}/${libraries[at % libraries.length].split('/').at(-1)}`.slice(0, 100), content];
        left -= content.length;
      }
    })(),
  ),
];

const layers = (count) =>
  Array.from({ length: count }, (_, at) =>
    layer(`layer-${at}`, [
      ...(at === 0 ? [RELEASE] : []),
      ...Array.from({ length: 20 }, (_, file) => [`opt/l${at}/f${file}`, Buffer.from('x')]),
    ]),
  );

console.log(
  `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}; medians of ${runCount}`,
);
const up = (...sizes) => [...sizes, ...(most > 1 ? [sizes.at(-1) * most] : [])];
grow('files', up(1_000, 10_000, 30_000, 100_000), files);
grow('files, gzip', up(1_000, 10_000, 30_000, 100_000), files, { form: 'oci' });
grow('megabytes of libraries, 1 thread', up(10, 100, 300, 1_000), bytes, { threads: 1 });
grow('megabytes of libraries, 2 threads', up(10, 100, 300, 1_000), bytes, { threads: 2 });
grow('megabytes of libraries, gzip, 2 threads', up(10, 100, 300, 1_000), bytes, { threads: 2, form: 'oci' });
grow('packages of Debian', up(100, 1_000, 3_000, 10_000), debian);
grow('packages of Python', up(100, 1_000, 3_000, 10_000), python);
grow('packages of npm', up(100, 1_000, 3_000, 10_000), npm);
grow('layers', [1, 10, 40, 120], layers);
