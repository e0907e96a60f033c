import { describe, expect, it } from 'vitest';
import { exposed, program } from '../../test/exposure.ts';
import type { Finding, Package } from '../model.ts';
import { withNamedModules } from './named-modules.ts';

const SITE = 'usr/lib/python3/dist-packages';
const owned = (name: string, ...paths: readonly string[]) => ({
  [`var/lib/dpkg/info/${name}.list`]: paths.map((path) => `/${path}\n`).join(''),
});
const IMAGE = {
  'usr/bin/python3.9': program(),
  'usr/lib/python3.9/os.py': '',
  'usr/lib/python3.9/site.py': 'import os\n',
  'usr/lib/python3.9/tarfile.py': '',
  'var/lib/dpkg/status':
    'Package: libpython3.9-stdlib\nStatus: install ok installed\nSource: python3.9\nVersion: 3.9.2-1\nArchitecture: amd64\n',
  ...owned(
    'libpython3.9-stdlib',
    'usr/lib/python3.9/os.py',
    'usr/lib/python3.9/site.py',
    'usr/lib/python3.9/tarfile.py',
  ),
  [`${SITE}/Pillow-9.0.0.dist-info/METADATA`]: 'Metadata-Version: 2.1\nName: Pillow\nVersion: 9.0.0\n',
  [`${SITE}/Pillow-9.0.0.dist-info/RECORD`]:
    'PIL/__init__.py,,\nPIL/Image.py,,\nPIL/ImageMath.py,,\nPIL/ImageFont.py,,\n',
  [`${SITE}/PIL/__init__.py`]: '',
  [`${SITE}/PIL/Image.py`]: 'def late():\n    from . import ImageMath\n',
  [`${SITE}/PIL/ImageMath.py`]: '',
  [`${SITE}/PIL/ImageFont.py`]: '',
  'app/serve.py': 'from PIL import Image\n',
};

const finding = (installed: Package, texts: Pick<Finding, 'title' | 'description'>): Finding => ({
  id: 'CVE-2022-22817',
  aliases: [],
  package: installed,
  severity: 'HIGH',
  severitySource: 'nvd',
  ratings: [],
  state: 'fixed',
  fix: { state: 'fixed' },
  statements: [],
  reasons: [],
  ...texts,
});

async function named(
  name: string,
  texts: Pick<Finding, 'title' | 'description'>,
  command = ['python3.9', '/app/serve.py'],
) {
  const { packages, modules } = await exposed(IMAGE, { Cmd: command });
  const installed = packages.find((pkg) => pkg.name === name);
  if (installed === undefined) throw new Error(`no ${name}`);
  return withNamedModules([finding(installed, texts)], modules)[0]?.named;
}

describe('modules that the texts of a finding name', () => {
  it('say how near each is, where their package is nearer or farther', async () => {
    const description =
      'PIL.ImageMath.eval in Pillow before 9.0.0 allows evaluation, as does PIL/ImageFont.py; see PIL.Image';
    expect(await named('Pillow', { description })).toEqual([
      { module: 'PIL.ImageMath', member: 'eval', path: `${SITE}/PIL/ImageMath.py`, class: 'importable' },
      { module: 'PIL.Image', path: `${SITE}/PIL/Image.py`, class: 'loaded' },
      { module: 'PIL.ImageFont', path: `${SITE}/PIL/ImageFont.py`, class: 'present' },
    ]);
  });

  it("are those of Python's own library too, in the package of the distribution that has them", async () => {
    expect(await named('libpython3.9-stdlib', { title: 'Directory traversal in the tarfile module' })).toEqual([
      { module: 'tarfile', path: 'usr/lib/python3.9/tarfile.py', class: 'present' },
    ]);
  });

  it('are unknown where it cannot be told what the program imports', async () => {
    const texts = { description: 'PIL.ImageFont' };
    const [font] = (await named('Pillow', texts, ['python3.9', '-c', 'import os, sys; __import__(sys.argv[1])'])) ?? [];
    expect(font?.class).toBe('unknown');
  });

  it('are none where a text names none, where no Python starts, and where what was kept is damaged', async () => {
    expect(await named('Pillow', { description: 'Pillow allows evaluation' })).toBeUndefined();
    const { packages, modules } = await exposed(IMAGE, { Cmd: ['/usr/bin/gone'] });
    expect(modules).toBeUndefined();
    const texts = finding(packages[0] as Package, { description: 'PIL.ImageMath' });
    for (const packed of [undefined, '', 'AAAA']) expect(withNamedModules([texts], packed)).toEqual([texts]);
  });
});
