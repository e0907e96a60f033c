import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

const named = async (files: Record<string, string>) =>
  (await takeInventory(image(layer(files)))).inventory.packageSources?.map(({ manager, label, address }) =>
    [manager, label, address].filter(Boolean).join(' | '),
  );

describe("where an image's installers take packages from", () => {
  it('is said by pip.conf, wherever pip looks for one, without what is secret', async () => {
    expect(
      await named({
        'etc/pip.conf': '[global]\nindex-url = https://reader:secret@nexus.example/simple/\ntimeout = 60\n',
        'opt/venv/pip.conf': '[install]\nno_index = true\nfind-links =\n    /wheels\n',
        'root/.config/pip/pip.conf': '[global]\nno-index = false\n[list]\nindex-url = https://other.example/\n',
      }),
    ).toEqual([
      'pip | index-url in /etc/pip.conf | https://nexus.example/simple/',
      'pip | no-index in /opt/venv/pip.conf',
    ]);
  });

  it("is said by npm's settings, of which other lines are none", async () => {
    expect(
      await named({
        'root/.npmrc':
          '//npm.example/:_authToken=npm_secret\n@ours:registry=https://ours.example/\nregistry = https://npm.example/\n',
        'srv/app/.npmrc': 'save-exact=true\n',
      }),
    ).toEqual(['npm | registry in /root/.npmrc | https://npm.example/']);
  });
});
