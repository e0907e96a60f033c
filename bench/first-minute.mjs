// node bench/first-minute.mjs [TARGET]: a fresh machine asks about one image, with the feeds behind a line of 50 Mbit/s.
//   the first answer     within 1.5 x the time that the bytes of its own feeds take on that line
//   nothing is loaded twice
// The line is a server of ours that lets bytes through at that pace, all connections together. Processor time says how much of the
// rest is work: on a machine that does other things as well the wall clock says little.
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = process.env.BENCH_DIST ?? join(root, 'dist');
const feeds = process.env.PLIMSOLL_FEEDS ?? join(root, '..', 'shared', 'feeds');
const target = process.argv[2] ?? join(root, '..', 'shared', 'inventories', 'python-latest-2022-10.syft.cdx.json');
const megabits = Number(process.env.MEGABITS ?? 50);
for (const [what, path] of [
  ['feeds', join(feeds, 'debian', 'tracker.json')],
  ['build (npm run build)', join(dist, 'cli.cjs')],
  ['target', target],
]) {
  if (!existsSync(path)) {
    console.log(`skipped: no ${what} at ${path}`);
    process.exit(0);
  }
}

const bytesPerMs = (megabits * 1_000_000) / 8 / 1_000;
/** When the line is free again: one queue for all connections, as on a real one. */
let free = 0;
const loaded = [];
async function through(stream, response) {
  for await (const chunk of stream) {
    free = Math.max(free, performance.now()) + chunk.length / bytesPerMs;
    const wait = free - performance.now();
    if (wait > 2) await new Promise((ready) => setTimeout(ready, wait));
    if (!response.write(chunk)) await new Promise((ready) => response.once('drain', ready));
  }
  response.end();
}
const server = createServer((request, response) => {
  const path = join(feeds, normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)));
  const file = path.startsWith(feeds) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (!file?.isFile()) return response.writeHead(404).end();
  loaded.push({ path: request.url, bytes: file.size, at: performance.now() });
  response.writeHead(200, { 'content-length': file.size, 'last-modified': file.mtime.toUTCString() });
  return through(createReadStream(path, { highWaterMark: 16_384 }), response).catch(() => response.destroy());
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const home = mkdtempSync(join(tmpdir(), 'plimsoll-first-minute-'));
const runs = Number(process.env.RUNS ?? 1);
const ratios = [];
for (let run = 0; run < runs; run++) {
  loaded.length = 0;
  const start = performance.now();
  const { code, text, cpu } = await scan(join(home, String(run)));
  const seconds = (performance.now() - start) / 1_000;
  if (code !== 0) throw new Error(text);
  const bytes = loaded.reduce((sum, file) => sum + file.bytes, 0);
  const line = bytes / bytesPerMs / 1_000;
  ratios.push(seconds / line);
  const twice = loaded.length - new Set(loaded.map(({ path }) => path)).size;
  console.log(
    `first answer after ${seconds.toFixed(1)} s, ${(seconds / line).toFixed(2)} x the ${line.toFixed(1)} s of its ${(bytes / 1e6).toFixed(1)} MB in ${loaded.length} documents (${twice} loaded twice); ${cpu.toFixed(1)} s of processor time; load ${loadavg()[0].toFixed(1)}`,
  );
  if (process.env.SHOW)
    for (const { path, bytes: size, at } of loaded)
      console.log(`  ${((at - start) / 1_000).toFixed(2)} s ${path} ${size}`);
}
server.close();
rmSync(home, { recursive: true, force: true });
process.exitCode = Math.min(...ratios) <= 1.5 ? 0 : 1;

function scan(folder) {
  return new Promise((resolve, reject) => {
    const args = [join(dist, 'cli.cjs'), 'scan', target, '--feeds', `http://127.0.0.1:${server.address().port}`, '-q'];
    const environment = { PATH: process.env.PATH, HOME: folder, PLIMSOLL_HOME: folder };
    const child = spawn(process.execPath, ['--require', join(root, 'bench', 'processor-time.cjs'), ...args], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code, text, cpu: Number(/processor-time-us=(\d+)/.exec(text)?.[1] ?? Number.NaN) / 1e6 }),
    );
  });
}
