import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { targetExposure } from './exposure.ts';
import { surroundings } from './surroundings.ts';

describe('what a target can load', () => {
  it('is not asked of a bill of materials, which has no files', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'bom.json');
    writeFileSync(file, JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', components: [] }));
    await expect(
      targetExposure(`sbom:${file}`, {}, surroundings({ environment: { PLIMSOLL_HOME: folder } })),
    ).rejects.toThrow('is no image');
  });

  it('is told of a folder with what the user says is started, or not at all', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'root/bin'), { recursive: true });
    mkdirSync(join(folder, 'root/etc'), { recursive: true });
    writeFileSync(join(folder, 'root/etc/os-release'), 'ID=debian\nVERSION_ID="12"\n');
    writeFileSync(join(folder, 'root/bin/start'), '#!/bin/none\n');
    const around = surroundings({ environment: { PLIMSOLL_HOME: folder } });
    const { start } = await targetExposure(`dir:${join(folder, 'root')}`, { command: '/bin/start' }, around);
    expect(start).toMatchObject({ by: 'user', files: { loaded: 0 } });
    expect(start.notes).toEqual([
      'the start command names /bin/start, whose first line names /bin/none to run it, which the image does not have',
    ]);
    expect((await targetExposure(`dir:${join(folder, 'root')}`, {}, around)).start.by).toBe('nobody');
  });
});
