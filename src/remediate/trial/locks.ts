import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../limits.ts';
import { run } from '../../programs/run.ts';
import { lockFiles } from '../files/index.ts';
import type { TrialCheck } from '../plan.ts';

/** Renews the lock files of a folder by the programs that made them, where these are installed. */
export async function renewLocks(
  folder: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<TrialCheck[]> {
  const checks: TrialCheck[] = [];
  for (const { file, program, renew } of lockFiles) {
    if (!existsSync(join(folder, file))) continue;
    const done = await run(program, renew(folder), { environment, signal, timeout: LIMITS.buildMs });
    const said = done.complaint.trim().split('\n').slice(-3).join('\n');
    if (done.outcome === 'missing')
      checks.push({ name: 'lock', about: file, said: `${program} is not installed here` });
    else
      checks.push({
        name: 'lock',
        about: file,
        good: done.outcome === 'ended' && done.status === 0,
        said: done.status === 0 ? '' : said,
      });
  }
  return checks;
}
