// recover.mjs IMAGE...: what looking for what an image hides costs, in the same run as the scan that it is part of: a cold scan of each image
// is profiled in one thread, and the time inside of `recover` and of the readers that nothing else needs is set against that of the whole process.
// What is not in it: fetching the bytes of bodies for them, and what is collected behind them (`without.mjs` counts these). Needs dist/ (npm run build) and a database in PLIMSOLL_HOME.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HIDING_READERS } from './hiding-readers.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const cli = join(dist, 'cli.cjs');
/** Of a cold scan's time. */
const ALLOWED = 0.1;

const READERS = new Set(HIDING_READERS.map((path) => `src/analyzers/${path}.ts`));

/** Where the bundler put which source: its first lines, by file. */
const bundles = new Map();
function sourceAt({ url, lineNumber }) {
  // Kept compiled, they bear the name of the folder that they were built in.
  const path = join(dist, basename(url));
  if (!path.endsWith('.cjs') || !existsSync(path)) return '';
  if (!bundles.has(path)) {
    const lines = readFileSync(path, 'utf8').split('\n');
    bundles.set(
      path,
      lines.flatMap((line, at) => (/^\/\/ src\/\S+$/.test(line) ? [{ at, source: line.slice(3) }] : [])),
    );
  }
  return bundles.get(path).findLast(({ at }) => at <= lineNumber)?.source ?? '';
}

/** Milliseconds in `recover` and in the readers, what they call included, and from the first sample to the last. */
function timesOf(profile) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const own = new Map();
  for (const [at, id] of profile.samples.entries()) own.set(id, (own.get(id) ?? 0) + profile.timeDeltas[at]);
  const times = { recover: 0, readers: 0, whole: (profile.endTime - profile.startTime) / 1_000 };
  const below = new Set(profile.nodes.flatMap(({ children }) => children ?? []));
  const open = profile.nodes.filter(({ id }) => !below.has(id)).map(({ id }) => ({ id, of: undefined }));
  while (open.length > 0) {
    const { id, of } = open.pop();
    const { callFrame, children = [] } = nodes.get(id);
    const name =
      of ??
      (callFrame.functionName === 'recover' ? 'recover' : READERS.has(sourceAt(callFrame)) ? 'readers' : undefined);
    if (name !== undefined) times[name] += (own.get(id) ?? 0) / 1_000;
    for (const child of children) open.push({ id: child, of: name });
  }
  return times;
}

let failed = process.argv.length < 3;
for (const image of process.argv.slice(2)) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-recover-'));
  // Gone whatever happens, a profile that is no JSON included.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const args = ['--cpu-prof', '--cpu-prof-dir', folder, cli, 'scan', image, '-f', 'json', '--no-cache'];
  const env = { ...process.env, PLIMSOLL_THREADS: '1' };
  const done = spawnSync(process.execPath, args, { maxBuffer: 1 << 30, encoding: 'utf8', env });
  const files = readdirSync(folder).filter((file) => file.endsWith('.cpuprofile'));
  // What unpacks has a profile of its own; the main one is where the inventory is made.
  const times = files.map((file) => timesOf(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
  const main = times.sort((a, b) => b.recover - a.recover)[0];
  rmSync(folder, { recursive: true, force: true });
  if (done.status === null || main === undefined || main.recover === 0 || main.readers === 0) {
    console.error(`${image}: no profile (exit code ${done.status}): ${done.stderr.slice(-300)}`);
    failed = true;
    continue;
  }
  const inside = main.recover + main.readers;
  const share = inside / main.whole;
  console.log(
    `${image}: ${inside.toFixed(0)} ms of ${main.whole.toFixed(0)} ms, ${(share * 100).toFixed(1)} % (recover ${main.recover.toFixed(0)}, readers ${main.readers.toFixed(0)})`,
  );
  failed ||= share > ALLOWED;
}
process.exitCode = failed ? 1 : 0;
