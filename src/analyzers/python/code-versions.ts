import { analyzer } from '../analyzer.ts';

/**
 * What Python packages say of themselves in their own code, where no metadata lies beside them: somebody deleted it, or never brought it.
 * Heard only of import packages that no distribution of the folder holds (`hiding/python-code.ts`).
 * https://packaging.python.org/en/latest/discussions/single-source-version/
 */
export const pythonCodeVersions = analyzer({
  name: 'python-code-versions',
  version: 1,
  files: ['__init__', '_version', 'version', '__version__', '__about__', 'package_data'].flatMap((name) =>
    ['site-packages', 'dist-packages'].map((folder) => `**/${folder}/*/${name}.py`),
  ),
  maxBytes: 512 * 1024,
  unownedOnly: true,
  *read(file) {
    const parts = file.path.split('/');
    const module = parts.at(-2)!;
    const version = versionIn(file.text());
    if (version === undefined || !/^[A-Za-z]\w*$/.test(module)) return;
    yield { type: 'pypi', name: module, version, certainty: 'content', recovered: 'code' };
  },
});

/** Assignments at the beginning of a line; versioneer writes a JSON text, Django a tuple. */
const TEXT =
  /^(?:__version__|version|VERSION|__VERSION__)(?:[ \t]*:[ \t]*[\w.]+)?[ \t]*=[ \t]*(?:(?:version|__version__|VERSION)[ \t]*=[ \t]*)?u?['"]v?(\d+(?:\.\d+)+[\w.+!-]{0,60})['"]/m;
const JSON_TEXT = /^[ \t]+"version":[ \t]*"(\d+(?:\.\d+)+[\w.+!-]{0,60})"/m;
const TUPLE =
  /^(?:VERSION|version_info|__version_info__)[ \t]*=[ \t]*\((\d{1,6}),[ \t]*(\d{1,6})(?:,[ \t]*(\d{1,6}))?(?:,[ \t]*['"]final['"],[ \t]*\d+)?\)/m;

function versionIn(text: string): string | undefined {
  const written = TEXT.exec(text)?.[1] ?? JSON_TEXT.exec(text)?.[1];
  if (written !== undefined) return written;
  const tuple = TUPLE.exec(text);
  return tuple === null
    ? undefined
    : tuple
        .slice(1)
        .filter((part) => part !== undefined)
        .join('.');
}

/** A list of files beyond which the names of import packages are no longer looked for. */
const MODULES = 10_000;

/**
 * The import packages and modules that each installed distribution brought, by its list of files. The name of a distribution does not tell
 * them: PyJWT is imported as `jwt`.
 * https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
 */
export const pythonModules = analyzer({
  name: 'python-modules',
  version: 1,
  files: [
    '**/*.dist-info/RECORD',
    '**/*.dist-info/top_level.txt',
    '**/*.egg-info/top_level.txt',
    '**/*.egg-info/installed-files.txt',
  ],
  maxBytes: 32 * 1024 * 1024,
  *read(file) {
    const names = new Set<string>();
    for (const match of file.text().matchAll(/^"?(?:\.\.\/)?([A-Za-z_]\w*)(?=[/.\r\n",]|$)/gm)) {
      names.add(match[1]!);
      if (names.size >= MODULES) break;
    }
    if (names.size > 0) yield { kind: 'modules', names: [...names].join(' ') };
  },
});

/** What lies beside the metadata of a distribution, in a folder that is called after it. */
const BESIDE = ['RECORD', 'WHEEL', 'INSTALLER', 'top_level.txt', 'REQUESTED', 'SOURCES.txt', 'installed-files.txt'];

/**
 * A distribution by the name of its folder (`requests-2.25.0.dist-info`), by what lies there beside its metadata. Heard only where the metadata
 * itself is gone (`hiding/python-code.ts`). https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-dist-info-directory
 */
export const pythonFolders = analyzer({
  name: 'python-folders',
  version: 1,
  files: BESIDE.flatMap((name) => [`**/*.dist-info/${name}`, `**/*.egg-info/${name}`]),
  maxBytes: 32 * 1024 * 1024,
  *read({ path }) {
    const [, name, version] =
      /(?:^|\/)([A-Za-z0-9][\w.]{0,200})-(\d[\w.!+]{0,100})(?:-py\d\.\d{1,2})?\.(?:dist|egg)-info\/[^/]+$/.exec(path) ??
      [];
    if (name !== undefined && version !== undefined)
      yield { type: 'pypi', name, version, certainty: 'content', recovered: 'trace' };
  },
});
