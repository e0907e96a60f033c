import type { Scheme } from '../../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../../advisories/store/index.ts';
import { addTo } from '../../collections.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { match } from '../../matching/match.ts';
import type { Notice, Package, Platform, Report } from '../../model.ts';
import type { ProjectFiles } from '../files/index.ts';
import { declaredEnvironment, installedUnder, type PythonEnvironment } from '../installed/index.ts';
import type { Except } from '../proof.ts';
import type { PythonIndex } from '../python/index.ts';
import { withNpmTrees } from './npm-lock.ts';
import { sitesOf, type UnitToday, unitToday } from './today.ts';
import { projectUnits } from './units.ts';

/** A project as a plan takes it: what an installer makes of it today, and what that has. */
export interface ProjectToday {
  /** The scan's, with what an installer brings along and what of that is vulnerable. */
  readonly report: Report;
  readonly environments: readonly PythonEnvironment[];
  readonly units: readonly UnitToday[];
  readonly platform: Platform;
  readonly notices: readonly Notice[];
}

/** Lays out the environments of a project. `index`: absent, nobody is asked what its packages need. */
export async function projectToday(
  report: Report,
  project: ProjectFiles,
  { store, scheme, except }: { readonly store: AdvisoryStore; readonly scheme?: Scheme; readonly except?: Except },
  asked: Asked,
): Promise<ProjectToday> {
  const { platform } = asked;
  const units = await unitsToday(report, project, asked);
  const now = learnedBy(report, units);
  const brought = units.flatMap((unit) => unit.brought);
  const matched = brought.length === 0 ? [] : match(brought, store, scheme).findings;
  const findings = except?.(matched) ?? matched;
  const isBrought = new Set(brought);
  const byKey = new Map(pythonsOf(report).map((pkg) => [keyOf(pkg), now(pkg)]));
  const environments = units.map(({ unit, python, sites, packages }) =>
    declaredEnvironment(
      {
        id: unit.id,
        sites,
        declaredIn: unit.id,
        python,
        roots: unit.roots,
        packages: packages.map((pkg) => (isBrought.has(pkg) ? pkg : (byKey.get(keyOf(pkg)) ?? pkg))),
      },
      platform,
    ),
  );
  const notes = [...assumptions(units, asked.index !== undefined), ...units.flatMap((unit) => unit.notes)].map(
    (message): Notice => ({ level: 'info', code: 'project', message }),
  );
  const whole: Report = {
    ...report,
    packages: [...report.packages.map(now), ...brought],
    findings: [...report.findings.map((finding) => ({ ...finding, package: now(finding.package) })), ...findings],
  };
  return {
    report: withNpmTrees(whole, project.npmLocks),
    environments: environments.sort((a, b) => (a.id < b.id ? -1 : 1)),
    units,
    platform,
    notices: findings.length === 0 ? notes : [...notes, broughtNotice(brought.length, findings)],
  };
}

/** What a project is laid out with. */
interface Asked {
  readonly index?: PythonIndex | undefined;
  readonly python?: string | undefined;
  readonly platform: Platform;
}

/** Which Python was assumed for which files, each Python said once. */
function assumptions(units: readonly UnitToday[], wasAsked: boolean): string[] {
  const byPython = new Map<string, string[]>();
  for (const { unit, python } of units) if (unit.python.isAssumed) addTo(byPython, python, unit.id);
  const open = wasAsked ? '' : ' (whether the pins can be installed on it is known once the package index is asked)';
  return [...byPython].map(([python, ids]) => {
    const more = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : '';
    return `${ids.slice(0, SHOWN).join(', ')}${more}: no file says which Python it is for: ${python} is assumed${open}; --python VERSION says another`;
  });
}

const SHOWN = 4;

/** The Python packages that the project declares. */
const pythonsOf = ({ packages }: Report): Package[] =>
  packages.filter((pkg) => pkg.type === pypi.type && installedUnder(pkg) === undefined);

async function unitsToday(
  report: Report,
  project: ProjectFiles,
  { index, python, platform }: Asked,
): Promise<UnitToday[]> {
  const pythons = pythonsOf(report);
  const seen = pythons.flatMap(({ evidence }) => evidence.map(({ path }) => path));
  const units: UnitToday[] = [];
  for (const unit of projectUnits(project, seen, python)) {
    // What a lock is made of is declared beside it; what it pins is what is installed.
    const deciding = new Set(unit.locked ? [unit.id] : sitesOf(unit));
    const own = pythons.filter(({ evidence }) => evidence.some(({ path }) => deciding.has(path)));
    if (own.length > 0 || (index !== undefined && unit.roots.length > 0))
      units.push(await unitToday(unit, own, index, platform));
  }
  return units;
}

/** A package of the report with what was learned of it: the findings then speak of the very same. */
function learnedBy(report: Report, units: readonly UnitToday[]): (pkg: Package) => Package {
  const learned = new Map(units.flatMap(({ packages }) => packages.map((pkg) => [keyOf(pkg), pkg.requires] as const)));
  const renewed = new Map(
    pythonsOf(report).flatMap((pkg): [Package, Package][] => {
      const requires = learned.get(keyOf(pkg));
      return requires === undefined || pkg.requires !== undefined ? [] : [[pkg, { ...pkg, requires }]];
    }),
  );
  return (pkg) => renewed.get(pkg) ?? pkg;
}

const keyOf = ({ name, version }: Package): string => `${pypi.normalize(name)}\0${version}`;

function broughtNotice(packages: number, findings: Report['findings']): Notice {
  const names = [...new Set(findings.map((finding) => `${finding.package.name} ${finding.package.version}`))];
  const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
  return {
    level: 'info',
    code: 'brought-along',
    message: `an installer brings ${packages} package${packages === 1 ? '' : 's'} that no file pins; their findings are counted here and not by a scan of the files: ${names.slice(0, 4).join(', ')}${more}`,
  };
}
