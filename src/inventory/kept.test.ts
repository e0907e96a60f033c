import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program } from '../../test/exposure.ts';
import { file, image, layer } from '../../test/image.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { type LayerCache, openLayerCache } from '../layers/cache.ts';
import { LIMITS } from '../limits.ts';
import type { Image } from '../model.ts';
import { inventoryOf } from './kept.ts';

const python = layer({ 'usr/lib/python3/six-1.16.0.dist-info/METADATA': 'Name: six\nVersion: 1.16.0\n' });
const open = (name: string): Promise<LayerCache> => openLayerCache(join(temporaryFolder(), name), () => {});

/** The image, but for its layers, which nobody may read any more. */
const unreadable = (image: Image): Image => ({
  ...image,
  layers: image.layers.map((layer) => ({ ...layer, open: () => Promise.reject(new Error('read again')) })),
});

/** A cache that has lost its layers. */
const withoutLayers = (cache: LayerCache): LayerCache => ({ ...cache, get: () => undefined });

describe('the inventory of an image', () => {
  it('is had from the cache the second time, without its layers or their indexes', async () => {
    const cache = await open('a');
    const first = await inventoryOf(image(python), { cache }, 'build 1');
    const again = await inventoryOf(unreadable(image(python)), { cache: withoutLayers(cache) }, 'build 1');
    expect(first.inventory.packages.map(({ purl }) => purl)).toEqual(['pkg:pypi/six@1.16.0']);
    expect(again.inventory).toEqual(JSON.parse(JSON.stringify(first.inventory)));
    expect([first.cachedLayers, again.cachedLayers]).toEqual([0, 1]);
    cache.close();
  });

  it('has from there too what a container can load, and reads no file again for it', async () => {
    const cache = await open('loads');
    const started = (read: Image): Image => ({
      ...read,
      subject: { ...read.subject, config: { ...read.subject.config!, run: { Cmd: ['python3', '-c', 'import six'] } } },
    });
    const files = layer({
      'usr/bin/python3': program([]),
      'usr/lib/python3.9/os.py': '',
      'usr/lib/python3/dist-packages/six.py': 'import os\n',
      'usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA': 'Name: six\nVersion: 1.16.0\n',
    });
    const first = await inventoryOf(started(image(files)), { cache }, 'build 1');
    const again = await inventoryOf(started(unreadable(image(files))), { cache: withoutLayers(cache) }, 'build 1');
    expect(again.inventory.start?.files).toEqual(first.inventory.start?.files);
    expect(again.inventory.packages[0]?.exposure).toMatchObject({ class: 'loaded' });
    cache.close();
  });

  it('is taken again by another build of the program, for another configuration, and without a cache', async () => {
    const cache = await open('b');
    await inventoryOf(image(python), { cache }, 'build 1');
    const asked = unreadable(image(python));
    const { subject } = asked;
    const changed = { ...asked, subject: { ...subject, config: { ...subject.config!, run: { User: 'root' } } } };
    const lost = withoutLayers(cache);
    await expect(inventoryOf(asked, { cache: lost }, 'build 2')).rejects.toThrow('read again');
    await expect(inventoryOf(changed, { cache: lost }, 'build 1')).rejects.toThrow('read again');
    await expect(inventoryOf(asked, {}, 'build 1')).rejects.toThrow('read again');
    await expect(inventoryOf(asked, { cache: lost }, undefined)).rejects.toThrow('read again');
    cache.close();
  });

  it('is not kept of a folder, nor of layers that are not what they claim to be', async () => {
    const cache = await open('c');
    const texts: string[] = [];
    const watched = { ...cache, putText: (key: string) => void texts.push(key) };
    const folder = image(python);
    await inventoryOf(
      { ...folder, layers: folder.layers.map((layer) => ({ ...layer, identity: null })) },
      { cache: watched },
      'x',
    );
    await inventoryOf(
      image(layer({ 'bin/sh': file('') }).claiming(`sha256:${'0'.repeat(64)}`)),
      { cache: watched },
      'x',
    );
    expect(texts).toEqual([]);
    await inventoryOf(image(python), { cache: watched }, 'x');
    expect(texts).toHaveLength(1);
    cache.close();
  });

  it('is not kept of an image with more packages than is worth it', async () => {
    const cache = await open('e');
    const texts: string[] = [];
    const status = Array.from(
      { length: LIMITS.keptItems + 1 },
      (_, at) => `Package: p${at}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n`,
    );
    const crowded = image(
      layer({ 'etc/os-release': 'ID=debian\nVERSION_ID=11\n', 'var/lib/dpkg/status': status.join('\n') }),
    );
    const watched = { ...cache, putText: (key: string) => void texts.push(key) };
    const { inventory, key } = await inventoryOf(crowded, { cache: watched }, 'build 1');
    expect([inventory.packages.length, key, texts]).toEqual([LIMITS.keptItems + 1, undefined, []]);
    cache.close();
  });

  it('is taken again where what was kept is damaged', async () => {
    const cache = await open('d');
    const broken = { ...cache, text: () => '{"packages": [' };
    const { inventory } = await inventoryOf(image(python), { cache: broken }, 'build 1');
    expect(inventory.packages).toHaveLength(1);
    cache.close();
  });
});
