import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, type JsonObject, object, text } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type PackageFact, unknown } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';
import { integrityDigests } from '../integrity.ts';
import { open } from './asked.ts';

/** What npm's lock file fixes. https://docs.npmjs.com/cli/configuring-npm/package-lock-json */
export const packageLock = analyzer({
  name: 'package-lock',
  version: 3,
  files: ['**/package-lock.json', '**/npm-shrinkwrap.json'],
  *read(file) {
    if (/(?:^|\/)node_modules\//.test(file.path)) return;
    const document = readJson(file.text()) as Json;
    if (!isObject(document)) return yield unknown('no JSON object');
    if (isObject(document.packages)) yield* ofPackages(document.packages);
    else yield* ofDependencies(object(document.dependencies));
  },
});

const declared = (name: string, version: string, entry: JsonObject): PackageFact =>
  withValues({ type: 'npm', name, version, role: 'declared', properties: integrityDigests(text(entry.integrity)) });

/** Since version 2: by their place below node_modules; links lead to the project's own parts. */
function* ofPackages(packages: JsonObject): Generator<PackageFact> {
  for (const [place, value] of Object.entries(packages)) {
    const entry = object(value);
    const version = text(entry.version);
    const at = place.lastIndexOf('node_modules/');
    if (at < 0 || entry.link === true) continue;
    const name = text(entry.name) ?? place.slice(at + 'node_modules/'.length);
    const from = text(entry.resolved);
    if (version !== undefined) yield declared(name, version, entry);
    else if (from !== undefined) yield open('npm', name, `${name} from ${from}`);
  }
}

/** Version 1: each with those of its own; behind `npm:` the name that the registry knows, else a place instead of a version. */
function* ofDependencies(top: JsonObject): Generator<PackageFact> {
  const waiting: { readonly from: JsonObject; readonly depth: number }[] = [{ from: top, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const [name, value] of Object.entries(next.from)) {
      const entry = object(value);
      const version = text(entry.version);
      const [, alias, real] = /^npm:((?:@[^/@]+\/)?[^/@]+)@(\d.*)$/.exec(version ?? '') ?? [];
      if (alias !== undefined && real !== undefined) yield declared(alias, real, entry);
      else if (version !== undefined && /^\d/.test(version)) yield declared(name, version, entry);
      else if (version !== undefined && !/^(?:file|link):/.test(version)) yield open('npm', name, `${name} ${version}`);
      if (isObject(entry.dependencies) && next.depth < LIMITS.settingsDepth)
        waiting.push({ from: entry.dependencies, depth: next.depth + 1 });
    }
}
