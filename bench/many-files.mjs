// many-files.mjs FOLDER COUNT TAR: a layer of COUNT small files with the contents of FOLDER's own, as often as it takes, laid out
// as a conda installation lays its packages out. Written by hand: no file system needs to hold them.
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const [folder, count, tar] = process.argv.slice(2);
const SMALL = 2_048;
const block = 512;

function header(name, size, type) {
  const bytes = Buffer.alloc(block);
  bytes.write(name.slice(0, 100), 0);
  bytes.write(type === '5' ? '0000755\0' : '0000644\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  bytes.write('14400000000\0', 136);
  bytes.write('        ', 148);
  bytes.write(type, 156);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

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
  put(header(`${where}/${at}-${name}`, bytes.length, '0'));
  put(bytes);
  put(Buffer.alloc((block - (bytes.length % block)) % block));
}
put(Buffer.alloc(2 * block));
writeSync(out, Buffer.concat(parts));
closeSync(out);
