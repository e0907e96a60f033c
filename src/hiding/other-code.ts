import { basename } from 'node:path/posix';
import type { PackageFact } from '../analyzers/analyzer.ts';
import { cran } from '../ecosystems/cran.ts';
import { packagist } from '../ecosystems/packagist.ts';
import { behindFolder, fileNameOf, folderOf } from '../formats/paths.ts';
import type { VisibleFact } from '../layers/read-image.ts';
import type { FileSystem } from '../layers/squash.ts';
import { type MetClasses, meetClass, unlistedClasses } from './unpacked-archives.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** Composer's loader, which it writes beside its list: `app/vendor/composer/autoload_real.php`. https://getcomposer.org/doc/01-basic-usage.md#autoloading */
const LOADER = '/composer/autoload_real.php';
const NAME_OF_COMPOSER = /([a-z0-9][\w.-]{0,100}\/[a-z0-9][\w.-]{0,100})\/[^/]/y;
/** What R writes when it installs a package, and loads it by. https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Package-structure */
const OF_R = '/Meta/package.rds';
const NAME_OF_R = /^[A-Za-z][\w.]{0,100}$/;
/** Beside every program that is published for .NET. https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md */
const OF_NET = '.runtimeconfig.json';

/** `app/lib/plug-1.10.0/ebin/Elixir.Plug.beam`, and the resource file that the runtime loads the application by. https://www.erlang.org/doc/apps/kernel/app.html */
const OF_OTP = /^(.{1,4000})\/ebin\/[^/]{1,255}\.(beam|app)$/;

/** Code of PHP, R, .NET, Erlang and Java that no package of the system owns, as a walk over the files meets it. */
export interface MetOthers {
  /** Folders that Composer installs into. */
  readonly composer: Set<string>;
  readonly php: Set<string>;
  readonly r: Set<string>;
  readonly net: Set<string>;
  /** Folders of applications of Erlang, those with code and those with a resource file. */
  readonly beam: Set<string>;
  readonly app: Set<string>;
  readonly classes: MetClasses;
}

export const noOthers = (): MetOthers => ({
  composer: new Set(),
  php: new Set(),
  r: new Set(),
  net: new Set(),
  beam: new Set(),
  app: new Set(),
  classes: new Map(),
});

/** Whether a path that ends with this letter can be any of it, outside of folders of Erlang's: of most files no more need be asked. */
export const isOtherEnd = (letter: number): boolean => LAST_LETTERS.has(letter);
const LAST_LETTERS: ReadonlySet<number> = new Set(
  ['.php', OF_R, OF_NET, '.class'].map((end) => end.charCodeAt(end.length - 1)),
);

/** Hears of one file of the image that no package of the system owns. */
export function meetOther({ composer, php, r, net, beam, app, classes }: MetOthers, path: string): void {
  const before = (ending: string): string => path.slice(0, -ending.length);
  if (path.endsWith('.php') && path.includes('vendor/')) {
    if (path.endsWith(LOADER)) composer.add(before(LOADER));
    const { above, parts } = behindFolder(path, 'vendor', NAME_OF_COMPOSER) ?? {};
    if (parts !== undefined && !parts[1]!.startsWith('composer/')) php.add(`${above}/${parts[1]}`);
  } else if (path.endsWith(OF_R)) {
    if (NAME_OF_R.test(fileNameOf(before(OF_R)))) r.add(before(OF_R));
  } else if (path.endsWith(OF_NET)) net.add(before(OF_NET));
  else if (path.includes('/ebin/')) {
    const [, folder, kind] = OF_OTP.exec(path) ?? [];
    if (folder !== undefined) (kind === 'beam' ? beam : app).add(folder);
  } else meetClass(classes, path);
}

/** What installers' own lists leave out, by kind: packages of Composer beside its loader, packages of R, programs of .NET, applications of Erlang; and classes of well-known libraries of Java that lie about. */
export interface UnlistedOthers {
  readonly php: readonly string[];
  readonly r: readonly string[];
  readonly net: readonly string[];
  readonly beam: readonly string[];
  readonly java: readonly string[];
}

/** Code beside which its installer writes a list, and that no list names; of .NET's programs, those without one. */
export function unlistedOthers(met: MetOthers, files: FileSystem, packages: readonly PackageItem[]): UnlistedOthers {
  const known = new Set<string>();
  for (const { path, via = path, fact } of packages)
    for (const place of [path, via])
      if (fact.type === packagist.type) known.add(`${folderOf(folderOf(place))}/${fact.name}`.toLowerCase());
      else if (fact.type === cran.type) known.add(folderOf(place));
  const vendorOf = (folder: string): string => folderOf(folderOf(folder));
  return {
    php: [...met.php].filter((folder) => met.composer.has(vendorOf(folder)) && !known.has(folder.toLowerCase())),
    r: [...met.r].filter((folder) => !known.has(folder)),
    net: [...met.net].filter((program) => !files.exists(`${program}.deps.json`) && files.exists(`${program}.dll`)),
    beam: [...met.beam].filter((folder) => !met.app.has(folder)),
    java: unlistedClasses(met.classes, packages),
  };
}

/** Each kind in words, with what its things are called. */
export const OTHER_CODE: readonly (readonly [
  kind: keyof UnlistedOthers,
  noun: string,
  nameOf: (path: string) => string,
])[] = [
  ['php', 'Composer package', (path) => path.split('/').slice(-2).join('/')],
  ['r', 'R package', (path) => basename(path)],
  ['net', '.NET program', (path) => basename(path)],
  ['beam', 'application of Erlang or Elixir', (path) => basename(path)],
  ['java', 'Java library', (path) => basename(path)],
];
