import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { pythonImports } from './index.ts';

/** What it says of functions that run while the file is loaded. */
const called = (source: string): string[] =>
  pythonImports(Buffer.from(source))
    .split('\n')
    .filter((line) => /^(?:called|reaches) /.test(line));

/** A function that starts something. */
const starts = (name: string, margin = ''): string =>
  `${margin}def ${name}:\n${margin}    subprocess.run(["fc-list"])\n`;

describe('functions that run while a module is loaded', () => {
  it('are those that a statement at the margin calls', () => {
    expect(called(`${starts('f()')}f()\n`)).toEqual(['called f']);
    expect(called(`${starts('f(a)')}x = f(1)\n`)).toEqual(['called f']);
    expect(called(`async ${starts('f()')}asyncio.run(f())\n`)).toEqual(['reaches f']);
  });

  it('are less sure under a condition, and none for who runs the file as a program', () => {
    expect(called(`${starts('f()')}try:\n    f()\nexcept OSError:\n    pass\n`)).toEqual(['reaches f']);
    expect(called(`${starts('f()')}if __name__ == "__main__":\n    if x:\n        f()\n`)).toEqual([]);
  });

  it('are those too that such functions call, through a class that is made and its own methods', () => {
    // As matplotlib 3.7 looks for fonts: font_manager.py, without what does not bear on it.
    const source = [
      '@lru_cache',
      'def _get_fontconfig_fonts():',
      "    if b'--format' not in subprocess.check_output(['fc-list', '--help']):",
      '        return []',
      'def findSystemFonts(fontpaths=None):',
      '    installed_fonts = _get_fontconfig_fonts()',
      'class FontManager:',
      '    def __init__(self, size=None):',
      '        for path in findSystemFonts():',
      '            self.addfont(path)',
      'def _load_fontmanager(*, try_read_cache=True):',
      '    fm = FontManager()',
      '    return fm',
      'fontManager = _load_fontmanager()',
    ].join('\n');
    expect(called(source)).toEqual(['reaches _get_fontconfig_fonts']);
    expect(called(source.replace('fontManager = ', 'def later():\n    '))).toEqual([]);
    const methods = `class C:\n    def __init__(self):\n        self.go()\n${starts('go(self)', '    ')}class D:\n${starts('go(self)', '    ')}`;
    expect(called(`${methods}C()\n`)).toEqual(['reaches C.go']);
    expect(called(methods)).toEqual([]);
  });

  it('are not those whose name is another one, is defined, or stands in a comment', () => {
    for (const other of ['x.f()', 'xf()', 'f_()', '# f()', 'class f(): pass', 'def g():\n    f()'])
      expect(called(`${starts('f()')}${other}\n`)).toEqual([]);
  });

  it('are not those of which documentation shows how they are called', () => {
    const shown = `"""What can be done here:\n\nf(a) -> a file, which is there as long as nobody takes it away, and in which nothing is written that was not there before\nx = f()\n"""\n`;
    expect(called(`${shown}${starts('f(a)')}`)).toEqual([]);
    expect(called(`${shown}${starts('f(a)')}f(1)\n`)).toEqual(['called f']);
  });

  it('are those that the expressions of a formatted text call, and not those that a short text or a comment names', () => {
    expect(called(`${starts('f()')}x = f"{f()}"\n`)).toEqual(['reaches f']);
    // As the imp module of Python 3.9 says what it is for: """Compatibility support for implementing load_source()."""
    for (const named of ['class C:\n    """Support for f()."""\n', 'x = "f()"\n', 'x = 1  # as f() does\n'])
      expect(called(`${starts('f()')}${named}`)).toEqual([]);
  });

  it('are not looked for where nothing in a function bears on what is imported', () => {
    expect(called('import os\ndef f():\n    return 1\nf()\n')).toEqual([]);
  });

  it('end with functions that call each other', () => {
    expect(called('def f():\n    import a\n    g()\ndef g():\n    import b\n    f()\n')).toEqual([]);
  });

  it('are found in time that is in proportion to the file', () => {
    const many = (size: number): string =>
      Array.from({ length: size }, (_, at) => `def f${at}():\n    import a\n    f${at + 1}()\n`).join('');
    const lines = (size: number): string => `${starts('f()')}${'\n'.repeat(size)}${' f()\n'.repeat(size)}`;
    const oneLine = (size: number): string => `${starts('f()')}x = [${'f(), '.repeat(size)}]\n`;
    for (const source of [many, lines, oneLine])
      expect(growth((size) => pythonImports(Buffer.from(source(size))), 4_000)).toBeLessThan(IN_PROPORTION);
  });
});
