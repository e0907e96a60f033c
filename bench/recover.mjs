// recover.mjs IMAGE...: what looking for what an image hides costs, in the same run as the scan that it is part of: a cold scan of each image
// is profiled, and the time inside of `recover` is set against that of the whole process. Needs dist/ (npm run build) and a database in PLIMSOLL_HOME.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url));
/** Of a cold scan's time. */
const ALLOWED = 0.1;

/** Milliseconds in a function, what it calls included, and from the first sample to the last. */
function timesOf(profile, name) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const own = new Map();
  for (const [at, id] of profile.samples.entries()) own.set(id, (own.get(id) ?? 0) + profile.timeDeltas[at]);
  const within = (id) => (nodes.get(id).children ?? []).reduce((sum, child) => sum + within(child), own.get(id) ?? 0);
  const inside = profile.nodes.filter(({ callFrame }) => callFrame.functionName === name);
  return {
    inside: inside.reduce((sum, { id }) => sum + within(id), 0) / 1_000,
    whole: (profile.endTime - profile.startTime) / 1_000,
  };
}

let failed = process.argv.length < 3;
for (const image of process.argv.slice(2)) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-recover-'));
  // Gone whatever happens, a profile that is no JSON included.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const args = ['--cpu-prof', '--cpu-prof-dir', folder, cli, 'scan', image, '-f', 'json', '--no-cache'];
  const done = spawnSync(process.execPath, args, { maxBuffer: 1 << 30, encoding: 'utf8' });
  const files = readdirSync(folder).filter((file) => file.endsWith('.cpuprofile'));
  // Threads have profiles of their own; the main one is where the inventory is made.
  const times = files.map((file) => timesOf(JSON.parse(readFileSync(join(folder, file), 'utf8')), 'recover'));
  const main = times.sort((a, b) => b.inside - a.inside)[0];
  rmSync(folder, { recursive: true, force: true });
  if (done.status === null || main === undefined || main.inside === 0) {
    console.error(`${image}: no profile (exit code ${done.status}): ${done.stderr.slice(-300)}`);
    failed = true;
    continue;
  }
  const share = main.inside / main.whole;
  console.log(
    `${image}: recover ${main.inside.toFixed(0)} ms of ${main.whole.toFixed(0)} ms, ${(share * 100).toFixed(1)} %`,
  );
  failed ||= share > ALLOWED;
}
process.exitCode = failed ? 1 : 0;
