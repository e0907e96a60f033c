import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, type JsonObject, object, text } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type PackageFact, unknown } from '../analyzer.ts';
import { disputedBy } from '../disputed.ts';
import { properties, withValues } from '../fact-values.ts';
import { versionInStore } from './js-locks.ts';
import { fetchedAs } from './npm-code.ts';

/**
 * A package's own folder: `node_modules/NAME/` or `node_modules/@SCOPE/NAME/`; deeper ones belong to its insides, but for Yarn's store
 * (https://yarnpkg.com/features/linkers#nodelinker-pnpm).
 */
const PACKAGE_ROOT =
  /(?:^|\/)(?:(?:node_modules|labextensions|nbextensions)\/(?:@[^/]+\/)?[^/@][^/]*|node_modules\/\.store\/[^/]+\/package)\/package\.json$/;
/** What npm takes off a version: `" =1.2.5 "`, `v1.2.5`. https://github.com/npm/node-semver#clean */
const BEFORE_VERSION = /^[=v\s]{1,16}/;
const NAME = /^(?:@[^/@\s]+\/)?[^/@\s]+$/;
/** Manifests that tests and templates are made of. */
const NOT_INSTALLED =
  /(?:^|\/)(?:tests?|__tests__|fixtures?|__fixtures__|examples?|templates?|cookiecutter[^/]*|staging)\//;

/**
 * Installed npm packages by their `package.json`: in `node_modules`, in JupyterLab's extensions, and programs unpacked
 * by hand such as /opt/yarn. A file without name and version is no package but a hint to the module loader.
 * What it asks for is `name@range`, followed by `; peer`, `; optional` or (of what nobody installed) `; dev`.
 * https://docs.npmjs.com/cli/configuring-npm/package-json
 */
export const npmPackages = analyzer({
  name: 'npm',
  version: 8,
  files: ['**/package.json'],
  maxBytes: 4 * 1024 * 1024,
  *read(file) {
    if (!isOfPackage(file.path)) return;
    const parsed = readJson(file.text()) as Json;
    if (!isObject(parsed)) return yield unknown('no JSON object');
    const fact = npmPackageOf(parsed, file.path);
    if (!fact) return;
    yield fact;
    // npm 6 wrote into each manifest where it was fetched.
    if (isInModules(file.path)) yield* fetchedAs(text(object(parsed)._resolved), fact.name, fact.version, ['.']);
  },
});

const isInModules = (path: string): boolean => /(?:^|\/)node_modules\//.test(path);
const isOfPackage = (path: string): boolean =>
  isInModules(path) ? PACKAGE_ROOT.test(path) : !NOT_INSTALLED.test(path);

/** The package that a `package.json` at that path is of; undefined for one without name and version, or that is no package's own. */
export function npmPackageOf(parsed: Json, path: string): PackageFact | undefined {
  if (!isObject(parsed) || !isOfPackage(path)) return undefined;
  const inModules = isInModules(path);
  const name = text(parsed.name)?.trim();
  const version = text(parsed.version)?.trim().replace(BEFORE_VERSION, '');
  if (name === undefined || version === undefined) return undefined;
  if (!NAME.test(name) || !/^\d/.test(version)) return undefined;
  const stored = versionInStore(path, name);
  const licence = text(parsed.license) ?? text(object(parsed.license).type);
  return withValues({
    type: 'npm',
    name,
    version,
    licenses: licence === undefined ? undefined : [licence],
    maintainer: authorOf(parsed.author),
    // Outside of node_modules it may as well be the source of a project: what is there, but installed by nobody.
    role: !inModules && parsed.private === true ? 'declared' : undefined,
    requires: requirements(parsed, inModules),
    ...disputedBy(version, [stored === undefined ? undefined : { version: stored, because: `pnpm stored ${stored}` }]),
    properties: properties({
      private: parsed.private === true ? 'true' : undefined,
      'package-manager': inModules ? undefined : text(parsed.packageManager),
    }),
  });
}

const PERSON_CHARACTERS = 200;

/** `Jane Doe <jane@example.org>`, without the address of a page. https://docs.npmjs.com/cli/configuring-npm/package-json#people-fields-author-contributors */
function authorOf(value: Json | undefined): string | undefined {
  const { name, email } = object(value);
  const address = text(email);
  const written = text(value) ?? (text(name) && `${text(name)}${address === undefined ? '' : ` <${address}>`}`);
  if (written === undefined || written.length > PERSON_CHARACTERS) return undefined;
  return written.replace(/\(https?:[^()]*\)/, '').trim() || undefined;
}

/** Undefined where there are none. What an installed package was developed with is not there, and not asked for. */
function requirements(manifest: JsonObject, installed: boolean): string[] | undefined {
  const optionalPeers = object(manifest.peerDependenciesMeta);
  const optional = object(manifest.optionalDependencies);
  const wanted = [
    // What is optional as well is optional: npm takes the later word.
    ...ranges(manifest.dependencies).flatMap(([name, range]) =>
      Object.hasOwn(optional, name) ? [] : `${name}@${range}`,
    ),
    ...ranges(optional).map(([name, range]) => `${name}@${range}; optional`),
    ...ranges(manifest.peerDependencies).map(
      ([name, range]) => `${name}@${range}; peer${object(optionalPeers[name]).optional === true ? ', optional' : ''}`,
    ),
    ...(installed ? [] : ranges(manifest.devDependencies).map(([name, range]) => `${name}@${range}; dev`)),
  ];
  return wanted.length === 0 ? undefined : wanted;
}

const LONGEST_RANGE = 512;

function ranges(value: Json | undefined): [name: string, range: string][] {
  return Object.entries(object(value))
    .slice(0, LIMITS.npmRequirements)
    .flatMap(([name, range]): [string, string][] =>
      typeof range === 'string' && range.length <= LONGEST_RANGE && NAME.test(name) ? [[name, range.trim()]] : [],
    );
}
