import type { GoBuildInfo } from '../../formats/executables/index.ts';
import { compareGo } from '../../versions/semver.ts';
import type { Fact, PackageFact } from '../analyzer.ts';
import { buildStamp, mainVersion } from './go-version.ts';

type Compiled = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The main module, the standard library and each dependency. Of a module of which files of another version were compiled (`compiled`) somebody
 * edited the list. https://go.dev/ref/mod#go-version-build-info
 */
export function* goFacts(info: GoBuildInfo, compiled: Compiled = new Map()): Generator<Fact> {
  for (const fact of listedFacts(info)) yield fact.kind === undefined ? heldTo(fact, compiled) : fact;
}

/** The module, with the oldest version that its files have where that is not the list's. */
function heldTo(fact: PackageFact, compiled: Compiled): PackageFact {
  const versions = compiled.get(fact.name);
  if (versions === undefined || fact.version === '' || versions.has(fact.version)) return fact;
  const sorted = [...versions].sort(compareGo);
  const because = `the files that it was compiled of are of ${sorted.join(', ')}`;
  return { ...fact, disputed: { version: sorted[0]!, because, by: 'code' } };
}

function* listedFacts(info: GoBuildInfo): Generator<Fact> {
  const goVersion = /^go(\d[\w.]*)/.exec(info.goVersion ?? '')?.[1];
  if (goVersion !== undefined) yield { type: 'golang', name: 'stdlib', version: goVersion, certainty: 'exact' };
  const main = info.main;
  if (main !== undefined && main.path !== '') {
    const version = mainVersion(info);
    const properties = { main: 'true', ...buildStamp(info) };
    yield {
      type: 'golang',
      name: main.path,
      version: version ?? '',
      certainty: version === undefined ? 'name' : 'exact',
      properties,
    };
  }
  for (const { path: name, version, replaces } of info.dependencies)
    yield {
      type: 'golang',
      name,
      version,
      certainty: 'exact',
      ...(replaces === undefined ? {} : { properties: { replaces } }),
    };
}

/** What the names of source files say where the build information is gone: less sure, since names can be given. */
export function* traced(info: GoBuildInfo | undefined): Generator<Fact> {
  if (info === undefined) return;
  for (const fact of goFacts(info))
    yield fact.kind === undefined ? { ...fact, certainty: 'content', recovered: 'code' } : fact;
}
