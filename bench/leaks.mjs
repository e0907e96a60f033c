// node --expose-gc bench/leaks.mjs [SCANS]: that many scans (default 1,000) in one process, through the library, of a small image in four
// forms, one of them large enough for threads; then nothing may be left of them: open files, threads, handles, and memory that grows.
// Ends with 1 where something is. With PLIMSOLL_HOME and its database they are scans, else inventories.

import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { padding, tarHeader } from './tar-header.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { inventory, scan, surroundings } = await import(join(here, '..', 'dist', 'index.js'));
const count = Number(process.argv[2] ?? 1_000);
const work = mkdtempSync(join(tmpdir(), 'plimsoll-leaks-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const tar = (files) =>
  Buffer.concat([
    ...files.flatMap(([name, bytes]) => [tarHeader(name, bytes.length), bytes, padding(bytes.length)]),
    Buffer.alloc(1024),
  ]);
const small = [
  ['etc/os-release', Buffer.from('ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n')],
  [
    'var/lib/dpkg/status',
    Buffer.from('Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.1.1n-0+deb11u3\n\n'),
  ],
  ['opt/app/requirements.txt', Buffer.from('flask==1.0\n')],
  [
    'opt/app/model.pkl',
    Buffer.from('\x80\x04\x95\x0f\0\0\0\0\0\0\0\x8c\x02os\x94\x8c\x06system\x94\x93\x94.', 'latin1'),
  ],
];
// Programs of noise: they do not compress, and are looked through to their ends.
const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), randomFillSync(Buffer.alloc(3_000_000))]);
const large = [...small, ...Array.from({ length: 12 }, (_, at) => [`usr/local/bin/p${at}`, program])];

function image(name, files) {
  const layer = join(work, `${name}.tar`);
  writeFileSync(layer, tar(files));
  const packed = spawnSync(process.execPath, [join(here, 'pack-image.mjs'), work, name, layer], { stdio: 'inherit' });
  if (packed.status !== 0) throw new Error(`${name} could not be packed`);
}
image('small', small);
image('large', large);
const whole = join(work, 'small.docker.tar.gz');
writeFileSync(whole, gzipSync(readFileSync(join(work, 'small.docker.tar'))));
/** A broken one too: errors must let go as well. */
const cut = join(work, 'cut.docker.tar.gz');
writeFileSync(cut, readFileSync(whole).subarray(0, -400));
const targets = [
  `archive:${join(work, 'small.docker.tar')}`,
  `oci:${join(work, 'small.oci')}`,
  `archive:${whole}`,
  `archive:${cut}`,
];

const world = surroundings();
const judge = process.env.PLIMSOLL_HOME ? scan : inventory;
const open = () => {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
};
const tasks = () => {
  try {
    return readdirSync('/proc/self/task').length;
  } catch {
    return 0;
  }
};
const state = async () => {
  await new Promise((resolve) => setTimeout(resolve, 300));
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return {
    files: open(),
    threads: tasks(),
    handles: process.getActiveResourcesInfo().length,
    held: (heapUsed + external) / 1e6,
  };
};
let failures = 0;
const one = async (at) => {
  const target = at % 40 === 39 ? `oci:${join(work, 'large.oci')}` : targets[at % targets.length];
  try {
    await judge(target, { cache: false }, world);
  } catch (error) {
    if (!target.includes('cut.')) throw error;
    failures += 1;
  }
};
const warm = Math.min(200, count);
for (let at = 0; at < warm; at += 1) await one(at);
const before = await state();
for (let at = 0; at < count; at += 1) await one(at);
const after = await state();
console.log(`${judge.name} ${count} times, ${failures} of them of a damaged archive`);
for (const what of Object.keys(before))
  console.log(`${what}: ${before[what].toFixed(1)} before, ${after[what].toFixed(1)} after`);
const leaks = ['files', 'threads', 'handles'].filter((what) => after[what] > before[what]);
// Code and inline caches still grow a little; a scan that is kept would be far more.
if (after.held - before.held > 8) leaks.push('memory');
console.log(leaks.length === 0 ? 'nothing is left' : `left: ${leaks.join(', ')}`);
process.exit(leaks.length === 0 ? 0 : 1);
