import type { GoBuildInfo } from '../../formats/executables/index.ts';
import type { Fact } from '../analyzer.ts';
import { roleOfPath } from '../systems/index.ts';
import { buildStamp, mainVersion } from './go-version.ts';

/** The main module, the standard library and each dependency. https://go.dev/ref/mod#go-version-build-info */
export function* goFacts(info: GoBuildInfo, path: string): Generator<Fact> {
  const seen = roleOfPath(path);
  const role = seen === undefined ? {} : { role: seen };
  const goVersion = /^go(\d[\w.]*)/.exec(info.goVersion ?? '')?.[1];
  if (goVersion !== undefined)
    yield { type: 'golang', name: 'stdlib', version: goVersion, certainty: 'exact', ...role };
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
      ...role,
    };
  }
  for (const { path: name, version, replaces } of info.dependencies)
    yield {
      type: 'golang',
      name,
      version,
      certainty: 'exact',
      ...(replaces === undefined ? {} : { properties: { replaces } }),
      ...role,
    };
}

/** What the names of source files say where the build information is gone: less sure, since names can be given. */
export function* traced(info: GoBuildInfo | undefined, path: string): Generator<Fact> {
  if (info === undefined) return;
  for (const fact of goFacts(info, path))
    yield fact.kind === undefined ? { ...fact, certainty: 'content', recovered: 'code' } : fact;
}
