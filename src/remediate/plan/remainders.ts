import { npm } from '../../ecosystems/npm.ts';
import { conda } from '../../ecosystems/others.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import type { Package, Report } from '../../model.ts';
import type { Conflict } from '../conflict.ts';
import { installedUnder, type PythonEnvironment, siteOrFile } from '../installed/index.ts';
import type { PlannedFinding, Remainder } from '../plan.ts';
import { anyPython, placesOf } from '../proof.ts';
import { isOsPackage } from '../systems/index.ts';
import { placeOfSite } from './change-places.ts';
import { plannedKey } from './tally.ts';

/** Why each finding that stays does so. */
export function remainders(
  today: readonly PlannedFinding[],
  cleared: readonly PlannedFinding[],
  conflicts: readonly Conflict[],
  report: Report,
  environments: readonly PythonEnvironment[],
  uncertain: readonly string[],
): Remainder[] {
  const isProject = report.subject?.source === 'project';
  const gone = new Set(cleared.map(plannedKey));
  const copies = new Map<string, Set<Package>>();
  for (const { package: pkg } of report.findings) {
    const key = plannedKey({
      type: pkg.type,
      name: sourceOf(pkg).name,
      version: sourceOf(pkg).version,
      id: '',
      places: placesOf(pkg),
    });
    copies.set(key, (copies.get(key) ?? new Set()).add(pkg));
  }
  const prefixes = uncertain.map((prefix) => prefix.toLowerCase());
  /** Asked for every finding, and there are as many prefixes as steps. */
  const renewed = new Map<string, boolean>();
  const isRenewed = (place: string): boolean => {
    const known = renewed.get(place);
    if (known !== undefined) return known;
    const lower = `${place}/`.toLowerCase();
    const is = prefixes.some((prefix) => lower.startsWith(prefix));
    renewed.set(place, is);
    return is;
  };
  return today
    .filter((finding) => !gone.has(plannedKey(finding)))
    .map((finding): Remainder => {
      const conflict = isCopy(finding, environments)
        ? undefined
        : conflicts.find(
            (conflict) =>
              conflict.type === finding.type &&
              conflict.name === finding.name &&
              conflict.keeps.includes(finding.id) &&
              (conflict.type !== npm.type ||
                (conflict.version === finding.version &&
                  (finding.places ?? ['']).includes(conflict.environment ?? ''))),
          );
      const own = [...(copies.get(plannedKey({ ...finding, id: '' })) ?? [])];
      const pkg = own.at(-1);
      // A library that a wheel carries lies in no folder of distributions: each of its files has to be in what is upgraded.
      const files = own.flatMap(({ evidence }) => evidence.map(({ path }) => anyPython(path)));
      const isPartOfUpgrade =
        finding.places?.some(isRenewed) ?? (pkg?.role === 'vendored' && files.length > 0 && files.every(isRenewed));
      return { ...finding, reason: reasonOf(finding, conflict, pkg, environments, isPartOfUpgrade, isProject) };
    });
}

/** Whether a Python distribution lies where no interpreter looks: within another one, or somewhere. */
const isCopy = ({ type, places }: PlannedFinding, environments: readonly PythonEnvironment[]): boolean =>
  type === pypi.type &&
  !(places ?? []).some((place) => environments.some(({ sites }) => sites.some((site) => placeOfSite(site) === place)));

/** Files that say what is to be installed, and that nothing is installed by. */
const DECLARATION = /(?:\.(?:txt|in|toml|lock|ya?ml)|(?:^|\/)(?:Pipfile|package-lock\.json))$/;

function reasonOf(
  finding: PlannedFinding,
  conflict: Conflict | undefined,
  pkg: Package | undefined,
  environments: readonly PythonEnvironment[],
  renewed: boolean,
  isProject: boolean,
): string {
  if (conflict) return conflict.because.join('; ');
  if (finding.fix.state === 'wont-fix') return 'the publisher will not fix it';
  if (finding.fix.state === 'deferred') return 'the publisher put it off';
  if (finding.fix.state === 'subscription') return 'only a subscription brings the fix';
  if (finding.fix.state !== 'fixed') return 'no fix is known';
  if (!finding.goal) return 'not asked for by the goal';
  const folder = isProject && pkg ? installedUnder(pkg) : undefined;
  if (folder !== undefined)
    return `installed in ${folder}, which is filled by what is declared: install there again once the files are changed`;
  if (renewed)
    return `a copy within a package that the plan upgrades (/${pkg?.evidence[0]?.path ?? ''}): what the new one brings is seen after the rebuild`;
  if (pkg?.role === 'vendored')
    return `a copy within another package (/${pkg.evidence[0]?.path ?? ''}): that one's publisher has to renew it`;
  const path = pkg?.evidence[0]?.path ?? '';
  const own = environments.find(({ sites }) => pkg?.type === pypi.type && sites.includes(path));
  const file = own?.declaredIn;
  const held = own?.members.get(pypi.normalize(finding.name))?.held;
  if (file !== undefined && held !== undefined) return `declared by ${file}, and held by the ${held}`;
  if (file !== undefined)
    return `pinned in ${path}, and nothing that ${file} asks for on this Python brings it: it is not installed`;
  if (pkg?.type === conda.type && (pkg.role === 'declared' || DECLARATION.test(path)))
    return `declared in ${path}, and no conda channel is asked which versions it has: ${/\block\b/.test(path) ? 'renew the lock' : 'raise it there by hand, and solve'}`;
  if (pkg?.role === 'declared' || DECLARATION.test(path))
    return `declared in ${path}, not installed: declare the newest version beside its findings`;
  if (pkg?.type === pypi.type && !inEnvironment(pkg, environments))
    return `it lies in no Python environment (/${pkg.evidence[0]?.path ?? ''})`;
  if (pkg && !isOsPackage(pkg) && pkg.type !== pypi.type) return 'built elsewhere: see the advice';
  return 'another copy of it stays';
}

const inEnvironment = (pkg: Package, environments: readonly PythonEnvironment[]): boolean =>
  pkg.evidence.some(({ path }) => environments.some(({ sites }) => sites.includes(siteOrFile(path))));
