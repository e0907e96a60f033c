import { basename } from 'node:path/posix';
import type { PackageFact } from '../analyzers/analyzer.ts';
import { rubygems } from '../ecosystems/rubygems.ts';
import { behindFolder, fileNameOf, folderOf } from '../formats/paths.ts';
import type { VisibleFact } from '../layers/read-image.ts';
import type { FileSystem } from '../layers/squash.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/**
 * `usr/local/bundle/gems/rack-2.0.1/lib/rack.rb`: what RubyGems installs into, the gem's whole name, and code of it. What Bundler takes from
 * git is called by a commit, and has its specification inside. https://guides.rubygems.org/command-reference/#gem-environment
 */
const CODE = /([A-Za-z0-9_][\w.-]{0,200}-\d[\w.-]{0,100})\/(?:lib|app|ext)\/[^/]/y;
const FULL_NAME =
  /^(.+?)-(\d[\w.]*)(?:-(?:x86|x86_64|x64|aarch64|arm|arm64|armv\w+|i\d86|java|universal|ppc64le|s390x|riscv64)(?:-[\w.-]+)?)?$/;
/** Where gems are kept for tests or by other programs. */
const ELSEWHERE = /(?:^|\/)(?:node_modules|(?:site|dist)-packages|tests?|spec|fixtures|vendor\/cache)\//;

/** Folders of gems with code in them, and a file of each, as a walk over the image meets them. */
export interface MetGems {
  readonly gems: Map<string, { readonly path: string; readonly isOwned: boolean }>;
}

/** Hears of one file of the image. */
export function meetGem({ gems }: MetGems, path: string, isOwned: boolean): void {
  if (!path.endsWith('.rb') && !path.endsWith('.so')) return;
  const { above, parts } = behindFolder(path, 'gems', CODE) ?? {};
  if (above === undefined || parts === undefined || ELSEWHERE.test(`${above}/`)) return;
  const home = fileNameOf(folderOf(above));
  if (home === '' || home === 'bundler') return;
  const folder = `${above}/${parts[1]}`;
  const known = gems.get(folder);
  if (known === undefined || (isOwned && !known.isOwned)) gems.set(folder, { path, isOwned });
}

/** The folder of the gem that a specification describes: `usr/local/bundle/gems/rack-2.0.1`. */
export function folderSpecified(path: string): string | undefined {
  const [, home] = /^(.*?)\/?specifications\/(?:default\/)?[^/]+\.gemspec$/.exec(path) ?? [];
  return home === undefined ? undefined : `${home === '' ? '' : `${home}/`}gems/${basename(path, '.gemspec')}`;
}

/**
 * Gems whose code is there and whose specification is not: RubyGems calls the folder by name and version, and Ruby finds the code there when
 * somebody names the folder. `known`: what specifications list, here or in a lower layer. Folders that an OS package owns are that package's.
 */
export function gemsWithoutSpecification(
  { gems }: MetGems,
  files: FileSystem,
  known: readonly PackageItem[],
): readonly PackageItem[] {
  if (gems.size === 0) return [];
  const folders = new Set(
    known.flatMap(({ path, via = path, fact }) =>
      fact.type === rubygems.type ? [path, via].flatMap((place) => folderSpecified(place) ?? []) : [],
    ),
  );
  return [...gems].flatMap(([folder, { path, isOwned }]): PackageItem[] => {
    const [, name, version] = FULL_NAME.exec(basename(folder)) ?? [];
    if (isOwned || folders.has(folder) || name === undefined || version === undefined) return [];
    const layer = files.find(path)?.layer;
    if (layer === undefined) return [];
    const fact = { type: rubygems.type, name, version, certainty: 'content', recovered: 'trace' } as const;
    return [{ path, layer, analyzer: 'ruby-gems', fact }];
  });
}
