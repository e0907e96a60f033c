// many-files.mjs FOLDER COUNT TAR: a layer of COUNT small files with the contents of FOLDER's own, as often as it takes, laid out
// as a conda installation lays its packages out. Written by hand: no file system needs to hold them.
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { padding, tarHeader } from './tar-header.mjs';

const [folder, count, tar] = process.argv.slice(2);
const SMALL = 2_048;

const real = [];
for (const path of readdirSync(folder, { recursive: true }).sort()) {
  const stats = statSync(join(folder, path));
  // What names a package would be that package a hundred times over.
  if (stats.isFile() && stats.size <= SMALL && !/\.(dist|egg)-info|package\.json/.test(path))
    real.push({ name: path.slice(path.lastIndexOf('/') + 1).slice(-40), bytes: readFileSync(join(folder, path)) });
}
if (real.length === 0) throw new Error(`no small files in ${folder}`);
const out = openSync(tar, 'w');
let parts = [];
let held = 0;
const put = (bytes) => {
  parts.push(bytes);
  held += bytes.length;
  if (held < 4_000_000) return;
  writeSync(out, Buffer.concat(parts));
  parts = [];
  held = 0;
};
for (let at = 0; at < Number(count); at += 1) {
  const { name, bytes } = real[at % real.length];
  const where = `opt/conda/pkgs/p${Math.floor(at / 500)}/lib/d${Math.floor(at / 20) % 25}`;
  put(tarHeader(`${where}/${at}-${name}`, bytes.length));
  put(bytes);
  put(padding(bytes.length));
}
put(Buffer.alloc(1024));
writeSync(out, Buffer.concat(parts));
closeSync(out);
