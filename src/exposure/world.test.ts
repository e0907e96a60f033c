import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { library, program, reachedOf, SYSTEM } from '../../test/exposure.ts';
import { blobs, image, layer } from '../../test/image.ts';
import { dockerArchive } from '../../test/saved.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { openTarget } from '../application/open-target.ts';
import { surroundings } from '../application/surroundings.ts';
import { takeInventory } from '../inventory/take.ts';
import type { Image } from '../model.ts';
import { exposureOf } from './index.ts';

describe('the form an image comes in', () => {
  it('makes no difference: read by seeking, or passing by packed', async () => {
    const folder = temporaryFolder();
    const files = layer({
      ...SYSTEM,
      'run.sh': '#!/bin/sh\nexec /opt/app\n',
      'opt/app': program(['liba.so'], { runpath: '$ORIGIN/lib' }),
      'opt/lib/liba.so': library('liba.so', ['libc.so.6']),
      'opt/lib/libidle.so': library('libidle.so'),
    });
    const said = async (opened: Image) => {
      const { inventory, read } = await takeInventory(opened);
      const found = await exposureOf(read, inventory.packages, { Cmd: ['/run.sh'] });
      return reachedOf(found);
    };
    const packed = await said(image(files.gzipped()));
    expect(packed).toContain('opt/lib/liba.so: loaded');
    expect(await said(image(files))).toEqual(packed);
    const archive = join(folder, 'image.tar');
    writeFileSync(archive, dockerArchive(blobs(files)));
    const opened = await openTarget(`archive:${archive}`, {}, surroundings({ environment: { PLIMSOLL_HOME: folder } }));
    expect(await said(opened.image)).toEqual(packed);
    await opened.close();
  });
});
