import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import type { Statement } from '../model.ts';

/** The build of a module that a version is of (`module_el8.8.0+3601+ca64e769`), as its world tells; undefined: it was built outside modules. */
type ModuleBuild = NonNullable<Ecosystem['moduleBuild']>;

/**
 * Whether a statement can concern a build of this stream. A fix in one stream says nothing of another, nor of what was built outside
 * modules, nor the other way round. Without a label, and where the build does not tell its stream, every stream's statements do.
 * https://docs.fedoraproject.org/en-US/modularity/
 */
export function concernsModule(
  statement: Statement,
  version: string,
  stream: string | undefined,
  moduleBuild: ModuleBuild,
): boolean {
  const builds = buildsOf(statement);
  const isModular = statement.modules !== undefined || builds.some((build) => moduleBuild(build) !== undefined);
  const isInstalled = (stream !== undefined && stream !== '') || moduleBuild(version) !== undefined;
  if (isModular !== isInstalled) return false;
  if (!isModular || stream === undefined || stream === '') return true;
  if (statement.modules !== undefined && statement.modules.length > 0) return statement.modules.includes(stream);
  return builds.length === 0 || builds.some((build) => isOfStream(build, version, stream));
}

/**
 * Whether a build that names no stream (Oracle's bulletins in Trivy's database, an older one of AlmaLinux) may be of the stream that an installed one is of:
 * of a stream called after a release, what has the same number in its version, or npm in its release (`1:9.5.0-1.18.14.2`); what is numbered apart,
 * of the same upstream release. In a stream that moves on (`rhel8`, `DL1`) any number may come next.
 */
function isOfStream(build: string, installed: string, stream: string): boolean {
  const number = stream.slice(stream.indexOf(':') + 1);
  if (!/^\d/.test(number)) return true;
  const isNamed = (version: string): boolean => {
    const [upstreamVersion = '', release = ''] = withoutEpoch(version).split('-');
    return isPrefix(number, upstreamVersion) || isPrefix(number, release.replace(/^\d+\./, ''));
  };
  return isNamed(installed) ? isNamed(build) : upstream(build) === upstream(installed);
}

/**
 * The stream of a build without a label, from what statements on the package say: the one whose advisory names a build of the same source, else the
 * one whose name the version begins with, else the one that the nearest version belongs to. Undefined: that does not tell.
 */
export function streamOf(
  version: string,
  statements: readonly Statement[],
  moduleBuild: ModuleBuild,
): string | undefined {
  const build = moduleBuild(version);
  if (build === undefined) return undefined;
  const told = statements.filter(({ modules }) => modules?.length === 1);
  const withoutModule = (of: string): string => {
    const tag = moduleBuild(of);
    return withoutEpoch(tag === undefined ? of : of.slice(0, -tag.length - 1));
  };
  const source = withoutModule(version);
  const same = new Set(
    told
      .filter((statement) => buildsOf(statement).some((other) => withoutModule(other) === source))
      .map((statement) => statement.modules?.[0]),
  );
  // One source may be built for two streams.
  if (same.size > 0) return same.size === 1 ? [...same][0] : undefined;
  const number = withoutEpoch(version);
  const streams = [...new Set(told.flatMap(({ modules = [] }) => modules))];
  const named = streams
    .filter((stream) => isPrefix(stream.slice(stream.indexOf(':') + 1), number))
    .sort((a, b) => b.length - a.length)[0];
  if (named !== undefined) return named;
  const near = new Set(
    told
      .filter((statement) => buildsOf(statement).some((other) => upstream(other) === upstream(version)))
      .map((statement) => statement.modules?.[0]),
  );
  return near.size === 1 ? [...near][0] : undefined;
}

/** Every build that a statement names. */
export const buildsOf = ({ ranges, versions = [] }: Statement): readonly string[] => [
  ...ranges.flatMap(({ fixed, lastAffected, introduced }) => fixed ?? lastAffected ?? introduced ?? []),
  ...versions,
];

const withoutEpoch = (version: string): string => version.replace(/^\d+:/, '');

/** Major and minor number of the upstream release. */
const upstream = (version: string): string => withoutEpoch(version).split(/[.-]/).slice(0, 2).join('.');

const isPrefix = (stream: string, number: string): boolean =>
  /^\d/.test(stream) && number.startsWith(stream) && !/^\d/.test(number.slice(stream.length));
