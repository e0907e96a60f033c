// cost.mjs WITHOUT WITH IMAGE [TURNS]: what following what a container can load costs of a cold scan, as a row of the table in docs/exposure.md.
// WITHOUT and WITH are folders with a built program: the first is FOLDER/dist of `node bench/without.mjs FOLDER exposure`. They run in turns,
// since a machine's load changes; processor time is of user and system, of the medians. Needs a database in PLIMSOLL_HOME.
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [without, withIt, image, turns = '5'] = process.argv.slice(2);
const clock = fileURLToPath(new URL('../processor-time.cjs', import.meta.url));

/** Seconds of processor time of one scan. */
function seconds(folder) {
  const program = [join(folder, 'cli.cjs'), 'scan', image, '--offline', '--no-cache', '-f', 'json'];
  const done = spawnSync(process.execPath, ['--require', clock, ...program], { maxBuffer: 1 << 30, encoding: 'utf8' });
  const told = /processor-time-us=(\d+)/.exec(done.stderr)?.[1];
  if (done.status !== 0 || told === undefined) throw new Error(`${image}: ${done.stderr.slice(-300)}`);
  return Number(told) / 1e6;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const times = { without: [], withIt: [] };
for (let turn = 0; turn < Number(turns); turn += 1) {
  times.without.push(seconds(without));
  times.withIt.push(seconds(withIt));
}
const [less, more] = [median(times.without), median(times.withIt)];
const shares = times.withIt.map((time, turn) => (1 - times.without[turn] / time) * 100);
console.log(
  `| ${basename(image)} | ${less.toFixed(2)} s | ${more.toFixed(2)} s | ${((1 - less / more) * 100).toFixed(0)} % of a scan | ` +
    `pairs ${shares.map((share) => share.toFixed(0)).join(', ')} % |`,
);
