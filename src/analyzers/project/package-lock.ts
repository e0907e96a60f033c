import { isObject, type Json, type JsonObject, object, text } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type PackageFact, unknown } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';
import { integrityDigests } from '../integrity.ts';

/** What npm's lock file fixes. https://docs.npmjs.com/cli/configuring-npm/package-lock-json */
export const packageLock = analyzer({
  name: 'package-lock',
  version: 2,
  files: ['**/package-lock.json', '**/npm-shrinkwrap.json'],
  *read(file) {
    if (/(?:^|\/)node_modules\//.test(file.path)) return;
    const document = JSON.parse(file.text()) as Json;
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
    if (at < 0 || entry.link === true || version === undefined) continue;
    yield declared(text(entry.name) ?? place.slice(at + 'node_modules/'.length), version, entry);
  }
}

/** Version 1: each with those of its own. */
function* ofDependencies(top: JsonObject): Generator<PackageFact> {
  const open: { readonly from: JsonObject; readonly depth: number }[] = [{ from: top, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const [name, value] of Object.entries(next.from)) {
      const entry = object(value);
      const version = text(entry.version);
      if (version !== undefined && /^\d/.test(version)) yield declared(name, version, entry);
      if (isObject(entry.dependencies) && next.depth < LIMITS.settingsDepth)
        open.push({ from: entry.dependencies, depth: next.depth + 1 });
    }
}
