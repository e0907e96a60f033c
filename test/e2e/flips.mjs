/**
 * Turns single bits of one kept file and scans, in this process: `node flips.mjs LIBRARY HOME FILE COUNT TARGET FEEDS`. Prints how
 * often the answer was the same, an error told it, or it was `wrong` (another answer) or `strange` (an error that is none of ours).
 */
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [library, home, name, count, target, feeds] = process.argv.slice(2);
const { scan, surroundings, updateDatabase, PlimsollError } = await import(library);
const environment = { PLIMSOLL_HOME: join(home, 'plimsoll'), HOME: home, PATH: '/nonexistent', PIP_NO_INDEX: '1' };
const around = surroundings({ environment });
const path = join(environment.PLIMSOLL_HOME, name);

/** What the list of fetched documents holds, and below what a lock holds, where there is none now. */
if (name === 'fetched-by-scans.json')
  writeFileSync(path, JSON.stringify({ 'osv/PyPI': new Date().toISOString(), debian: new Date().toISOString() }));
const isLock = name === 'advisories.lock';
if (isLock) await updateDatabase({ from: feeds }, around);
const sound = isLock ? Buffer.from(JSON.stringify({ pid: 2 ** 22 + 1, began: '1', host: 'x' })) : readFileSync(path);
const answer = async () => {
  // What the cache keeps of an earlier match would hide a database that cannot be read.
  const { findings, inventory } = await scan(target, { offline: true, cache: name === 'layers.db' }, around);
  return JSON.stringify([findings, inventory?.packages?.length]);
};
const reference = await answer();

let state = 20_230_512 + name.length;
const random = (below) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state % below;
};
const outcomes = { same: 0, told: 0, wrong: 0, strange: 0 };
for (let turn = 0; turn < Number(count); turn++) {
  const bytes = Buffer.from(sound);
  // Half of them where the structure is: at the beginning.
  const at = random(turn % 2 === 0 ? bytes.length : Math.min(bytes.length, 4_096));
  bytes[at] ^= 1 << random(8);
  for (const end of ['-wal', '-shm', '-journal']) rmSync(path + end, { force: true });
  writeFileSync(path, bytes);
  if (isLock) utimesSync(path, new Date(0), new Date(0));
  try {
    // A lock is met by updates only.
    if (isLock) await updateDatabase({ from: feeds, only: ['kev'] }, around);
    if ((await answer()) === reference) outcomes.same++;
    else {
      outcomes.wrong++;
      console.error(`bit of byte ${at}: another answer`);
    }
  } catch (error) {
    if (error instanceof PlimsollError && error.code !== 'internal') outcomes.told++;
    else {
      outcomes.strange++;
      console.error(`bit of byte ${at}: ${error?.stack ?? error}`);
    }
  }
  if (isLock && existsSync(path)) outcomes.strange++;
}
if (!isLock) writeFileSync(path, sound);
console.log(JSON.stringify(outcomes));
