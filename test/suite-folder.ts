import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../src/orphans.ts';

const NAME = /^plimsoll-suite-(\d{1,10})-/;

/**
 * The quick suite has a temporary folder of its own, which goes with it: a test that is skipped, fails or is killed tidies nothing up. What
 * a suite left that was itself killed is taken away by the next.
 */
export default function setup(): () => void {
  const outside = tmpdir();
  for (const name of readdirSync(outside)) {
    const pid = Number(NAME.exec(name)?.[1] ?? 0);
    if (pid > 0 && pid !== process.pid && !isAlive(pid))
      rmSync(join(outside, name), { recursive: true, force: true, maxRetries: 2 });
  }
  const folder = mkdtempSync(join(outside, `plimsoll-suite-${process.pid}-`));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true, force: true, maxRetries: 2 });
  };
}
