import { describe, expect, it } from 'vitest';
import { image, imageWith, layer, symlink } from '../../test/image.ts';
import { zip } from '../../test/zip.ts';
import type { ImageConfig } from '../model.ts';
import { takeInventory } from './take.ts';

type RunConfig = ImageConfig['run'];

const WHEEL = 'requests-2.25.0-py2.py3-none-any.whl';
const wheel = zip({
  'requests/__init__.py': '',
  'requests-2.25.0.dist-info/METADATA': 'Name: requests\nVersion: 2.25.0\n',
});

async function roles(files: Parameters<typeof layer>[0], run: RunConfig = {}): Promise<string[]> {
  const { inventory } = await takeInventory(imageWith({ run }, layer(files)));
  return inventory.packages.map(({ name, version, role }) => `${name} ${version} ${role ?? 'installed'}`);
}

describe('a wheel as a file', () => {
  it('is installed where PYTHONPATH names it, absolutely, from the working directory or by a link', async () => {
    const files = { [`srv/lib/${WHEEL}`]: wheel, 'opt/current': symlink('/srv/lib') };
    for (const [path, workingDir] of [
      [`/app:/srv/lib/${WHEEL}`, '/'],
      [`lib/${WHEEL}`, '/srv'],
      [`/opt/current/${WHEEL}:/x`, '/'],
    ])
      expect(await roles(files, { Env: ['A=1', `PYTHONPATH=${path}`], WorkingDir: workingDir })).toEqual([
        'requests 2.25.0 installed',
      ]);
  });

  it('is installed where a .pth file names it', async () => {
    for (const line of [`/srv/${WHEEL}`, `../../../../srv/${WHEEL}\r`, `# x\n  /srv/${WHEEL}  `])
      expect(
        await roles({ [`srv/${WHEEL}`]: wheel, 'usr/lib/python3/site-packages/vendor.pth': `${line}\n` }),
        line,
      ).toEqual(['requests 2.25.0 installed']);
  });

  it('is installed where a packed PEX carries it', async () => {
    expect(await roles({ [`app.pex/.deps/${WHEEL}`]: wheel, 'app.pex/PEX-INFO': '{}' })).toEqual([
      'requests 2.25.0 installed',
    ]);
    expect(await roles({ [`.deps/${WHEEL}`]: wheel, 'PEX-INFO': '{}' })).toEqual(['requests 2.25.0 installed']);
  });

  it('is what an installer may take where only its folder is named, a comment names it, or nothing does', async () => {
    const files = { [`wheels/${WHEEL}`]: wheel };
    expect(await roles(files, { Env: ['PYTHONPATH=/wheels'] })).toEqual(['requests 2.25.0 cache']);
    expect(await roles({ ...files, 'usr/lib/python3/site-packages/x.pth': `# /wheels/${WHEEL}\n` })).toEqual([
      'requests 2.25.0 cache',
    ]);
    expect(await roles({ [`.deps/${WHEEL}`]: wheel })).toEqual(['requests 2.25.0 cache']);
  });
});

describe('a zip archive with a distribution in it', () => {
  const site = 'usr/lib/python3/dist-packages';
  const egg = zip({ 'EGG-INFO/PKG-INFO': 'Name: requests\nVersion: 2.25.0\n', 'requests/__init__.py': '' });

  it('is installed where the search path names it, whatever it is called, or where every Python looks', async () => {
    const installed = ['requests 2.25.0 installed'];
    expect(await roles({ 'usr/lib/python311.zip': wheel })).toEqual(installed);
    expect(await roles({ 'opt/conda/lib/python39.zip': wheel })).toEqual(installed);
    for (const archive of [wheel, egg]) {
      expect(await roles({ 'srv/stuff.dat': archive }, { Env: ['PYTHONPATH=/app:/srv/stuff.dat'] })).toEqual(installed);
      expect(await roles({ [`${site}/stuff.dat`]: archive, [`${site}/a.pth`]: './stuff.dat\n' })).toEqual(installed);
    }
  });

  it('lies about where nothing names it, and one without such a distribution is no package', async () => {
    expect(await roles({ 'srv/stuff.dat': wheel })).toEqual(['requests 2.25.0 cache']);
    expect(await roles({ 'usr/lib/python311.zip': zip({ 'requests/__init__.py': '' }) })).toEqual([]);
    expect(
      await roles({ 'srv/texts.zip': zip({ 'a.txt': '', 'x.dist-info/METADATA': 'Name: x\nVersion: 1\n' }) }),
    ).toEqual([]);
  });
});

describe("a frozen program's archive", () => {
  it('tells the distributions beside whose code it lies, each once', async () => {
    const archive = zip({
      'requests-2.25.0.dist-info/METADATA': 'Name: requests\nVersion: 2.25.0\n',
      'certifi-2026.10.19.post1.dist-info/METADATA': 'Name: certifi\nVersion: 2026.10.19.post1\n',
    });
    const { inventory } = await takeInventory(
      image(
        layer({
          'opt/app/lib/library.zip': archive,
          'opt/app/lib/certifi/__init__.py': '__version__ = "2026.10.19"\n',
          'opt/app/lib/requests/__version__.py': "__version__ = '2.25.0'\n",
        }),
      ),
    );
    expect(inventory.packages.map(({ name, version, recovered }) => [name, version, recovered])).toEqual([
      ['certifi', '2026.10.19.post1', undefined],
      ['requests', '2.25.0', undefined],
    ]);
    expect(inventory.signs ?? []).toEqual([]);
  });
});
