import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { accept } from './accept.ts';

const asked = { ids: ['CVE-2024-0001'], reason: 'x' };

it('follows a link, keeps the mode, and clears away what a killed run left', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'shared'));
  const real = join(folder, 'shared', 'settings.yaml');
  writeFileSync(real, 'fail-on: HIGH\n', { mode: 0o640 });
  symlinkSync('shared/settings.yaml', join(folder, 'plimsoll.yaml'));
  writeFileSync(join(folder, 'shared', '.plimsoll-2147483646.partial'), 'half');
  await accept(asked, join(folder, 'plimsoll.yaml'));
  expect(lstatSync(join(folder, 'plimsoll.yaml')).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, 'utf8')).toBe('fail-on: HIGH\nexceptions:\n  - id: CVE-2024-0001\n    reason: x\n');
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(readdirSync(join(folder, 'shared'))).toEqual(['settings.yaml']);
});

it('says which file could not be written', async () => {
  const file = join(temporaryFolder(), 'nowhere', 'plimsoll.yaml');
  await expect(accept(asked, file)).rejects.toMatchObject({ code: 'io', where: file });
});
