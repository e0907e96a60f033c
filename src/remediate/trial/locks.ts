import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LIMITS } from '../../limits.ts';
import { printedText, run } from '../../programs/run.ts';
import { lockFiles } from '../files/index.ts';
import type { LockRenewal, TrialCheck } from '../plan.ts';

/** Renews the lock files of a folder as the plan says, by the programs that made them, where these are installed. */
export async function renewLocks(
  folder: string,
  renewals: readonly LockRenewal[],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<TrialCheck[]> {
  const checks: TrialCheck[] = [];
  for (const { file, program, args, folder: within = '' } of renewals) {
    const own = join(folder, within);
    if (!existsSync(join(folder, file))) continue;
    const place = lockFiles.find((lockFile) => lockFile.file === basename(file))?.there(own);
    const done = await run(program, [...args, ...(place?.args ?? [])], {
      environment: { ...environment, ...place?.environment },
      signal,
      timeout: LIMITS.buildMs,
    });
    const about = { name: 'lock', about: file };
    if (done.outcome === 'missing') checks.push({ ...about, said: `${program} is not installed here` });
    else {
      const good = done.outcome === 'ended' && done.status === 0;
      // Some say on standard output what went wrong.
      const said = (done.complaint.trim() || printedText(done).trim()).split('\n').slice(-3).join('\n');
      checks.push({ ...about, good, said: good ? '' : said });
    }
  }
  return checks;
}
