import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { clearTrials, trialFolderPrefix } from './left-over.ts';

/** No process has so high a number. */
const DEAD = 2 ** 22 + 1;

it('what a trial that was killed left is removed by the next one; what lives, links and others stay', () => {
  const folder = temporaryFolder();
  const made = [
    `${trialFolderPrefix(DEAD)}a`,
    `${trialFolderPrefix()}b`,
    `${trialFolderPrefix(process.ppid)}c`,
    'other',
  ];
  for (const name of made) {
    mkdirSync(join(folder, name, 'tmp'), { recursive: true });
    writeFileSync(join(folder, name, 'tmp', 'layer'), 'x');
  }
  symlinkSync(join(folder, 'other'), join(folder, `${trialFolderPrefix(DEAD)}link`));
  clearTrials(folder);
  expect(made.map((name) => existsSync(join(folder, name, 'tmp', 'layer')))).toEqual([false, true, true, true]);
  expect(existsSync(join(folder, `${trialFolderPrefix(DEAD)}link`))).toBe(true);
  clearTrials(join(folder, 'nothing'));
});
