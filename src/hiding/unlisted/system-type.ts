import type { PackageFact } from '../../analyzers/analyzer.ts';
import { PART_TYPES } from '../../analyzers/native/index.ts';
import { generic } from '../../ecosystems/generic.ts';
import type { ReadImage, VisibleFact } from '../../layers/read-image.ts';
import { tracedType, typeOfSystem } from './traced-system.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/**
 * Whose packages these are: what most kinds of traces say, so that no single planted thing decides; else the release file, where it names a
 * system of which anything is there; else the package manager that is there; else what most packages are.
 */
export function systemType(
  { files, facts }: Pick<ReadImage, 'files' | 'facts'>,
  items: readonly PackageItem[],
  stated: string | undefined,
): string | undefined {
  const votes = new Map<string, number>();
  for (const { fact } of items) if (PART_TYPES.has(fact.type)) votes.set(fact.type, (votes.get(fact.type) ?? 0) + 1);
  const programs = new Set(items.filter(({ fact }) => fact.type === generic.type).map(({ fact }) => fact.name));
  const said = stated === undefined ? undefined : typeOfSystem(stated);
  const isEmptyWord = votes.size > 0 && said !== undefined && !votes.has(said) && !hasCoreOf(said, programs);
  const best =
    tracedType(facts) ??
    (isEmptyWord ? undefined : said) ??
    [...MANAGERS].find(([program]) => programs.has(program))?.[1] ??
    [...votes].sort((a, b) => b[1] - a[1])[0]?.[0] ??
    (files.exists(RPM_LINKS) ? 'rpm' : undefined);
  return best !== undefined && PART_TYPES.has(best) ? best : undefined;
}

/** Links that rpm's packages bring for debuggers. https://fedoraproject.org/wiki/Changes/ParallelInstallableDebuginfo */
const RPM_LINKS = 'usr/lib/.build-id';

/** What no system of a kind is without, by the names that `analyzers/native` has for it. */
const CORE: ReadonlyMap<string, readonly string[]> = new Map([
  ['apk', ['musl', 'apk-tools']],
  ['deb', ['glibc', 'dpkg']],
  ['rpm', ['glibc', 'rpm']],
]);

/** Whether the C library or the package manager of such a system told itself. */
const hasCoreOf = (type: string, programs: ReadonlySet<string>): boolean =>
  CORE.get(type)?.some((program) => programs.has(program)) ?? false;

/** The program that installs packages of a type. */
const MANAGERS: ReadonlyMap<string, string> = new Map([
  ['apk-tools', 'apk'],
  ['dpkg', 'deb'],
  ['rpm', 'rpm'],
]);
