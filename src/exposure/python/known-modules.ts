import type { World } from '../model.ts';

/** What every interpreter imports before it runs anything. */
export const AT_START = [
  'encodings.aliases',
  'encodings.utf_8',
  'io',
  'abc',
  'codecs',
  'os',
  'zipimport',
  'importlib._bootstrap',
  'importlib._bootstrap_external',
  '_bootlocale',
];
export const WITH_SITE = ['site', 'sitecustomize', 'usercustomize'];

/** What modules import under names that they work out, or from C, where no text tells: of the standard library, and of packages that most images have. */
export const BY_NAME: ReadonlyMap<string, readonly string[]> = new Map([
  ['encodings', ['encodings.ascii', 'encodings.latin_1', 'encodings.idna', 'encodings.cp437', 'encodings.utf_8_sig']],
  ['_datetime', ['_strptime']],
  ['_pickle', ['copyreg', '_compat_pickle']],
  ['_elementtree', ['copy', 'xml.etree.ElementPath', 'pyexpat']],
  ['_decimal', ['numbers', 'collections']],
  ['_ctypes', ['ctypes._endian']],
  ['pandas._libs.tslibs.timezones', ['pytz', 'zoneinfo', 'dateutil.tz']],
  ['pandas._libs.tslibs.offsets', ['dateutil.easter']],
  ['pyarrow.lib', ['cloudpickle', 'pyarrow.vendored.version', 'pyarrow.pandas_compat']],
  ['polars', ['zoneinfo']],
  ['orjson.orjson', ['zoneinfo']],
  ['uvloop.loop', ['uvloop._noop']],
]);
/**
 * Programs that libraries start while they are loaded, by words that classes, methods and other modules carry, so that no call tells them: the language servers'
 * extension of Jupyter asks npm, R and Julia what is installed, and Jupyter Lab the yarn that it brings along. `./` is the folder of the module.
 * https://jupyterlab-lsp.readthedocs.io/
 */
export const STARTS_BY_NAME: ReadonlyMap<string, readonly string[]> = new Map([
  ['jupyter_builder.jlpm', ['node', './yarn.js', 'config', '--json']],
  ['jupyter_lsp.types', ['npm', 'prefix', '-g']],
  ['jupyter_lsp.specs.r_languageserver', ['Rscript', '-e', "cat(system.file(package='languageserver'))"]],
  ['jupyter_lsp.specs.julia_language_server', ['julia', '-e', 'print(Base.find_package("LanguageServer"))']],
]);

/** Where a build of the interpreter keeps how it was built: `_sysconfigdata__linux_x86_64-linux-gnu.py`. */
const BUILD_DATA = /^_sysconfigdata_/;

/** Where the loader looks by default, on Debian's and others' machines. */
export const LIBRARIES = ['lib', 'usr/lib', 'lib64', 'usr/lib64', 'usr/local/lib'].flatMap((folder) => [
  folder,
  ...['x86_64', 'aarch64'].map((machine) => `${folder}/${machine}-linux-gnu`),
]);

/** Packages that look in `setuptools/_vendor` for what is not installed. */
export const VENDORS: ReadonlySet<string> = new Set(['setuptools', 'pkg_resources', '_distutils_hack']);

/** How deep in a package that settings name frameworks look for what they load by convention: `shop.management.commands.sell`. */
export const CONVENTION_DEPTH = 3;

/** The modules of the standard library's folders that `sysconfig` takes for that. */
export const buildData = (library: readonly string[], { tree }: World): string[] =>
  library.flatMap((folder) =>
    tree.list(folder).flatMap((name) => (BUILD_DATA.test(name) ? name.replace(/\.py$/, '') : [])),
  );
