import { describe, expect, it } from 'vitest';
import { pythonImports } from '../../formats/python/index.ts';
import { closureOf } from '../closure.ts';
import type { Note, Process, Reached, World } from '../model.ts';
import { conditionHolds } from './conditions.ts';
import { python } from './index.ts';

const LIB = 'usr/local/lib/python3.9';
const SITE = `${LIB}/site-packages`;
/** As much of an interpreter as it takes to be one. */
const INTERPRETER = {
  'usr/local/bin/python3.9': '',
  [`${LIB}/os.py`]:
    'import abc, stat\nif "posix" in _names:\n    import posixpath as path\nelif "nt" in _names:\n    import ntpath as path',
  [`${LIB}/abc.py`]: '',
  [`${LIB}/stat.py`]: '',
  [`${LIB}/posixpath.py`]: '',
  [`${LIB}/ntpath.py`]: '',
  [`${LIB}/site.py`]: 'import os\ndef main():\n    import rlcompleter',
  [`${LIB}/rlcompleter.py`]: '',
  [`${LIB}/runpy.py`]: '',
  [`${LIB}/encodings/__init__.py`]: 'from . import aliases',
  [`${LIB}/encodings/aliases.py`]: '',
  [`${LIB}/json/__init__.py`]: '',
};

function world(files: Readonly<Record<string, string>>): World {
  const paths = Object.keys(files);
  const names = (folder: string): string[] => [
    ...new Set(
      paths
        .filter((path) => folder === '' || path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder === '' ? 0 : folder.length + 1).split('/')[0] as string),
    ),
  ];
  return {
    tree: {
      real: (path) => (files[path] === undefined ? undefined : path),
      isFolder: (path) => paths.some((entry) => entry.startsWith(`${path}/`)),
      realFolder: (path) => (paths.some((entry) => entry.startsWith(`${path}/`)) ? path : undefined),
      list: (folder) => names(folder).sort(),
      paths: () => paths,
    },
    code: (path, language) => {
      const text = files[path];
      if (text === undefined || language === 'text' || language === 'pickle') return text;
      if (language === 'python' && path.endsWith('.so')) return text === '' ? undefined : `names ${text}`;
      return language === 'python' ? pythonImports(Buffer.from(text), path.endsWith('__init__.py')) : undefined;
    },
  };
}

/** What a command reaches, by the end of its path: `{ loaded: ['app.py', ...], importable: [...] }`, without the interpreter's own. */
function reach(
  files: Readonly<Record<string, string>>,
  words: readonly string[],
  {
    environment = {},
    calledAs,
    folder = 'app',
  }: { environment?: Record<string, string>; calledAs?: string; folder?: string } = {},
): {
  loaded: string[];
  importable: string[];
  callable: string[];
  notes: readonly Note[];
  reached: ReadonlyMap<string, Reached>;
} {
  const process: Process = {
    program: 'usr/local/bin/python3.9',
    ...(calledAs === undefined ? {} : { calledAs }),
    arguments: words,
    environment: new Map(Object.entries(environment)),
    folder,
  };
  const all = { ...INTERPRETER, ...files };
  const { reached, notes } = closureOf(
    world(all),
    [{ to: process.program, reach: 'loaded', how: 'start', process }],
    [python],
  );
  const of = (what: string): string[] =>
    [...reached]
      .filter(([path, file]) => file.reach === what && (!(path in INTERPRETER) || path.endsWith('json/__init__.py')))
      .map(([path]) => path.replace(`${SITE}/`, ''))
      .sort();
  return { loaded: of('loaded'), importable: of('importable'), callable: of('callable'), notes, reached };
}

describe('what a Python process can load', () => {
  it('is two deferred steps far, and what a library puts off within itself is no farther than the library', () => {
    // As uvicorn names its protocols in a table, of which each asks for what it is made of: BentoML imports uvicorn in a function of a function.
    const files = {
      'app/main.py': 'def serve():\n    import first\n',
      [`${SITE}/first.py`]: 'def run():\n    import uvicorn\n',
      [`${SITE}/uvicorn/__init__.py`]:
        'PROTOCOLS = {"auto": "uvicorn.protocols.auto:Protocol"}\ndef late():\n    import never\n',
      [`${SITE}/uvicorn/protocols/__init__.py`]: '',
      [`${SITE}/uvicorn/protocols/auto.py`]:
        'try:\n    import httptools\nexcept ImportError:\n    from uvicorn.protocols import plain\nelse:\n    from uvicorn.protocols import fast\ndef late():\n    import never\n',
      [`${SITE}/uvicorn/protocols/fast.py`]: 'import parser\n',
      [`${SITE}/uvicorn/protocols/plain.py`]: '',
      [`${SITE}/httptools.py`]: '',
      [`${SITE}/parser.py`]: '',
      [`${SITE}/never.py`]: '',
    };
    expect(reach(files, ['main.py']).importable).toEqual([
      'first.py',
      'httptools.py',
      'parser.py',
      'uvicorn/__init__.py',
      'uvicorn/protocols/__init__.py',
      'uvicorn/protocols/auto.py',
      'uvicorn/protocols/fast.py',
      'uvicorn/protocols/plain.py',
    ]);
  });

  it('is not known where its search path is longer than is followed, which is said', () => {
    const folders = Array.from({ length: 600 }, (_, at) => [`more/d${at}/x.py`, '']);
    const files = {
      ...Object.fromEntries(folders),
      [`${SITE}/long.pth`]: folders.map((_, at) => `/more/d${at}`).join('\n'),
      'app/main.py': 'import x',
    };
    const said = (made: Readonly<Record<string, string>>) =>
      reach(made, ['main.py']).notes.map(({ message, widens }) => [message, widens]);
    const cut = [["Python's search path, or what .pth files add to it, is longer than is followed", 'all']];
    expect(said(files)).toEqual(cut);
    expect(said({ ...files, [`${SITE}/long.pth`]: '/nowhere\n'.repeat(20_000) })).toEqual([
      ...cut,
      [
        'main.py: imports x, which is not found; anything in /usr/local/lib/python3.9/site-packages may be meant',
        expect.anything(),
      ],
    ]);
    expect(said({ ...files, [`${SITE}/long.pth`]: '/more/d1\n'.repeat(500) })).toEqual([]);
  });

  it('is what its script imports, and what that imports, each by the way it comes', () => {
    const { loaded, importable, reached } = reach(
      {
        'app/main.py': 'import shop.cart\nfrom PIL import Image\nimport missing',
        'app/shop/__init__.py': '',
        'app/shop/cart.py': 'from . import price\nfrom .. import nowhere\ndef pay():\n    import requests',
        'app/shop/price.py': 'import json',
        [`${SITE}/PIL/__init__.py`]: '',
        [`${SITE}/PIL/Image.py`]: 'from . import _imaging',
        [`${SITE}/PIL/_imaging.cpython-39-x86_64-linux-gnu.so`]: '',
        [`${SITE}/PIL/_imaging.cpython-310-x86_64-linux-gnu.so`]: '',
        [`${SITE}/requests/__init__.py`]: '',
        [`${SITE}/unused/__init__.py`]: '',
      },
      ['main.py'],
    );
    expect(loaded).toEqual([
      'PIL/Image.py',
      'PIL/__init__.py',
      'PIL/_imaging.cpython-39-x86_64-linux-gnu.so',
      'app/main.py',
      'app/shop/__init__.py',
      'app/shop/cart.py',
      'app/shop/price.py',
      `${LIB}/json/__init__.py`,
    ]);
    expect(importable).toEqual(['requests/__init__.py']);
    const way: string[] = [];
    for (let at = reached.get(`${SITE}/PIL/_imaging.cpython-39-x86_64-linux-gnu.so`); at; at = at.from)
      way.push(at.how);
    expect(way).toEqual(['from PIL import _imaging', 'from PIL import Image', 'python main.py', 'start']);
  });

  it('takes conditions for what they are', () => {
    const { loaded, importable } = reach(
      {
        'app/main.py': `
if TYPE_CHECKING:
    import never
if sys.platform == "win32":
    import windows
else:
    import posixish
try:
    import missing
except ImportError:
    import instead
try:
    import there
except ImportError:
    import fallback
if flag:
    import maybe
if __name__ == "__main__":
    import tool`,
        ...Object.fromEntries(
          ['never', 'windows', 'posixish', 'instead', 'there', 'fallback', 'maybe', 'tool'].map((name) => [
            `app/${name}.py`,
            '',
          ]),
        ),
      },
      ['main.py'],
    );
    expect(loaded).toEqual(['app/instead.py', 'app/main.py', 'app/posixish.py', 'app/there.py', 'app/tool.py']);
    expect(importable).toEqual(['app/fallback.py', 'app/maybe.py']);
  });

  it('follows modules, namespaces, stars, names and plug-ins', () => {
    const { loaded, importable, notes } = reach(
      {
        [`${SITE}/tool/__init__.py`]: 'from .parts import *',
        [`${SITE}/tool/__main__.py`]:
          'import google.cloud\nimport importlib\nimportlib.import_module("tool.named")\nload(group="tool.plugins")\nimport_module(x)',
        [`${SITE}/tool/named.py`]: '',
        [`${SITE}/tool/parts/__init__.py`]: '__all__ = ["a"]\n_b = ["bb"]\ndef __getattr__(name): ...',
        [`${SITE}/tool/parts/a.py`]: '',
        [`${SITE}/tool/parts/bb.py`]: '',
        [`${SITE}/google/cloud/__init__.py`]: '',
        [`${SITE}/more.pth`]: '/opt/more\nimport started\n',
        'opt/more/started.py': '',
        [`${SITE}/plug/__init__.py`]: '',
        [`${SITE}/plug-1.dist-info/entry_points.txt`]:
          '[console_scripts]\nx = tool.x:main\n[tool.plugins]\nplug = plug:Plugin\n',
      },
      ['-I', '-m', 'tool', '--quick'],
    );
    expect(loaded).toEqual([
      'google/cloud/__init__.py',
      'opt/more/started.py',
      'tool/__init__.py',
      'tool/__main__.py',
      'tool/named.py',
      'tool/parts/__init__.py',
      'tool/parts/a.py',
    ]);
    expect(importable).toEqual(['plug/__init__.py', 'tool/parts/bb.py']);
    expect(notes).toEqual([
      {
        message:
          'tool: names of modules are worked out when it runs; anything in the package and in what that depends on may be meant',
        widens: { needsOf: `${SITE}/tool` },
      },
    ]);
  });

  it('finds the application that a server is told to load', () => {
    const files = {
      'usr/local/bin/uvicorn': 'from uvicorn.main import main',
      [`${SITE}/uvicorn/__init__.py`]: '',
      [`${SITE}/uvicorn/main.py`]: 'LOOPS = {"auto": "uvicorn.loops.auto:setup"}',
      [`${SITE}/uvicorn/loops/__init__.py`]: '',
      [`${SITE}/uvicorn/loops/auto.py`]: '',
      'app/api/__init__.py': '',
      'app/api/main.py': 'import json',
    };
    const { loaded, importable } = reach(files, ['/usr/local/bin/uvicorn', 'api.main:app', '--port', '80']);
    expect(loaded).toContain('app/api/main.py');
    expect(loaded).toContain(`${LIB}/json/__init__.py`);
    expect(importable).toEqual(['uvicorn/loops/__init__.py', 'uvicorn/loops/auto.py']);
  });

  it.each([
    'gunicorn jobs',
    'gunicorn jobs --workers 2',
    'dramatiq other jobs --threads 1',
    'arq jobs.Settings',
    'huey_consumer jobs.huey',
    'gunicorn -c python:jobs other:app',
    "gunicorn GUNICORN_CMD_ARGS=--bind '127.0.0.1:80' jobs",
  ])('finds the module that a program is told by a word alone: %s', (told) => {
    const [line = '', GUNICORN_CMD_ARGS = ''] = told.split(/ ?GUNICORN_CMD_ARGS=/);
    const [program = '', ...words] = line.split(' ');
    const files = { [`usr/local/bin/${program}`]: '', 'app/jobs.py': 'import json', 'app/other.py': '' };
    const { loaded } = reach(files, [`/usr/local/bin/${program}`, ...words], { environment: { GUNICORN_CMD_ARGS } });
    expect(loaded).toContain('app/jobs.py');
    expect(loaded).toContain(`${LIB}/json/__init__.py`);
  });

  it('takes such a word for no module of a library, nor for one of the program where a program takes none', () => {
    const files = { 'usr/local/bin/gunicorn': '', 'usr/local/bin/tool': '', [`${SITE}/info.py`]: '', 'app/run.py': '' };
    expect(reach(files, ['/usr/local/bin/gunicorn', 'info', '--log-level', 'x']).loaded).not.toContain(
      `${SITE.split('/').at(-1)}/info.py`,
    );
    expect(reach(files, ['/usr/local/bin/tool', 'run', '--x']).loaded).not.toContain('app/run.py');
  });

  it("finds the application that a text names where it is the program's own: uvicorn.run, settings of gunicorn", () => {
    const files = {
      'app/serve.py': 'import asyncore\nasyncore.run("api:app", "utf-8:strict", "json:x")\n',
      'app/api.py': 'import json',
    };
    const { importable } = reach(files, ['/app/serve.py']);
    expect(importable).toContain('app/api.py');
    const settled = {
      'usr/local/bin/gunicorn': 'import gunicorn.app.base',
      [`${SITE}/gunicorn/__init__.py`]: '',
      [`${SITE}/gunicorn/app/__init__.py`]: '',
      [`${SITE}/gunicorn/app/base.py`]: '',
      'app/gunicorn.conf.py': 'wsgi_app = "api:application"',
      'app/api.py': '',
    };
    expect(reach(settled, ['/usr/local/bin/gunicorn']).importable).toContain('app/api.py');
  });

  it('starts in a virtual environment where its link lies in one', () => {
    const files = {
      'opt/venv/pyvenv.cfg': 'home = /usr/local/bin\ninclude-system-site-packages = false\n',
      'opt/venv/lib/python3.9/site-packages/flask.py': '',
      [`${SITE}/flask.py`]: '',
    };
    const { loaded } = reach(files, ['-c', 'import flask'], { calledAs: 'opt/venv/bin/python' });
    expect(loaded).toEqual(['opt/venv/lib/python3.9/site-packages/flask.py']);
    expect(reach(files, ['-c', 'import flask']).loaded).toEqual(['flask.py']);
    expect(
      reach(files, ['-c', 'import flask'], {
        environment: { PYTHONPATH: '/app/lib:/opt/venv/lib/python3.9/site-packages' },
      }).loaded,
    ).toEqual(['opt/venv/lib/python3.9/site-packages/flask.py']);
  });

  it("looks where the distribution's own interpreter looks: on Debian in dist-packages only", () => {
    const usr = Object.fromEntries(
      Object.entries(INTERPRETER).map(([path, text]) => [path.replace('usr/local', 'usr'), text]),
    );
    const resultOf = (files: Record<string, string>): string[] => {
      const process: Process = {
        program: 'usr/bin/python3.9',
        arguments: ['-c', 'import tool'],
        environment: new Map(),
        folder: '',
      };
      const { reached } = closureOf(
        world({ ...usr, ...files }),
        [{ to: process.program, reach: 'loaded', how: '', process }],
        [python],
      );
      return [...reached.keys()].filter((path) => path.includes('-packages/'));
    };
    const pip = { 'usr/local/lib/python3.9/site-packages/tool.py': '' };
    expect(resultOf(pip)).toEqual(['usr/local/lib/python3.9/site-packages/tool.py']);
    expect(resultOf({ ...pip, 'usr/lib/python3/dist-packages/other.py': '' })).toEqual([]);
    expect(resultOf({ ...pip, 'var/lib/dpkg/status': '' })).toEqual([]);
    const debian = { 'usr/local/lib/python3.9/dist-packages/tool.py': '', 'usr/lib/python3/dist-packages/tool.py': '' };
    expect(resultOf({ ...pip, ...debian })).toEqual(['usr/local/lib/python3.9/dist-packages/tool.py']);
  });

  it('says that names which the program itself works out may mean anything', () => {
    const { notes } = reach({ 'app/main.py': 'import_module(sys.argv[1])', [`${SITE}/any.py`]: '' }, ['main.py']);
    const message = `main.py: names of modules are worked out when it runs; anything in /${SITE} may be meant`;
    expect(notes).toEqual([{ message, widens: { below: SITE } }]);
    const gone = { message: 'app/gone.py is to be run by Python and is not there', widens: 'all', isAbsent: true };
    expect(reach({}, ['gone.py']).notes).toEqual([gone]);
  });

  it('finds what setuptools puts in place of others: what it brings along, and its own distutils', () => {
    const { loaded } = reach(
      {
        'app/main.py': 'import pkg_resources\nfrom distutils import log',
        [`${SITE}/pkg_resources/__init__.py`]:
          'from pkg_resources.extern import packaging\nfrom pkg_resources.extern.jaraco.text import drop\nimport more',
        [`${SITE}/pkg_resources/extern/__init__.py`]: '',
        [`${SITE}/pkg_resources/_vendor/__init__.py`]: '',
        [`${SITE}/pkg_resources/_vendor/packaging/__init__.py`]: 'from .version import V',
        [`${SITE}/pkg_resources/_vendor/packaging/version.py`]: '',
        [`${SITE}/pkg_resources/_vendor/jaraco/text/__init__.py`]: '',
        [`${SITE}/setuptools/__init__.py`]: '',
        [`${SITE}/setuptools/_vendor/more/__init__.py`]: '',
        [`${SITE}/setuptools/_distutils/__init__.py`]: '',
        [`${SITE}/setuptools/_distutils/log.py`]: '',
        [`${SITE}/_distutils_hack/__init__.py`]: '',
        [`${LIB}/distutils/__init__.py`]: '',
      },
      ['main.py'],
    );
    expect(loaded).toEqual([
      'app/main.py',
      'pkg_resources/__init__.py',
      'pkg_resources/_vendor/__init__.py',
      'pkg_resources/_vendor/jaraco/text/__init__.py',
      'pkg_resources/_vendor/packaging/__init__.py',
      'pkg_resources/_vendor/packaging/version.py',
      'pkg_resources/extern/__init__.py',
      'setuptools/__init__.py',
      'setuptools/_distutils/__init__.py',
      'setuptools/_distutils/log.py',
      'setuptools/_vendor/more/__init__.py',
    ]);
  });

  it('takes what lies in a package that settings name for what a framework finds there', () => {
    const { importable } = reach(
      {
        'app/settings.py': 'APPS = ["plug.shop"]',
        [`${SITE}/plug/__init__.py`]: '',
        [`${SITE}/plug/shop/__init__.py`]: '',
        [`${SITE}/plug/shop/migrations/__init__.py`]: '',
        [`${SITE}/plug/shop/migrations/0001_first.py`]: '',
        [`${SITE}/plug/other/__init__.py`]: '',
      },
      ['settings.py'],
    );
    const shop = ['__init__.py', 'migrations/0001_first.py', 'migrations/__init__.py'].map(
      (path) => `plug/shop/${path}`,
    );
    expect(importable).toEqual(['plug/__init__.py', ...shop]);
  });

  it('runs the functions that a program imports to call them', () => {
    const { loaded, importable } = reach(
      {
        'usr/local/bin/tool': 'import sys\nfrom tool.cli import main\nsys.exit(main())',
        [`${SITE}/tool/__init__.py`]: '',
        [`${SITE}/tool/cli.py`]: 'def main():\n    import tool.work\ndef other():\n    import tool.rest',
        [`${SITE}/tool/work.py`]: '',
        [`${SITE}/tool/rest.py`]: '',
      },
      ['/usr/local/bin/tool'],
    );
    expect(loaded).toEqual(['tool/__init__.py', 'tool/cli.py', 'tool/work.py', 'usr/local/bin/tool']);
    expect(importable).toEqual(['tool/rest.py']);
  });

  it('runs the functions that a statement of a module calls, and misses nothing in them that they may never come to', () => {
    const source =
      'def setup():\n    import early\n    import nowhere\nsetup()\nclass C:\n    def __init__(self):\n        import late\ntry:\n    c = C()\nexcept OSError:\n    pass\n';
    const { loaded, importable, notes } = reach(
      { 'app/main.py': 'import lib\n', 'app/lib.py': source, 'app/early.py': '', 'app/late.py': '' },
      ['/app/main.py'],
    );
    expect(loaded).toEqual(['app/early.py', 'app/lib.py', 'app/main.py']);
    expect(importable).toEqual(['app/late.py']);
    expect(notes).toEqual([]);
  });

  it('takes the names in a compiled module for what it imports from C', () => {
    const { loaded, importable } = reach(
      {
        'app/main.py': 'import fast.core',
        [`${SITE}/fast/__init__.py`]: '',
        [`${SITE}/fast/core.abi3.so`]: 'fast._errors fast.gone.x datetime.datetime_CAPI other.thing',
        [`${SITE}/fast/_errors.py`]: '',
        [`${LIB}/datetime.py`]: '',
        [`${SITE}/other/__init__.py`]: '',
      },
      ['main.py'],
    );
    expect(loaded).toEqual([
      'app/main.py',
      'fast/__init__.py',
      'fast/_errors.py',
      'fast/core.abi3.so',
      `${LIB}/datetime.py`,
    ]);
    expect(importable).toEqual(['other/__init__.py']);
  });

  it('takes, of a compiled module that names its own package, the modules in that: `from package import module`', () => {
    const { importable } = reach(
      {
        'app/main.py': 'import fast.part.core',
        [`${SITE}/fast/__init__.py`]: '',
        [`${SITE}/fast/rest.py`]: '',
        [`${SITE}/fast/part/__init__.py`]: '',
        [`${SITE}/fast/part/core.abi3.so`]: 'fast.part',
        [`${SITE}/fast/part/late.abi3.so`]: '',
        [`${SITE}/fast/part/tests/__init__.py`]: '',
      },
      ['main.py'],
    );
    expect(importable).toEqual(['fast/part/late.abi3.so']);
  });

  it('opens libraries that texts of a module name, where it works out how they are called, wherever they lie', () => {
    // As torch does for CUDA's, and any program that puts a path together.
    const files = {
      [`${LIB}/ctypes/__init__.py`]: '',
      [`${SITE}/nvidia/cublas/lib/libcublas.so.12`]: '',
      [`${SITE}/nvidia/cudnn/lib/libcudnn.so.9`]: '',
      [`${SITE}/nvidia/nccl/lib/libnccl.so.2`]: '',
    };
    const text = (open: string) =>
      `import ctypes, os\nLIBS = {"cublas": "libcublas.so.*[0-9]"}\nctypes.CDLL(${open})\nnames = "libgone.so", "libnccl.so is there"\n`;
    expect(
      reach({ 'app/main.py': text('os.path.join(base, "cudnn", "libcudnn.so.9")'), ...files }, ['main.py']).importable,
    ).toEqual(['nvidia/cublas/lib/libcublas.so.12', 'nvidia/cudnn/lib/libcudnn.so.9']);
    expect(reach({ 'app/main.py': text('"libc.so.6"'), ...files }, ['main.py']).importable).toEqual([]);
  });

  it('opens libraries that an installed package brings, where it works out which and none is named', () => {
    // As xgboost does, whose list of paths is in another module, and torchvision with its `_C.so`.
    const files = (open: string) => ({
      [`${LIB}/ctypes/__init__.py`]: '',
      [`${SITE}/boost/__init__.py`]: `import ctypes\nfrom .paths import paths\n${open}\n`,
      [`${SITE}/boost/paths.py`]: '',
      [`${SITE}/boost/lib/libboost.so`]: '',
      [`${SITE}/boost/_fast.cpython-39-x86_64-linux-gnu.so`]: '',
      [`${SITE}/other/libother.so`]: '',
      'app/main.py': 'import boost',
    });
    for (const open of ['ctypes.cdll.LoadLibrary(paths()[0])', 'torch.ops.load_library(path)', 'ffi.dlopen(path)'])
      expect(reach(files(open), ['main.py']).importable).toEqual([
        'boost/_fast.cpython-39-x86_64-linux-gnu.so',
        'boost/lib/libboost.so',
      ]);
    // Of a package with many modules these are imported, not opened.
    const many = Object.fromEntries(
      Array.from({ length: 16 }, (_, at) => [`${SITE}/boost/m${at}.cpython-39-x86_64-linux-gnu.so`, '']),
    );
    expect(reach({ ...files('ffi.dlopen(path)'), ...many }, ['main.py']).importable).toEqual(['boost/lib/libboost.so']);
    expect(reach(files('def load_library(path): pass'), ['main.py']).importable).toEqual([]);
  });

  it('imports plug-ins of groups that are called after a package, whose names it puts together', () => {
    const files = {
      'app/main.py': 'import spacy',
      [`${SITE}/spacy/__init__.py`]: '',
      [`${SITE}/loggers.py`]: '',
      [`${SITE}/other.py`]: '',
      [`${SITE}/loggers-1.0.dist-info/entry_points.txt`]: '[spacy_loggers]\nx = loggers:x\n[spacyish]\nx = other:x\n',
    };
    expect(reach(files, ['main.py']).importable).toEqual(['loggers.py']);
  });

  it('imports the compiled modules that lie beside one, which use each other from C', () => {
    const files = {
      'app/main.py': 'import fast.one',
      [`${SITE}/fast/__init__.py`]: '',
      [`${SITE}/fast/one.abi3.so`]: 'fast.far',
      [`${SITE}/fast/two.abi3.so`]: '',
      [`${SITE}/fast/written.py`]: '',
    };
    expect(reach(files, ['main.py']).importable).toEqual(['fast/two.abi3.so']);
  });

  it('starts scripts that an installed package brings and names, where it puts their path together', () => {
    // As pyspark does: `os.path.join(SPARK_HOME, "./bin/spark-submit")`.
    const files = (call: string) => ({
      'app/main.py': 'import spark.gateway',
      [`${SITE}/spark/__init__.py`]: '',
      [`${SITE}/spark/gateway.py`]: `import subprocess\nscript = "./bin/submit"\n${call}\n`,
      [`${SITE}/spark/bin/submit`]: '#!/bin/sh\njava',
    });
    expect(reach(files('subprocess.Popen([home + script])'), ['main.py']).callable).toEqual(['spark/bin/submit']);
    expect(reach(files('subprocess.Popen(["ls"])'), ['main.py']).callable).toEqual([]);
  });

  it('may call programs on PATH that an installed package names, where it keeps in a variable what it starts', () => {
    // As GitPython does: `git_exec_name = "git"`.
    const files = (call: string) => ({
      'app/main.py': 'import hub',
      [`${SITE}/hub/__init__.py`]: `import subprocess\nclass Git:\n    git_exec_name = "git"\n    mode = "open"\n    command = "nowhere"\n${call}\n`,
      'usr/bin/git': '',
      'usr/bin/open': '',
      'usr/bin/nowhere-else': '',
    });
    expect(reach(files('def run(): subprocess.Popen([Git.git_exec_name, "log"])'), ['main.py']).callable).toEqual([
      'usr/bin/git',
    ]);
    expect(reach(files('def run(): pass'), ['main.py']).callable).toEqual([]);
  });

  it('looks for modules in folders that the program puts on its search path', () => {
    const files = {
      'opt/lib/far.py': 'import farther',
      'opt/lib/farther.py': '',
      'src/near.py': '',
      'app/part/low.py': '',
    };
    const of = (path: string, module: string) =>
      reach({ 'app/main.py': `import os, sys\n${path}\nimport ${module}\n`, ...files }, ['main.py']);
    expect(of('sys.path.insert(0, "/opt/lib")', 'far').loaded).toEqual([
      'app/main.py',
      'opt/lib/far.py',
      'opt/lib/farther.py',
    ]);
    expect(of('sys.path.append(os.path.join(os.path.dirname(__file__), "part"))', 'low').loaded).toContain(
      'app/part/low.py',
    );
    expect(of('sys.path.append(here + "/../src")', 'near').loaded).toContain('src/near.py');
    // Where it cannot be told which folder that is, what is found nowhere may be anything.
    expect(
      of('sys.path.append(os.environ["LIB"])', 'far')
        .notes.map(({ message }) => message)
        .join(),
    ).toContain('imports far, which is not found, and folders are put on the search path');
    expect(
      of('', 'far')
        .notes.map(({ message }) => message)
        .join(),
    ).not.toContain('search path');
  });

  it('says of a package that puts folders of its own on the search path that what is installed in them may be meant: ray', () => {
    const { importable, loaded, notes } = reach(
      {
        'app/main.py': 'import ray',
        [`${SITE}/ray/__init__.py`]:
          'import os, sys\nsys.path.insert(0, os.path.join(here, "thirdparty_files"))\nfrom . import services\n',
        [`${SITE}/ray/services.py`]:
          'import subprocess\ndef go(command):\n    path = join(root, "dashboard", "agent.py")\n    subprocess.Popen(command)\n',
        [`${SITE}/ray/dashboard/agent.py`]:
          'import pkgutil\nimport ray.dashboard.modules\nfor m in pkgutil.walk_packages(ray.dashboard.modules.__path__): pass\n',
        [`${SITE}/ray/dashboard/modules/__init__.py`]: '',
        [`${SITE}/ray/dashboard/modules/job.py`]: 'import aiohttp',
        [`${SITE}/ray/thirdparty_files/aiohttp-3.8.1.dist-info/METADATA`]: '',
        [`${SITE}/ray/thirdparty_files/aiohttp/__init__.py`]: 'from . import web',
        [`${SITE}/ray/thirdparty_files/aiohttp/web.py`]: '',
        [`${SITE}/aiohttp/__init__.py`]: '',
      },
      ['main.py'],
    );
    expect(loaded).toEqual(['app/main.py', 'ray/__init__.py', 'ray/services.py']);
    expect(importable).toEqual([
      'aiohttp/__init__.py',
      'ray/dashboard/agent.py',
      'ray/dashboard/modules/__init__.py',
      'ray/dashboard/modules/job.py',
      'ray/thirdparty_files/aiohttp/__init__.py',
      'ray/thirdparty_files/aiohttp/web.py',
    ]);
    expect(notes.map(({ message }) => message).join()).toContain('folders of the package are put on the search path');
  });

  it('calls what a text names of a module, and runs a module that it names: no step is put off twice', () => {
    const files = {
      'app/main.py': 'def go():\n    import serving',
      [`${SITE}/serving/__init__.py`]: '',
      [`${SITE}/serving/watch.py`]: 'WORKER = "serving.worker"\nAPP = "serving.app:create"\n',
      // As BentoML starts its workers: `-m _bentoml_impl.worker.service`, which imports uvicorn in a function.
      [`${SITE}/serving/worker.py`]: 'def main():\n    import answering\nif __name__ == "__main__":\n    main()\n',
      [`${SITE}/serving/app.py`]: 'def create():\n    import routing\ndef other():\n    import far\n',
      [`${SITE}/answering.py`]: '',
      [`${SITE}/routing.py`]: '',
      [`${SITE}/far.py`]: '',
    };
    const { importable } = reach({ ...files, [`${SITE}/serving/__init__.py`]: 'import serving.watch' }, ['main.py']);
    expect(importable).toEqual([
      'answering.py',
      'routing.py',
      'serving/__init__.py',
      'serving/app.py',
      'serving/watch.py',
      'serving/worker.py',
    ]);
  });

  it('runs the migrations of alembic, which nothing imports', () => {
    const files = {
      [`${SITE}/alembic/__init__.py`]: '',
      [`${SITE}/shop/migrations/env.py`]: 'import first',
      [`${SITE}/shop/migrations/versions/001_begin.py`]: 'import second',
      // As Prefect keeps them.
      [`${SITE}/shop/migrations/versions/sqlite/002_next.py`]: '',
      [`${SITE}/other/env.py`]: '',
      [`${SITE}/first.py`]: '',
      [`${SITE}/second.py`]: '',
    };
    expect(reach({ 'app/main.py': 'import alembic', ...files }, ['main.py']).importable).toEqual([
      'first.py',
      'second.py',
      'shop/migrations/env.py',
      'shop/migrations/versions/001_begin.py',
      'shop/migrations/versions/sqlite/002_next.py',
    ]);
    expect(reach({ 'app/main.py': 'import json', ...files }, ['main.py']).importable).toEqual([]);
    // As Prefect comes to it: in a function of what it imports in a function.
    const late = { 'app/main.py': 'def f():\n    import late', 'app/late.py': 'def g():\n    import alembic' };
    expect(reach({ ...late, ...files }, ['main.py']).importable).toContain('shop/migrations/versions/001_begin.py');
  });

  it('ends where modules import each other', () => {
    const { loaded } = reach({ 'app/a.py': 'import b', 'app/b.py': 'import a\nfrom ..... import x' }, ['a.py']);
    expect(loaded).toEqual(['app/a.py', 'app/b.py']);
  });
});

describe('what of Python cannot be told', () => {
  const library = Object.fromEntries(
    'importlib/__init__ importlib/machinery importlib/util pkgutil zipimport ctypes pickle re builtins marshal types timeit cProfile site-packages/joblib site-packages/pandas'
      .split(' ')
      .map((name) => [`${LIB}/${name}.py`, '']),
  );
  const told = (text: string, more: Readonly<Record<string, string>> = {}) =>
    reach({ 'app/main.py': text, [`${SITE}/idle/__init__.py`]: '', ...library, ...more }, ['main.py']).notes;

  it.each([
    'import elsewhere',
    'exec(text)',
    'def later():\n    eval(text)',
    "exec('import ' + name)",
    "exec(compile(open(path).read(), path, 'exec'))",
    '__import__(name)',
    'import importlib\nimportlib.import_module(name)',
    'from importlib import import_module as load\nload(name)',
    'load = __import__\nload(name)',
    'import importlib\nload = importlib.import_module\nload(name)',
    'give(__import__)',
    "getattr(importlib, 'import_' + 'module')(name)",
    "getattr(__builtins__, 'ex' + 'ec')(text)",
    "__builtins__['ex' + 'ec'](text)",
    'import runpy\nrunpy.run_path(path)',
    'import runpy\nrunpy.run_module(name)',
    'import pkgutil\npkgutil.resolve_name(name)',
    'import zipimport\nzipimport.zipimporter(path).load_module(name)',
    'from importlib.machinery import SourceFileLoader\nSourceFileLoader(name, path).load_module()',
    'import importlib.util\nimportlib.util.spec_from_file_location(name, path)',
    'import sys\nsys.meta_path.append(Finder())',
    'import sys\nsys.meta_path.insert(0, Finder())',
    'import sys\nsys.path_hooks.append(hook)',
    'import ctypes\nctypes.CDLL(name)',
    'from ctypes import cdll\ncdll.LoadLibrary(find())',
    'import pickle\npickle.load(open(path, "rb"))',
    'import pickle\npickle.Unpickler(file).load()',
    'from pickle import loads as read\nread(data)',
    'import joblib\njoblib.load(path)',
    'import pandas as pd\npd.read_pickle(path)',
    'import sys\nsys.path.insert(0, where)\nimport elsewhere',
    'run = exec\nrun(text)',
    'for done in map(eval, texts): pass',
    'import builtins\nrun = builtins.exec',
    'import sys\nsys.meta_path[-1].find_spec("idle").loader.load_module("idle")',
    'import importlib.util as u\nspec = u.find_spec(name)\nspec.loader.exec_module(u.module_from_spec(spec))',
    'import marshal, types\ntypes.FunctionType(marshal.loads(data), globals())()',
    'import types\ntypes.CodeType(*parts)',
    'import ctypes\nctypes.pythonapi.PyRun_SimpleString(text)',
    'shell.runsource(text)',
    'import cProfile\ncProfile.run("from " + name)',
    '# -*- coding: utf-7 -*-\n+AGkAbQBwAG8AcgB0- idle',
    '#!/usr/bin/env python3\n# vim: set fileencoding=a_codec_of_our_own :\nVZCBEG VQYR',
  ])('is said, and makes unknown what is installed: %j', (text) => {
    const notes = told(text);
    expect(notes.map(({ widens }) => widens)).toContainEqual({ below: SITE });
    expect(/not found/.test(notes.map(({ message }) => message).join())).toBe(text.includes('import elsewhere'));
  });

  it.each([
    "exec('x = 1')",
    "eval('1 + 2')",
    "import re\nre.compile('x')",
    'model.eval()\ncursor.exec(query)\ndef exec(self): pass\ndef load(x): pass',
    "# __import__ and exec(x)\ntext = '__import__'",
    'import ctypes\nctypes.CDLL(None)',
    'import sys\nsys.path.append(here)\nimport json',
    'try:\n    import elsewhere\nexcept ImportError:\n    elsewhere = None',
    'import json\njson.load(file)',
    'def check(text, eval=None, exec=True):\n    pass\nclass Model:\n    exec: bool = False\n    def eval(self): return self.eval',
    'train(model.eval, exec=False)\nmode = "eval"  # = exec\nself.load_module(name)',
    'import timeit\ntimeit.timeit(work, number=1)',
    '# -*- coding: latin-1 -*-\nimport json',
    '# coding=UTF8',
    'x = 1\n# coding: utf-7',
  ])('is not taken for that: %j', (text) => {
    expect(told(text)).toEqual([]);
  });

  it('is found in the text that is run, where that is a constant', () => {
    const { loaded } = reach({ 'app/main.py': "exec('import idle')", [`${SITE}/idle/__init__.py`]: '' }, ['main.py']);
    expect(loaded).toContain('idle/__init__.py');
  });

  it('is found in a constant that something else runs', () => {
    const files = { 'app/main.py': "import timeit\ntimeit.timeit('import idle')", [`${SITE}/idle/__init__.py`]: '' };
    expect(reach({ ...files, [`${LIB}/timeit.py`]: '' }, ['main.py']).loaded).toContain('idle/__init__.py');
  });

  it('is what everybody means where Python runs it before the program, wherever that lies', () => {
    for (const name of ['sitecustomize.py', 'usercustomize.py'])
      expect(told('', { [`${SITE}/${name}`]: 'exec(bytes.fromhex(text))' })).toMatchObject([
        { message: expect.stringContaining(name.slice(0, -3)), widens: { below: SITE } },
      ]);
    for (const line of ["import base64; exec(base64.b64decode('cGFzcw=='))", "import os; __import__('id' + 'le')"])
      expect(told('', { [`${SITE}/start.pth`]: `${line}\n` })).toMatchObject([
        { message: expect.stringContaining(`/${SITE}/start.pth`), widens: { below: SITE } },
      ]);
    const usual = `import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack');\n`;
    expect(told('', { [`${SITE}/distutils-precedence.pth`]: usual })).toEqual([]);
  });

  it('is everything of a program among other programs too, but for the line that calls a module', () => {
    const at = (text: string) =>
      reach({ 'usr/local/bin/serve': text, [`${SITE}/idle/__init__.py`]: '', ...library }, ['/usr/local/bin/serve'])
        .notes;
    expect(at('exec(text)')).toMatchObject([{ widens: { below: SITE } }]);
    expect(at('import subprocess, sys\nsubprocess.run(sys.argv[1:])').map(({ widens }) => widens)).toContain('all');
    expect(at('import sys\nfrom idle import main\nif __name__ == "__main__":\n    sys.exit(main())')).toEqual([]);
  });

  it('of a library is what that needs, and of the standard library nothing', () => {
    const notes = told('import tool, code', {
      [`${SITE}/tool/__init__.py`]: 'def load(name):\n    return __import__(name)\ndef run(text):\n    exec(text)',
      [`${LIB}/code.py`]: 'def run(text):\n    exec(text)',
    });
    expect(notes.map(({ widens }) => widens)).toEqual([{ needsOf: `${SITE}/tool` }, { needsOf: `${SITE}/tool` }]);
  });

  it('is what the pickles of the image name', () => {
    const { importable, notes } = reach(
      {
        'app/main.py': "import pickle\npickle.load(open('model.pkl', 'rb'))",
        'app/model.pkl': 'idle gone',
        ...library,
        [`${SITE}/idle/__init__.py`]: '',
      },
      ['main.py'],
    );
    expect(importable).toEqual(['idle/__init__.py']);
    expect(notes).toEqual([]);
  });
});

describe('a condition', () => {
  const holds = (text: string): boolean | undefined => conditionHolds(text, { version: [3, 9], isMain: false });
  it('is judged where the interpreter decides it', () => {
    expect(
      [
        'sys.version_info >= (3, 8)',
        'sys.version_info[0] == 3',
        'sys.version_info[:2] > (3, 8)',
        'not PY2',
        "os.name != 'nt'",
      ].map(holds),
    ).toEqual([true, true, true, true, true]);
    expect(
      [
        'typing.TYPE_CHECKING',
        '__name__ == "__main__"',
        'sys.version_info < (3,)',
        'x and False',
        'sys.platform.startswith(("win", "cyg"))',
      ].map(holds),
    ).toEqual([false, false, false, false, false]);
    expect(
      [
        '"posix" in _names',
        '"nt" in _names',
        'x or True',
        "platform.system() == 'Linux'",
        'sys.platform in ("linux", "darwin")',
      ].map(holds),
    ).toEqual([true, false, true, true, true]);
  });
  it('is unknown otherwise', () => {
    expect(
      [
        'x',
        'f(a, b)[0].c > 3',
        'x + 1 == 2 and y',
        'lambda: 0',
        '',
        '((((',
        'a if b else c',
        'not',
        '('.repeat(5_000),
      ].map(holds),
    ).toEqual(Array(9).fill(undefined));
  });
});
