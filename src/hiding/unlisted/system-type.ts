import type { PackageFact } from '../../analyzers/analyzer.ts';
import { PART_TYPES } from '../../analyzers/native/index.ts';
import { generic } from '../../ecosystems/generic.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import { apk, deb, rpm } from '../../ecosystems/system-types.ts';
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
    TOLD.find(({ core }) => core !== undefined && programs.has(core.manager))?.type ??
    [...votes].sort((a, b) => b[1] - a[1])[0]?.[0] ??
    TOLD.find(({ leftBehind }) => leftBehind !== undefined && files.exists(leftBehind))?.type;
  return best !== undefined && PART_TYPES.has(best) ? best : undefined;
}

/** Whose programs and traces `analyzers/native` knows; Alpine first, which has dpkg and rpm as packages, while nobody else has its apk. */
const TOLD = [apk, deb, rpm];

/** Whether the C library or the package manager of such a system told itself. */
const hasCoreOf = (type: string, programs: ReadonlySet<string>): boolean =>
  Object.values(typeNamed(type).core ?? {}).some((program) => programs.has(program));
