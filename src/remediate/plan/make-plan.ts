import type { Scheme } from '../../advisories/ratings/index.ts';
import { type AdvisoryStore, remembering } from '../../advisories/store/index.ts';
import { ownSources } from '../../coverage/own-sources.ts';
import { orDefect } from '../../errors.ts';
import type { Finding, Notice, Package, Report } from '../../model.ts';
import { VERSION } from '../../version.ts';
import { folderHere, isLong, pipOf } from '../commands.ts';
import { condaProgram, planConda } from '../conda/index.ts';
import type { Option } from '../conflict.ts';
import type { Maker } from '../files/index.ts';
import type { Goal } from '../goal.ts';
import { brokenConstraints, type PythonEnvironment, pythonEnvironments } from '../installed/index.ts';
import { npmStep, overrideStep, partedByTree, planNpm } from '../npm/index.ts';
import type { BaseImage, Change, Plan, PlannedFinding, PlanStep } from '../plan.ts';
import { type Except, type Prover, presence, prover, without } from '../proof.ts';
import type { PythonIndex, PythonPlan } from '../python/index.ts';
import { applyChanges, rewritingOf } from '../rewriting.ts';
import type { OsIndex } from '../systems/index.ts';
import { type OsPlan, planOs, planWholesale } from '../systems/index.ts';
import { advice } from './advice.ts';
import { attributed } from './attribution.ts';
import { layersOfChange, uncertainPlaces } from './change-places.ts';
import { doubtingOf } from './doubts.ts';
import { finished, rematched } from './finished-step.ts';
import { hopingOf } from './hopes.ts';
import { type NewerBase, type TriedBase, triedBaseStep } from './newer-base.ts';
import { plannedPythons } from './planned-pythons.ts';
import { platformOf } from './platform.ts';
import { remainders } from './remainders.ts';
import { notTakenOut, removalsFirst } from './removals.ts';
import { declaredOnly, misnamed, suggestible } from './suggestible.ts';
import { plannedFindings, tally, withoutFix } from './tally.ts';
import { condaStep, type Draft, osStep, pythonStep } from './upgrade-steps.ts';

/** Everything a plan is made of. */
export interface Planning {
  readonly report: Report;
  readonly store: AdvisoryStore;
  readonly scheme?: Scheme;
  /** What exceptions leave of findings: the report's own are without the others already. */
  readonly except?: Except;
  readonly goal: Goal;
  readonly base: BaseImage;
  /** The layer that brought each package. */
  readonly introduced: ReadonlyMap<Package, number>;
  readonly majors: 'never' | 'needed' | 'any';
  readonly pythonIndex?: PythonIndex;
  readonly osIndex?: OsIndex;
  /** True: `apt-get upgrade` instead of named packages. */
  readonly upgradeAll?: boolean;
  /** True: taking out build tools is part of the plan, not advice. */
  readonly removeBuildTools?: boolean;
  /** True: taking out what the start command's closure does not lead to is part of the plan, not advice. */
  readonly removeUnloaded?: boolean;
  /** What the registry says of the base's tag. */
  readonly newerBase?: NewerBase;
  /** Images that were scanned to stand in the base's place. */
  readonly triedBases?: readonly TriedBase[];
  /** `Dockerfile:1`: the FROM of the base. */
  readonly fromLine?: string;
  readonly notices?: readonly Notice[];
  /** `Dockerfile:12` by layer. */
  readonly lines?: ReadonlyMap<number, string>;
  /** Instructions of layers that several made, and names that requirements files list, by file. */
  readonly makers?: ReadonlyMap<number, readonly Maker[]>;
  readonly listed?: ReadonlyMap<string, ReadonlySet<string>>;
  /** What an installer makes of a project's declarations; of an image, what is installed says that. */
  readonly environments?: readonly PythonEnvironment[];
  /** Requirements of the build that ask for extras. */
  readonly asked?: readonly string[];
  /** The npm that changes a project's lock; of an image, the one that is in it. */
  readonly npm?: string;
  /** When packages in such layers were written, in milliseconds since 1970. */
  readonly written?: ReadonlyMap<Package, number>;
}

/** A plan without its edits, and what these are made from. */
export interface Planned {
  readonly plan: Plan;
  readonly environments: readonly PythonEnvironment[];
  /** Layers that brought what a step changes. */
  layersOf(step: PlanStep): readonly number[];
  inherited(change: Change): boolean;
  pip(step: PlanStep): string;
}

/**
 * Finds the smallest changes that reach the goal and proves them: they are applied to the inventory, which is matched again.
 * Long because it lays out a plan: every line asks the function that makes one part.
 */
export async function makePlan(given: Planning): Promise<Planned> {
  const planning = { ...given, store: remembering(given.store), ...partedByTree(given.report, given.introduced) };
  const { report, store, scheme, goal, introduced } = planning;
  const judge = prover(store, scheme, planning.except);
  const isProject = planning.environments !== undefined;
  const usable = { ...planning, report: isProject ? declaredOnly(suggestible(report)) : suggestible(report) };
  const { packages: named } = usable.report;
  const platform = platformOf(report);
  const environments = [...(planning.environments ?? []), ...pythonEnvironments(named, platform, planning.asked)];
  const defects: Notice[] = [];
  /** A part of the plan; what a defect keeps from being planned stays among the remaining. */
  const failed =
    <T>(what: string, otherwise: T) =>
    (defect: string): T => {
      defects.push({ level: 'warning', code: 'plan-defect', message: `${what} could not be planned: ${defect}` });
      return otherwise;
    };
  const sites = new Map(environments.map(({ id, sites: own }) => [id, own]));
  const path = variable(report, 'PATH') ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const root = folderHere(report.subject, report.os);
  const pipFor = (id: string | undefined): string => {
    const environment = environments.find((environment) => environment.id === id);
    return environment ? pipOf(environment, path, environments, root) : 'pip';
  };
  const { steps: takenOut, staying } = orDefect(
    () => removalsFirst(usable, { environments, sites, pip: pipFor }),
    failed('what can be taken out', { steps: [], staying: usable.report }),
  );
  // What is taken out is upgraded by no other step.
  const rest = { ...usable, report: staying };
  const isWhole = staying === usable.report;
  const { os, wholesale } = orDefect(
    () => osOf(rest, judge),
    failed('packages of the operating system', {
      os: { changes: [], sources: new Map(), conflicts: [], warnings: [] },
      wholesale: false,
    }),
  );
  const leftEnvironments = isWhole ? environments : pythonEnvironments(staying.packages, platform, planning.asked);
  const pythons = await plannedPythons(rest, leftEnvironments, judge, (path) =>
    failed(`Python packages in /${path}`, undefined),
  );
  const condas = orDefect(
    () => planConda(staying.packages, staying.findings, goal, judge, planning.majors),
    failed('conda packages', []),
  );
  const npms = orDefect(
    () =>
      planNpm({
        ...{ packages: staying.packages, findings: staying.findings, goal, prover: judge, majors: planning.majors },
        ...(planning.npm === undefined ? {} : { npm: planning.npm }),
      }),
    failed('npm packages', []),
  );
  const condaOf = condaProgram(root === undefined ? named : [], path, variable(report, 'MAMBA_EXE'));
  const drafts: Draft[] = [
    ...osStep(staying, os, wholesale),
    ...pythons.flatMap((plan) => pythonStep(plan, pipFor(plan.environment.id), sites)),
    ...condas.flatMap(({ prefix, changes }) => condaStep(prefix, changes, condaOf, root)),
    ...npms.flatMap((npm) => [...npmStep(npm), ...overrideStep(npm)]),
    ...orDefect(
      () =>
        [...advice(usable, npms), ...takenOut].map(
          (draft): Draft => ({ ...draft, rewriting: rewritingOf(draft.changes, sites, new Map()) }),
        ),
      failed<Draft[]>('what is advised besides', []),
    ),
  ];
  const described = (findings: readonly Finding[]): PlannedFinding[] =>
    plannedFindings(findings, goal, introduced, planning.base.layers);
  const isInherited = (finding: Finding): boolean =>
    (introduced.get(finding.package) ?? Number.MAX_SAFE_INTEGER) < planning.base.layers;
  const doubting = doubtingOf(planning, environments);
  const made = drafts.map((draft) => finished(doubting(draft), planning, described)).filter(worthwhile);
  const hoping = hopingOf(planning, made);
  const steps = [
    ...made.map((step) => ({ ...step, clears: step.clears.map(hoping) })),
    ...(planning.triedBases ?? []).map((base) =>
      triedBaseStep(base, report.findings, isInherited, described, planning.fromLine),
    ),
  ];
  defects.push(...notTakenOut(planning, steps));
  const applied = drafts.filter((draft) => draft.applied);
  const packages = applied.reduce(
    (all, { rewriting }) => applyChanges(all, rewriting),
    report.packages as readonly Package[],
  );
  const predicted = rematched(planning, packages);
  const left = presence(predicted);
  const today = described(report.findings);
  const cleared = described(report.findings.filter((finding) => !left.has(finding))).map(hoping);
  const conflicts = [
    ...os.conflicts,
    ...pythons.flatMap((plan) => plan.conflicts),
    ...condas.flatMap((conda) => conda.conflicts),
    ...npms.flatMap((npm) => npm.conflicts),
  ];
  const options = pythons.flatMap((plan) => plan.options);
  const brought = described(without(predicted, report.findings));
  const uncertain = uncertainPlaces(steps, sites);
  const remaining = remainders(today, cleared, conflicts, report, environments, uncertain);
  const hoped = cleared.filter((finding) => finding.hoped !== undefined);
  const plan: Plan = {
    schemaVersion: 1,
    kind: 'fix',
    tool: { name: 'plimsoll', version: VERSION },
    created: report.created,
    subject: report.subject,
    database: report.database,
    ...(report.os ? { os: report.os } : {}),
    goal: goal.text,
    reached: [...remaining, ...brought, ...hoped].every((finding) => !finding.goal),
    ...withoutFix(report.findings, goal, described),
    attribution: attributed(planning, today),
    environments: environments.map((environment) => ({
      path: environment.declaredIn === undefined ? `/${environment.id}` : environment.id,
      python: environment.python,
      distributions: environment.members.size,
      broken: brokenConstraints(environment),
    })),
    steps: sorted(steps),
    conflicts,
    options: distinctOptions(options),
    today: tally(today),
    predicted: tally([...remaining, ...brought, ...hoped]),
    ...(hoped.length > 0 ? { atBest: tally([...remaining, ...brought]) } : {}),
    cleared,
    remaining,
    brought,
    uncertain,
    edits: [],
    locks: [],
    notices: [...(planning.notices ?? []), ...ownNotices(pythons), ...defects, ...misnamed(report)],
  };
  return {
    plan,
    environments,
    layersOf: (step) => [
      ...new Set(step.changes.flatMap((change) => layersOfChange(change, report, introduced, sites))),
    ],
    inherited: (change) => {
      const layers = layersOfChange(change, report, introduced, sites);
      return layers.length > 0 && layers.every((layer) => layer < planning.base.layers);
    },
    pip: (step) => pipFor(step.changes[0]?.environment),
  };
}

const variable = (report: Report, name: string): string | undefined =>
  report.subject.config?.run.Env?.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);

/** What is upgraded of the OS: named packages, or all of them where these are many and nothing speaks against it. */
function osOf({ report, goal, osIndex, upgradeAll }: Planning, prover: Prover): { os: OsPlan; wholesale: boolean } {
  const { packages, findings } = report;
  const sources = ownSources(report.packageSources, report.os, packages, report.created);
  const planning = {
    ...{ packages, findings, goal, prover },
    ...(osIndex ? { index: osIndex } : {}),
    ...(sources ? { sources } : {}),
  };
  const named = planOs(planning);
  if (!upgradeAll && !isLong(named.changes)) return { os: named, wholesale: false };
  const whole = planWholesale(planning, named);
  const asked = osIndex !== undefined && osIndex.read > 0;
  return { os: whole ?? named, wholesale: whole !== undefined || !asked };
}

/** A step for packages is there for what it clears. */
const worthwhile = (step: PlanStep): boolean => step.changes.length === 0 || step.clears.length > 0;

/**
 * What is done before what is advised; of these the one that clears the most with the least first. What the plan takes out goes last, since
 * pip may be among it.
 */
function sorted(steps: readonly PlanStep[]): PlanStep[] {
  const worth = (step: PlanStep): number => step.clears.length / Math.max(1, step.commands.length);
  const isLast = ({ applied, kind }: PlanStep): number => Number(applied && kind === 'remove');
  return [...steps].sort(
    (a, b) => Number(b.applied) - Number(a.applied) || isLast(a) - isLast(b) || worth(b) - worth(a),
  );
}

function distinctOptions(options: readonly Option[]): Option[] {
  return [
    ...new Map(options.map((option) => [`${option.environment}\0${option.kind}\0${option.title}`, option])).values(),
  ];
}

function ownNotices(pythons: readonly PythonPlan[]): Notice[] {
  return pythons.flatMap(({ environment, exhaustive, untried }): Notice[] => [
    ...(exhaustive
      ? []
      : [
          {
            level: 'warning' as const,
            code: 'plan-cut-short',
            message: `the search for the smallest plan in /${environment.id} was cut short: a smaller one may exist`,
          },
        ]),
    ...(untried.length === 0
      ? []
      : [
          {
            level: 'warning' as const,
            code: 'plan-untried',
            message: `not every choice of versions was tried in /${environment.id}: less may stay of ${untried.join(', ')} in a plan that was not looked at`,
          },
        ]),
  ]);
}
