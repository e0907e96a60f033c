import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../src/orphans.ts';

/**
 * Makes a temporary folder of this run (`PREFIX-PID-...`) and has `TMPDIR` say so, for all that the run starts: a test that is skipped, fails or is
 * killed tidies nothing up. What runs left that were themselves killed is put away and removed first. Returns what removes the folder again.
 */
export function ownTemporaryFolder(prefix: string, putAway: (folder: string) => void = () => {}): () => void {
  const outside = tmpdir();
  const names = new RegExp(`^${prefix}-(\\d{1,10})-`);
  for (const name of readdirSync(outside)) {
    const pid = Number(names.exec(name)?.[1] ?? 0);
    if (pid > 0 && pid !== process.pid && !isAlive(pid)) remove(join(outside, name), putAway);
  }
  const folder = mkdtempSync(join(outside, `${prefix}-${process.pid}-`));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    remove(folder);
  };
}

/** What cannot be removed (something is mounted there still) is said, and stays for the next run: no test is worse for it. */
function remove(folder: string, putAway: (folder: string) => void = () => {}): void {
  try {
    putAway(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  } catch (error) {
    console.warn(`${folder} could not be removed: ${(error as Error).message}`);
  }
}

/** Processes of this machine that were started with this folder as theirs for what is temporary: what a killed run left running. Linux only. */
export function processesOf(folder: string): number[] {
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return pids.map(Number).filter((pid) => {
    try {
      return (
        pid !== process.pid && readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`TMPDIR=${folder}`)
      );
    } catch {
      return false;
    }
  });
}

/** The quick suite's. */
export default function setup(): () => void {
  return ownTemporaryFolder('plimsoll-suite');
}
