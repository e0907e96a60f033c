import type { GoBuildInfo } from '../../formats/executables/index.ts';
import { compareGo } from '../../versions/semver.ts';
import type { Fact, PackageFact } from '../analyzer.ts';
import { buildStamp, mainVersion } from './go-version.ts';

type Compiled = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The main module, the standard library and each dependency. Of a module of which files of another version were compiled (`compiled`) somebody
 * edited the list: the older of the two versions counts. https://go.dev/ref/mod#go-version-build-info
 */
export function* goFacts(info: GoBuildInfo, compiled: Compiled = new Map()): Generator<Fact> {
  for (const fact of listedFacts(info)) yield fact.kind === undefined ? heldTo(fact, compiled) : fact;
}

/** The module in the older of the versions that its list and its files have. */
function heldTo(fact: PackageFact, compiled: Compiled): PackageFact {
  const versions = compiled.get(fact.name);
  if (versions === undefined || fact.version === '' || versions.has(fact.version)) return fact;
  const [oldest] = [...versions, fact.version].sort(compareGo);
  return {
    ...fact,
    version: oldest!,
    certainty: 'name',
    recovered: 'code',
    properties: {
      ...fact.properties,
      contradictedBy: [fact.version, ...versions].filter((v) => v !== oldest).join(', '),
    },
  };
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
