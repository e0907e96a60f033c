import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../limits.ts';
import { type ModuleFiles, modulesNamed, packModules, unpackModules } from './module-files.ts';

const SITE = 'usr/lib/python3/dist-packages';
const files = (...paths: string[]) => new Map(paths.map((path) => [`${SITE}/${path}`, { class: 'present' }]));
const DJANGO = files(
  'django/__init__.py',
  'django/utils/html.py',
  'django/views/static.py',
  'django/core/checks/messages.py',
);
const PILLOW = files(
  'PIL/__init__.py',
  'PIL/ImageMath.py',
  'PIL/PcfFontFile.py',
  'PIL/_imaging.cpython-39-x86_64-linux-gnu.so',
);
const named = (text: string, of: ModuleFiles, folder = SITE) =>
  modulesNamed(text, folder, of).map(({ module, member }) => (member ? `${module}: ${member}` : module));

describe('modules that the text of an advisory names', () => {
  it('are told by their dotted name, with what it goes on to', () => {
    // PYSEC-2017-10, CVE-2022-22817
    expect(named('the ``django.views.static.serve()`` view could redirect', DJANGO)).toEqual([
      'django.views.static: serve',
    ]);
    expect(named('PIL.ImageMath.eval in Pillow before 9.0.0 allows evaluation', PILLOW)).toEqual([
      'PIL.ImageMath: eval',
    ]);
  });

  it('say whether the module has what the text names, where that is known', () => {
    const holds = (member: string, defines?: string) =>
      modulesNamed(
        `PIL.ImageMath.${member} in Pillow`,
        SITE,
        new Map([[`${SITE}/PIL/ImageMath.py`, { class: 'loaded', ...(defines !== undefined && { defines }) }]]),
      )[0]?.holds;
    expect(holds('eval', 'eval Operand')).toBe(true);
    expect(holds('eval', 'lambda_eval unsafe_eval')).toBe(false);
    expect(holds('Operand.apply', 'Operand Operand.apply')).toBe(true);
    // Inherited, or taken from elsewhere.
    expect(holds('Operand.other', 'Operand Operand.apply')).toBeUndefined();
    expect(holds('eval', 'Operand *')).toBeUndefined();
    expect(holds('eval')).toBeUndefined();
  });

  it('are told by their file, whatever folders the source tree has above it', () => {
    // PYSEC-2026-2253, PYSEC-2015-17
    for (const file of ['PIL/PcfFontFile.py', 'src/PIL/PcfFontFile.py', 'PcfFontFile.py'])
      expect(named(`Prior to 12.3.0, ${file} _load_bitmaps() read`, PILLOW)).toEqual(['PIL.PcfFontFile']);
  });

  it('are none where a longer name only ends as one: GHSA-qc99-g3wm-hgxr', () => {
    expect(named('`bin/compile-messages.py` in Django 0.95 does not quote', DJANGO)).toEqual([]);
  });

  it('are none in examples and in addresses', () => {
    expect(named('```python\nfrom PIL import x; PIL.ImageMath.eval(y)\n```', PILLOW)).toEqual([]);
    expect(
      named('see https://docs.example/PIL.ImageMath.html and https://x.example/src/PIL/ImageMath.py#L3', PILLOW),
    ).toEqual([]);
  });

  it('are none that the package does not have, and not the package as a whole', () => {
    expect(named('django.contrib.auth.views.logout and django.http', DJANGO)).toEqual([]);
    expect(named('import django; django.VERSION', DJANGO)).toEqual([]);
  });

  it("of Python's own library have one word, with `module` beside it, and only there", () => {
    const library = 'usr/lib/python3.9';
    const of = new Map(
      ['tarfile.py', 'http/client.py', 'email/__init__.py', 'lib-dynload/_ssl.cpython-39-x86_64-linux-gnu.so'].map(
        (path) => [`${library}/${path}`, { class: 'loaded' }],
      ),
    );
    // CVE-2007-4559
    expect(named('in the extract functions in the tarfile module in Python', of, library)).toEqual(['tarfile']);
    expect(named('An issue in http.client.HTTPConnection and Lib/email/__init__.py', of, library)).toEqual([
      'http.client: HTTPConnection',
      'email',
    ]);
    expect(named('the html module', files('html.py'))).toEqual([]);
  });

  it('are no more than are told of one finding', () => {
    const many = Array.from({ length: 100 }, (_, at) => `a/m${at}.py`);
    expect(named(many.map((path) => path.replace('/', '.').replace('.py', '')).join(' '), files(...many))).toHaveLength(
      LIMITS.namedModules,
    );
  });

  it('ends soon with text that is made to take long', () => {
    for (const text of [
      'a.'.repeat(8_192),
      'a/'.repeat(8_192),
      `${'_'.repeat(16_000)}.py`,
      '```'.repeat(5_000),
      '`'.repeat(16_000),
    ])
      expect(named(text, PILLOW)).toEqual([]);
  });
});

describe('modules as an inventory keeps them', () => {
  it('come back as they were', () => {
    const packages = new Map([
      [
        'pypi pillow x',
        new Map([
          ['a/PIL/Image.py', { class: 'loaded', defines: 'open Image.load' }],
          ['__proto__', { class: 'present' }],
        ]),
      ],
    ]);
    const packed = packModules(packages);
    expect(unpackModules(packed)).toEqual(packages);
    // As another process reads it, which has packed nothing or something else.
    packModules(new Map());
    expect(unpackModules(packed)).toEqual(packages);
    expect(() => unpackModules('bm9uZQ==')).toThrow();
    expect(unpackModules(packed)).toEqual(packages);
  });
});
