import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { extensionNames, pythonImports } from './index.ts';

/** What it says of a source, but for the names that the module has. */
function read(source: string, isPackage = false): string[] {
  const lines = pythonImports(Buffer.from(source), isPackage).split('\n');
  const said = lines.filter((line) => !line.startsWith('defines '));
  return said.length === 0 ? [''] : said;
}
const defined = (source: string): string[] =>
  /^defines (.*)$/m.exec(pythonImports(Buffer.from(source)))?.[1]?.split(' ') ?? [];

const python = spawnSync('python3', ['-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))'], {
  encoding: 'utf8',
});
const withoutPython = python.status === 0 ? '' : ' (skipped: no python3 here)';

describe('the names that a Python module has', () => {
  it('are its functions, its classes with their methods, what it assigns, and other names of what it imports', () => {
    const source =
      'import numpy as np\nfrom a import b as c\nX = 1\ny: int = 2\nasync def go(z=1):\n    inner = 1\n    def deep(): pass\nclass C(B):\n    def m(self): pass\n    k = 1\n    class D: pass\nif X == 1:\n    def maybe(): pass\nprint(X)\n';
    expect(defined(source)).toEqual(['np', 'c', 'X', 'y', 'go', 'C', 'C.m', 'C.D', 'maybe']);
  });

  it('are not all told where several are set at once, or put in by a table', () => {
    for (const source of ['a, b = 1, 2', 'a = b = 1', 'globals().update(x=1)']) expect(defined(source)).toContain('*');
    expect(defined('a == 1\nf(b=1)\nx[0] = 1')).toEqual([]);
  });
});

describe('changes of the search path', () => {
  it.each([
    ['sys.path.insert(0, "/opt/lib")', ['searches /opt/lib']],
    ['sys.path.append("lib")', ['searches ./lib']],
    ['sys.path.insert(0, os.path.join(here, "thirdparty_files"))', ['searches *thirdparty_files']],
    ['sys.path.append(os.path.dirname(__file__) + "/../src")', ['searches *../src']],
    ['sys.path.extend([here])', ['searches ?']],
    ['sys.path.append(f"{here}/x")', ['searches ?']],
    ['site.addsitedir("/opt/site")', ['searches /opt/site']],
    ['for m in pkgutil.walk_packages(shop.plugins.__path__, "shop."): pass', ['walks shop.plugins']],
    ['list(pkgutil.iter_modules(__path__))', ['walks .']],
    ['pkgutil.iter_modules([folder])', []],
  ])('are told: %s', (source, lines) =>
    expect(
      read(source)
        .filter((line) => /^ *(?:searches|walks)/.test(line))
        .map((line) => line.trim()),
    ).toEqual(lines),
  );
});

describe('what of a Python file bears on its imports', () => {
  it('is its imports in one form, below the statements that they stand in', () => {
    expect(
      read(`"""import nothing"""
import os, sys as system
from .core import (a,  # import this
    b as c,)
try:
    import simplejson as json
except ImportError:
    import json
if sys.version_info >= (3, 8) and \\
        sys.platform != "win32": from importlib import metadata; import zlib
else: import importlib_metadata
class Lazy:
    async def get(self):
        if TYPE_CHECKING: import typing
        from . import models
`),
    ).toEqual([
      'import os,sys',
      'from .core a,b',
      'try',
      ' import simplejson',
      'except ImportError',
      ' import json',
      'if sys.version_info >= (3, 8) and sys.platform != "win32"',
      ' from importlib metadata',
      ' import zlib',
      'else',
      ' import importlib_metadata',
      'class Lazy',
      ' def get',
      '  if TYPE_CHECKING',
      '   import typing',
      '  from . models',
    ]);
  });

  it('is not what stands in strings, comments and brackets', () => {
    expect(
      read('x = """\nimport a\n"""; y = f"{d["""k"""]:{w}}\\N{DASH}"\n# import b\nz = [\nimport_c, 1]\nimport d'),
    ).toEqual(['import d']);
    expect(read("a = 'it\\'s'; b = r\"\\\\\"; import c\n")).toEqual(['import c']);
    expect(read('if x := f(y): import a\nwhile lambda: 0: import b')).toEqual([
      'if x := f(y)',
      ' import a',
      'while lambda: 0',
      ' import b',
    ]);
  });

  it('is the modules that are imported by name', () => {
    expect(
      read(
        'import_module("a.b")\nif x:\n  __import__( "c" , level=0)\nimport_module("a." + name)\nimport_module(f"a.{name}")',
      ),
    ).toEqual(['call a.b', 'if x', ' call c', 'call a.*', 'call a.*', 'names a.b a.']);
    expect(read('__import__("a.%s" % name); import_module(".".join(names)); import_module(name)')).toEqual([
      'call a.*',
      'call ?',
      'call ?',
    ]);
    expect(read('class Loader:\n  def import_module(self, name): ...')).toEqual(['']);
    expect(read('lib = ctypes.CDLL("libgomp.so.1")')).toEqual(['library libgomp.so.1']);
    expect(read('LOOPS = {"auto": "uvicorn.loops.auto:setup", "no": "two words"}')).toEqual([
      'names uvicorn.loops.auto:setup',
    ]);
  });

  it('is the names that a lazy package could mean', () => {
    expect(read('submodules = ["sparse", "linalg"]\ndef __getattr__(name): ...', true)).toEqual([
      'lazy',
      'names sparse linalg',
    ]);
    expect(read('submodules = ["sparse", "linalg"]\nclass A:\n  def __getattr__(self, name): ...')).toEqual(['']);
    expect(read('__all__ = ["dom", "sax"]', true)).toEqual(['all dom sax']);
    expect(read('__all__ = ["dom", "sax"]')).toEqual(['']);
  });

  it('takes `match` and `case` for what they are', () => {
    expect(
      read('match: int = 1\nmatch x:\n  case 1: import a\n  case _:\n    import b\ncase: str = ""; import c'),
    ).toEqual(['match', ' case', '  import a', ' case', '  import b', 'import c']);
  });

  it('keeps the head of a statement that says when its other parts run', () => {
    expect(read('if TYPE_CHECKING:\n  pass\nelif a:\n  pass\nelse:\n  import x')).toEqual([
      'if TYPE_CHECKING',
      'elif a',
      'else',
      ' import x',
    ]);
    expect(read('try:\n  f()\nexcept E:\n  import x')).toEqual(['try', 'except E', ' import x']);
  });

  it('is said of each file alone, whatever was read before it', () => {
    const lazy = '__all__ = ["one"]\ndef __getattr__(name): ...\nx = f"{unclosed\nif a:\n  def b():\n    import c';
    const alone = read('x = ["one", "two.three"]\nimport os');
    read(lazy, true);
    expect(read('x = ["one", "two.three"]\nimport os')).toEqual(alone);
    expect(alone).toEqual(['import os', 'names two.three']);
    // Code in a text is read while the file around it is.
    expect(read('if a:\n  exec("import b")\n  import c')).toEqual(['if a', ' import b', ' import c']);
  });

  it('takes time that grows with a file of one line, whatever words are in it', () => {
    for (const word of ['x import_module y ', 'x __builtins__ y ', 'x exec ) '])
      expect(growth((size) => pythonImports(Buffer.from(word.repeat(size))), 80_000)).toBeLessThan(IN_PROPORTION);
  });

  it('takes time that grows with a file, however often it has what starts programs', () => {
    const text = (line: string, size: number): Buffer =>
      Buffer.from(
        `import os, subprocess\n${Array.from({ length: size }, (_, at) => line.replaceAll('N', `${at}`)).join('')}`,
      );
    for (const line of [
      ' x(subprocess.Popen[0])',
      'f(os)\n',
      'def fN(): f(os)\n',
      'import os;',
      'from os import system as sN\n',
      '"\\\n" ',
      "f('os')#\n",
    ])
      expect(growth((size) => pythonImports(text(line, size)), 10_000)).toBeLessThan(IN_PROPORTION);
  });

  it('ends, whatever it is given', () => {
    const hostile = [
      'f"{'.repeat(50_000),
      '('.repeat(300_000),
      'if a:\n'.repeat(100_000),
      "'''",
      '\\',
      '\\\n',
      'import',
      'from',
      'async',
      'x = "\\',
    ];
    for (const text of hostile) expect(() => pythonImports(Buffer.from(text))).not.toThrow();
    const deep = Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}if a:`).join('\n');
    expect(
      pythonImports(Buffer.from(`${deep}\n${' '.repeat(300)}import x`))
        .split('\n')
        .at(-1)
        ?.trim(),
    ).toBe('import x');
  });

  it.skipIf(withoutPython !== '')(`is what CPython's own parser says of the standard library${withoutPython}`, () => {
    const library = python.stdout.trim();
    const tricky = [
      'fstring',
      'grammar',
      'lambda',
      'patma',
      'with',
      'syntax',
      'string_literals',
      'unicode_identifiers',
    ];
    const files = [
      ...['', 'asyncio', 'email', 'importlib', 'multiprocessing', 'unittest', 'xml/dom'].flatMap((folder) =>
        readdirSync(join(library, folder))
          .filter((name, at) => name.endsWith('.py') && (folder !== '' || at % 3 === 0))
          .map((name) => join(library, folder, name)),
      ),
      ...tricky.map((name) => join(library, 'test', `test_${name}.py`)),
    ];
    const oracle = fileURLToPath(new URL('fixtures/imports-by-ast.py', import.meta.url));
    const said = execFileSync('python3', [oracle], { input: files.join('\n'), encoding: 'utf8', maxBuffer: 1 << 28 });
    const answers = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [string, string[][]]);
    expect(answers.length).toBeGreaterThan(100);
    for (const [path, imports] of answers) {
      const mine = chains(pythonImports(readFileSync(path)));
      expect([path, mine]).toEqual([path, imports.map((chain) => chain.map(plain).join(' > '))]);
    }
  });
});

describe('the names in a compiled module', () => {
  const names = (...chunks: readonly string[]): string[] => {
    const reader = extensionNames();
    for (const chunk of chunks) reader.push(Buffer.from(chunk, 'latin1'));
    return reader.end();
  };

  it('are whole texts with a dot', () => {
    expect(
      names('\0numpy._core._exceptions\0datetime.datetime_CAPI\0see a.b\0src/x.c\x001.5\0..\0.a\0a.\0%s.%s\0a.b'),
    ).toEqual(['numpy._core._exceptions', 'datetime.datetime_CAPI']);
  });

  it('are no files that it was compiled from', () => {
    const files = '\0rows.c\0wrapper.cpp\0_generic.pyx\0asm_sha.S\0libcrypto.a\0';
    expect(names(`${files}numpy.core\0a.b.c\0`)).toEqual(['numpy.core', 'a.b.c']);
  });

  it('are found where the file comes in pieces, in time that grows with it', () => {
    expect(names('a\0_cffi_', 'backend\0b')).toEqual(['_cffi_backend']);
    expect(names('\x7fELF\0pandas._li', 'bs.tslibs.ba', 'se\0')).toEqual(['pandas._libs.tslibs.base']);
    expect(names('a.'.repeat(500_000), '\0')).toEqual([]);
  });
});

/** Each import below the statements it stands in. */
function chains(text: string): string[] {
  const above: string[] = [];
  const all: string[] = [];
  for (const line of text.split('\n')) {
    const depth = line.length - line.trimStart().length;
    above.length = depth;
    above[depth] = plain(line.trim());
    if (/^(?:import|from) /.test(line.trim())) all.push(above.join(' > '));
  }
  return all;
}

/** Conditions without what does not matter: blanks, brackets, comments. */
const plain = (line: string): string =>
  /^(?:if|elif|while) /.test(line)
    ? line.replace(/#[^\n]*/g, '').replace(/[\s\\()]/g, '')
    : line.replace(/^except.*/, 'except');
