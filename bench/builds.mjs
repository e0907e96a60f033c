// node bench/builds.mjs OTHER [IMAGE]: processor time of this build against another one, in one run.
// OTHER is a folder with a dist/ (a checkout of another commit, built); so is BENCH_BUILD, which stands for this checkout (`node bench/without.mjs
// BENCH_BUILD exposure hiding`, to know what the same behaviour costs). The start, the demonstration and, of an image, the warm scan as table
// and as JSON and the cold scan are run in turns, so that a busy machine is busy for both; what counts is the time of user and system that each
// process says it had. Prints medians and the ratio of them. BENCH_RUNS sets the pairs (20). Each build has its own database: name their
// homes by PLIMSOLL_HOME and OTHER_HOME, filled by `db update` of each.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [other, image] = process.argv.slice(2);
if (other === undefined) throw new Error('name the folder of the other build');
const builds = [
  { root: resolve(process.env.BENCH_BUILD ?? join(here, '..')), home: process.env.PLIMSOLL_HOME },
  { root: resolve(other), home: process.env.OTHER_HOME ?? process.env.PLIMSOLL_HOME },
];
for (const { root } of builds)
  if (!existsSync(join(root, 'dist', 'cli.cjs'))) throw new Error(`${root} is not built: npm run build there`);
const pairs = Number(process.env.BENCH_RUNS ?? 20);
const witness = join(here, 'processor-time.cjs');

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds of processor time of one run. */
function timed({ root, home }, args) {
  const { stderr, error, status } = spawnSync(
    process.execPath,
    ['--require', witness, join(root, 'dist', 'cli.cjs'), ...args],
    {
      env: { ...process.env, NO_COLOR: '1', ...(home === undefined ? {} : { PLIMSOLL_HOME: home }) },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      // Builds of old took a standard output that is no pipe, file or terminal for a closed one.
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const microseconds = /processor-time-us=(\d+)/.exec(stderr ?? '')?.[1];
  // 1 is a gate that is shut; beyond that nothing was scanned, and its time would mean nothing.
  if (microseconds === undefined || status === null || status > 1)
    throw error ?? new Error(`${root}: ${args.join(' ')}: ${(stderr ?? '').slice(-500)}`);
  return Number(microseconds) / 1000;
}

const commands = [
  ['--version'],
  ['demo'],
  ...(image === undefined
    ? []
    : [
        ['scan', image],
        ['scan', image, '--format', 'json'],
        ['scan', image, '--no-cache'],
      ]),
];
for (const args of commands) {
  for (const build of builds) for (let run = 0; run < 2; run += 1) timed(build, args);
  const times = [[], []];
  for (let pair = 0; pair < pairs; pair += 1)
    for (const [side, build] of builds.entries()) times[side].push(timed(build, args));
  const [own, others] = times.map(median);
  const ratios = times[0].map((time, pair) => time / times[1][pair]);
  console.log(
    `${args.join(' ')}: ${own.toFixed(0)} ms to ${others.toFixed(0)} ms, ${(own / others).toFixed(2)} x (median of ratios ${median(ratios).toFixed(2)}, ${pairs} pairs)`,
  );
}
