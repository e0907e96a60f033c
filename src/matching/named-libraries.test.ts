import { describe, expect, it } from 'vitest';
import type { Package } from '../model.ts';
import { namedLibrariesIn } from './named-libraries.ts';

const SITE = 'usr/local/lib/python3.9/dist-packages';
const place = (path: string) => [{ path, layer: 0, diffID: 'sha256:1', analyzer: 'binaries' }];
const wheel = (name: string, site = SITE): Package => ({
  type: 'pypi',
  name,
  version: '8.1.0',
  purl: `pkg:pypi/${name.toLowerCase()}@8.1.0`,
  evidence: place(`${site}/${name}-8.1.0.dist-info/METADATA`),
});
const library = (name: string, path: string, more: Partial<Package> = {}): Package => ({
  type: 'generic',
  role: 'vendored',
  name,
  version: '1.1.0',
  purl: `pkg:generic/${name}@1.1.0`,
  evidence: place(path),
  ...more,
});
const chain = [
  { how: 'CMD', path: 'usr/bin/python3.9' },
  { how: 'import PIL.*', path: `${SITE}/PIL/_webp.cpython-39-x86_64-linux-gnu.so` },
  { how: 'NEEDED libwebp-122bd20b.so.7.1.0', path: `${SITE}/Pillow.libs/libwebp-122bd20b.so.7.1.0` },
];
const webp = library('libwebp', `${SITE}/Pillow.libs/libwebp-122bd20b.so.7.1.0`, {
  exposure: { class: 'importable', chain },
});
const jpeg = library('libjpeg', `${SITE}/Pillow.libs/libjpeg-ba7bf5af.so.9.4.0`);
/** https://osv.dev/vulnerability/PYSEC-2023-175 */
const record = { title: 'libwebp: OOB write in BuildHuffmanTable' };

describe('libraries that the texts of a finding name', () => {
  it('are those that its wheel brings along, each with the way from the start command', () => {
    expect(namedLibrariesIn([wheel('Pillow'), webp, jpeg])([record], wheel('Pillow'))).toEqual([
      {
        library: 'libwebp',
        version: '1.1.0',
        path: `${SITE}/Pillow.libs/libwebp-122bd20b.so.7.1.0`,
        exposure: { class: 'importable', chain },
      },
    ]);
  });

  it('are found in the folder of the wheel itself, and where that is spelt as indexes spell it', () => {
    const openssl = library('openssl', `${SITE}/cryptography/hazmat/bindings/_openssl.abi3.so`);
    const said = [{ title: 'Vulnerable OpenSSL included in cryptography wheels' }];
    expect(namedLibrariesIn([openssl])(said, wheel('cryptography'))?.map(({ library: name }) => name)).toEqual([
      'openssl',
    ]);
    const cv = library('libpng', `${SITE}/opencv_python_headless.libs/libpng16-1.so`);
    const png = [{ description: 'An overflow in libpng.' }];
    expect(namedLibrariesIn([cv])(png, wheel('opencv-python-headless'))).toHaveLength(1);
  });

  it('are of that installation: not of another environment, another wheel, or the system', () => {
    const lookUp = namedLibrariesIn([webp, library('libwebp', 'usr/lib/libwebp.so.6', { role: undefined })]);
    expect(lookUp([record], wheel('Pillow', 'opt/venv/lib/python3.9/site-packages'))).toBeUndefined();
    expect(lookUp([record], wheel('imageio'))).toBeUndefined();
    expect(lookUp([record], { ...wheel('Pillow'), type: 'deb' })).toBeUndefined();
  });

  it('stand in the text as words: no part of another name, and none of two letters', () => {
    const lookUp = namedLibrariesIn([webp, library('xz', `${SITE}/Pillow.libs/liblzma-99449165.so.5`)]);
    const say = (title: string) => lookUp([{ title }], wheel('Pillow'));
    expect(say('libwebp-sys before 0.9 and mylibwebp')).toBeUndefined();
    expect(say('unpacks xz archives')).toBeUndefined();
    expect(say('libwebp-sys, and LibWebP itself')).toHaveLength(1);
    expect(say('in `libwebp`.')).toHaveLength(1);
  });
});
