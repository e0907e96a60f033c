/** 4.11: whether what a build installs is verified, and in a fixed version. */
import { type BenchItem, type CheckVerdict, info, note, pass, warn } from '../check.ts';
import { downloadsOf, piped, runsDownload } from './downloads.ts';
import { installsOf } from './installers.ts';
import { looseness, looseVariables } from './looseness.ts';
import { type Look, NOWHERE } from './requirements.ts';
import type { BuildStep } from './steps.ts';
import { toldBy } from './told.ts';

/** 4.11: packages whose origin nobody verifies. `look` reads the files that a Dockerfile names. */
export function judgePackages(steps: readonly BuildStep[], look: Look = NOWHERE): CheckVerdict {
  const bad: BenchItem[] = [];
  const loose: BenchItem[] = [];
  const unseen: BenchItem[] = [];
  for (const step of steps) {
    for (const variable of looseVariables(step)) bad.push(step.item(variable));
    const told = toldBy(step, look, (command) => installsOf(command, look) !== undefined);
    for (const command of told.commands) {
      if (runsDownload(command)) bad.push(step.item(`runs what it downloads: ${piped(command)}`));
      const off = looseness(command);
      if (off !== undefined) bad.push(step.item(off));
      const install = installsOf(command, look);
      if (install === undefined) continue;
      if (install.open.length > 0)
        loose.push(step.item(`${install.name} without versions or commits: ${install.open.slice(0, 12).join(', ')}`));
      for (const what of install.unseen) unseen.push(step.item(`${what} could not be looked at`));
    }
    for (const what of told.unseen) unseen.push(step.item(`${what} is not told here`));
    for (const { url, verified } of downloadsOf(step, told.commands))
      if (verified === undefined) bad.push(step.item(`downloads ${url} and compares no checksum`));
  }
  if (bad.length > 0) return warn('packages are installed that nobody verifies', [...bad, ...loose]);
  if (loose.length > 0) return info('versions are left open: each build can install others', [...loose, ...unseen]);
  return unseen.length > 0
    ? note('what some steps install could not be looked at', unseen)
    : pass("the steps install nothing but a distribution's signed packages, and others in fixed versions");
}
