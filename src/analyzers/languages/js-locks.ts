import { NPM_NAME, NPM_VERSION, pnpmPackages, yarnPackages } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type PackageFact } from '../analyzer.ts';

/** A package that a lock file fixes, and the folder that it lies in, from the file's own. */
const fixed = (name: string, version: string, folder: string): PackageFact => ({
  type: 'npm',
  name,
  version,
  certainty: 'content',
  recovered: 'lock-file',
  needs: [folder],
});

/**
 * What Yarn fixed: versions by name, without the place. Where several versions of a name are fixed, nobody can tell from it which of them lies
 * in the project's own folder, and nothing is said. Heard only of packages whose manifest is gone (`hiding/npm-code.ts`).
 * https://classic.yarnpkg.com/lang/en/docs/yarn-lock/ https://yarnpkg.com/configuration/lockfile
 */
export const yarnLock = analyzer({
  name: 'yarn-lock',
  version: 1,
  files: ['**/yarn.lock'],
  *read(file) {
    if (/(?:^|\/)node_modules\//.test(file.path)) return;
    const versions = new Map<string, Set<string>>();
    for (const { name, version } of yarnPackages(file.text()))
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    for (const [name, those] of versions)
      if (those.size === 1) yield fixed(name, [...those][0]!, `node_modules/${name}`);
  },
});

/** `"lodash@npm:4.17.21":`, then the places, each with a dash. */
const STATE = new RegExp(
  String.raw`^"?(${NPM_NAME})@(?:npm:|virtual:[0-9a-f]{1,200}#npm:)(${NPM_VERSION})"?:\r?\n((?: {2}[^\n]{0,2000}\n){1,200})`,
  'gm',
);

/** Where Yarn put each package, when it makes folders instead of archives. https://yarnpkg.com/features/linkers#nodelinker-node-modules */
export const yarnState = analyzer({
  name: 'yarn-state',
  version: 1,
  files: ['**/node_modules/.yarn-state.yml'],
  *read(file) {
    for (const [, name, version, body] of file.text().matchAll(STATE) as Iterable<string[]>)
      for (const [, place] of body!.matchAll(
        /^ {4}- "?(?:\.\/)?((?:[^"\n]{1,1000}\/)?node_modules\/[^"\n]{1,300})"?$/gm,
      ) as Iterable<string[]>)
        yield fixed(name!, version!, `../${place}`);
  },
});

/**
 * What pnpm fixed, each in the folder of its store that is called after it. The copy beside the store says what is there.
 * https://github.com/pnpm/spec/blob/master/lockfile/9.0.md
 */
export const pnpmLock = analyzer({
  name: 'pnpm-lock',
  version: 1,
  files: ['**/pnpm-lock.yaml', '**/node_modules/.pnpm/lock.yaml'],
  *read(file) {
    const isCopy = file.path.endsWith('/.pnpm/lock.yaml');
    if (!isCopy && /(?:^|\/)node_modules\//.test(file.path)) return;
    const store = isCopy ? '' : 'node_modules/.pnpm/';
    for (const { name, version, peers } of pnpmPackages(file.text())) {
      const behind = peers
        .replace(/\)\(|\(/g, '_')
        .replace(/\)/g, '')
        .replaceAll('/', '+');
      const folder = `${name.replace('/', '+')}@${version}${behind}`;
      if (folder.length <= LIMITS.nameBytes) yield fixed(name, version, `${store}${folder}/node_modules/${name}`);
    }
  },
});

/** The version that pnpm wrote into the name of a package's folder: `node_modules/.pnpm/lodash@4.17.21/node_modules/lodash/lodash.js`. */
export function versionInStore(path: string, name: string): string | undefined {
  const [, folder] = /\/\.pnpm\/([^/]{1,255})\/node_modules\//.exec(path) ?? [];
  const start = `${name.replace('/', '+')}@`;
  if (folder === undefined || !folder.startsWith(start)) return undefined;
  return /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+][\w.+-]{1,100}?)?(?=[_(]|$)/.exec(folder.slice(start.length))?.[0];
}
