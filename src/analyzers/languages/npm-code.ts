import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, type JsonObject, object, text } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type PackageFact, unknown } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';
import { integrityDigests } from '../integrity.ts';
import { versionInStore } from './js-locks.ts';

/** A banner and the constants below it stand in a script's first lines. */
const HEAD = 8 * 1024;
/** The package's folder, its name, and the script right in it or where builds put them. */
const PLACE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/@][^/]*)\/(?:(?:dist|lib|build|umd|cjs)\/)?[^/]+\.js$/;
const VERSION = String.raw`v?(\d{1,6}\.\d{1,6}\.\d{1,6}(?:-[\w.]{1,40})?)(?![\w.]*\d)`;

/**
 * What npm packages say of themselves in their own code, where no `package.json` lies beside it: the banner of a build (`/*! jQuery v3.6.0`),
 * `@version`, or the constant that programs ask for. Heard of folders without a manifest (`hiding/npm-code.ts`), and where a well-known library's manifest says
 * another version (`hiding/second-lists.ts`).
 */
export const npmCodeVersions = analyzer({
  name: 'npm-code-versions',
  version: 6,
  files: ['', 'dist/', 'lib/', 'build/', 'umd/', 'cjs/'].flatMap((folder) => [
    `**/node_modules/*/${folder}*.js`,
    `**/node_modules/@*/*/${folder}*.js`,
  ]),
  unownedOnly: true,
  stream(entry) {
    const name = PLACE.exec(entry.path)?.[1];
    let head = Buffer.alloc(0);
    return {
      push(chunk) {
        if (name !== undefined) head = Buffer.concat([head, chunk.subarray(0, HEAD - head.length)]);
        return name === undefined || head.length >= HEAD ? Number.POSITIVE_INFINITY : 0;
      },
      *end() {
        const text = head.toString('utf8');
        const other = name === undefined || !isEntry(entry.path, name) ? undefined : otherLibrary(text, name);
        if (other !== undefined)
          return yield { type: 'npm', ...other, certainty: 'name', recovered: 'code', properties: { calls: 'itself' } };
        if (name === undefined) return;
        const stored = versionInStore(entry.path, name);
        for (const version of stored === undefined ? versionsIn(text, name) : [stored])
          yield { type: 'npm', name, version, certainty: 'content', recovered: 'code' };
      },
    };
  },
});

/**
 * Libraries whose builds begin with a banner that names them and their version, on which somebody has published advisories. Read off the files of their
 * packages; of React not, whose banner stands in packages of other names and versions as well.
 */
const BANNERS: readonly (readonly [name: string, banner: RegExp])[] = [
  ['lodash', /Lodash <https:\/\/lodash\.com\/>/],
  // As it was called until 2.4. Before underscore, upon which it says it is based.
  ['lodash', banner('Lo-Dash')],
  ['axios', banner('axios')],
  ['jquery', banner('jQuery(?: JavaScript Library)?')],
  ['underscore', banner('Underscore\\.js')],
  ['moment', banner('moment\\.js\\s{1,9}//! version : ')],
  ['handlebars', banner('handlebars')],
  ['js-yaml', banner('js-yaml')],
  ['marked', banner('marked(?: -)?')],
  ['dompurify', banner('DOMPurify')],
  ['angular', banner('AngularJS')],
  ['vue', banner('Vue\\.js')],
  ['bootstrap', banner('Bootstrap')],
  ['showdown', banner('showdown')],
  ['knockout', banner('Knockout JavaScript library')],
  ['chart.js', banner('Chart\\.js')],
];

/** A line of its own of a file's first comment: `Based on Underscore.js 1.8.3` is another's. */
function banner(name: string): RegExp {
  return new RegExp(`^[ \\t/*!@]{0,9}(?:license )?${name}[ \\t]*${VERSION}`, 'im');
}

/** Right in the package's folder: what was merged into others, banners and all, lies below `dist`. */
const isEntry = (path: string, name: string): boolean => path.slice(0, path.lastIndexOf('/')).endsWith(`/${name}`);

/** The well-known library that a package of another name is by its banner. */
function otherLibrary(text: string, name: string): { readonly name: string; readonly version: string } | undefined {
  const comment = /^\s{0,99}(?:["']use strict["'];?\s{0,99})?(\/\*[\s\S]{0,2048}?\*\/|(?:\/\/.{0,200}\n){1,9})/.exec(
    text,
  )?.[1];
  if (comment === undefined) return undefined;
  for (const [library, mark] of BANNERS) {
    const told = mark.exec(comment);
    if (told === null) continue;
    // A library's own banner says what it is; what it names further on it was made of.
    if (name === library) return undefined;
    if (name.toLowerCase().includes(library.replace(/\.js$/, ''))) continue;
    const version = told[1] ?? (library === 'lodash' ? OWN_VERSION.exec(text)?.[1] : undefined);
    if (version !== undefined) return { name: library, version };
  }
  return undefined;
}

const OWN_VERSION = new RegExp(`(?:^|[;\\s])(?:var|let|const)[ \\t]+VERSION[ \\t]*=[ \\t]*['"]${VERSION}['"]`);

/** Every version that it tells, what is most likely its own first. A banner has to name the package: builds carry the banners of what they were made of along. */
function versionsIn(text: string, name: string): readonly string[] {
  const own = name
    .replace(/^@[^/]+\//, '')
    .split(/[^A-Za-z0-9]+|js$/)
    .filter((part) => part !== '')
    .join('[\\W_]{0,2}');
  const comments =
    text
      .match(/\/\*[\s\S]{0,4096}?\*\/|^\/\/.{0,400}$/gm)
      ?.slice(0, 8)
      .join('\n') ?? '';
  const isNamed = new RegExp(`\\b${own}\\b`, 'i');
  const told = [
    ...BANNERS.map(([library, mark]) => (library === name ? mark.exec(comments) : null)),
    new RegExp(
      `\\b${own}(?:\\.?js)?(?:[ \\t]+[A-Za-z]{1,20}){0,3}(?:[ \\t]+|[ \\t]*[-,@(:][ \\t]*)${VERSION}`,
      'i',
    ).exec(comments),
    isNamed.test(comments) ? new RegExp(`@version[ \\t]+${VERSION}`).exec(comments) : null,
    OWN_VERSION.exec(text),
    new RegExp(`(?:\\bexports|\\b${own})\\.(?:VERSION|version)[ \\t]*=[ \\t]*['"]${VERSION}['"]`, 'i').exec(text),
  ];
  return [...new Set(told.flatMap((match) => match?.[1] ?? []))];
}

/**
 * What npm fixed for each folder, by the list that it keeps in `node_modules` for itself, and by the project's. Heard only of packages whose own
 * manifest is gone and whose folder is not (`hiding/npm-code.ts`); elsewhere the manifests say the same, but for the digest of what was fetched. https://docs.npmjs.com/cli/configuring-npm/package-lock-json#hidden-lockfiles
 */
export const npmInstalledLock = analyzer({
  name: 'npm-installed-lock',
  version: 4,
  files: ['**/node_modules/.package-lock.json', '**/package-lock.json', '**/npm-shrinkwrap.json'],
  *read(file) {
    const isOwn = /(?:^|\/)node_modules\/\.package-lock\.json$/.test(file.path);
    if (!isOwn && /(?:^|\/)node_modules\//.test(file.path)) return;
    const document = readJson(file.text()) as Json;
    if (!isObject(document)) return yield unknown('no JSON object');
    if (!isObject(document.packages)) return yield* placesOfTree(object(document.dependencies));
    for (const [place, value] of Object.entries(object(document.packages))) {
      const entry = object(value);
      const version = text(entry.version);
      const name = text(entry.name) ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      if (!place.startsWith('node_modules/') || entry.link === true || version === undefined) continue;
      const needs = [isOwn ? place.slice('node_modules/'.length) : place];
      const digests = integrityDigests(text(entry.integrity));
      yield withValues({
        type: 'npm',
        name,
        version,
        certainty: 'content',
        recovered: 'lock-file',
        needs,
        properties: digests,
      });
      yield* fetchedAs(text(entry.resolved), name, version, needs);
    }
  },
});

/** What a package was fetched as, where that is not what it is called here: who gives it another name seldom thinks of the address. */
export function* fetchedAs(
  resolved: string | undefined,
  name: string,
  version: string,
  needs: readonly string[],
): Generator<PackageFact> {
  const fetched = FETCHED.exec(resolved?.slice(-LIMITS.nameBytes) ?? '')?.[1]?.replace(/%2f/i, '/');
  if (fetched === undefined || fetched.toLowerCase() === name.toLowerCase()) return;
  const properties = { calls: 'itself' };
  yield { type: 'npm', name: fetched, version, certainty: 'name', recovered: 'lock-file', needs, properties };
}

/** As every registry has them: `.../@scope/name/-/name-1.0.0.tgz`; addresses of other forms tell no name. */
const FETCHED = /\/((?:@[\w.~-]{1,200}(?:\/|%2f))?[\w.~-]{1,214})\/-\/[^/]{1,300}\.tgz(?:[?#].*)?$/i;

/** Version 1 of the lock file: each package with those in a folder of its own below it. */
function* placesOfTree(top: JsonObject): Generator<PackageFact> {
  const open: { readonly from: JsonObject; readonly folder: string; readonly depth: number }[] = [
    { from: top, folder: 'node_modules', depth: 0 },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const [name, value] of Object.entries(next.from)) {
      const entry = object(value);
      const version = text(entry.version);
      const place = `${next.folder}/${name}`;
      if (place.length > LIMITS.pathBytes) continue;
      if (version !== undefined && /^\d/.test(version))
        yield { type: 'npm', name, version, certainty: 'content', recovered: 'lock-file', needs: [place] };
      if (version !== undefined && /^\d/.test(version)) yield* fetchedAs(text(entry.resolved), name, version, [place]);
      if (isObject(entry.dependencies) && next.depth < LIMITS.settingsDepth)
        open.push({ from: entry.dependencies, folder: `${place}/node_modules`, depth: next.depth + 1 });
    }
}
