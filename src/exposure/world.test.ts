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
import { codeSpool } from '../layers/code-spool.ts';
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

  it('makes none of scripts that no spool keeps, since few images start what reads them: their layer passes by again', async () => {
    const spool = codeSpool();
    const files = layer({
      ...SYSTEM,
      'usr/bin/node': program(),
      'app/app.js': "require('dep')",
      'app/node_modules/dep/package.json': '{"name": "dep", "exports": "./x.js"}',
      'app/node_modules/dep/x.js': '',
      'app/node_modules/dep/index.js': '',
    });
    let kept = '';
    const watched = {
      ...spool,
      keep(body: Buffer) {
        kept += body.toString('latin1');
        return spool.keep(body);
      },
    };
    const { inventory, read } = await takeInventory(image(files.gzipped()), { spool: watched });
    expect(kept).not.toContain("require('dep')");
    const found = await exposureOf(read, inventory.packages, { Cmd: ['node', '/app/app.js'] });
    expect(reachedOf(found, /^app/)).toEqual(['app/app.js: loaded', 'app/node_modules/dep/x.js: loaded']);
    spool.close();
  });
});
