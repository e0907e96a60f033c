import { pypi } from '../../ecosystems/pypi.ts';
import type { Report } from '../../model.ts';
import { osUpgrade, pipInstall } from '../commands.ts';
import { type CondaProgram, condaCommand } from '../conda/index.ts';
import type { Change, PlanStep } from '../plan.ts';
import type { PythonPlan } from '../python/index.ts';
import { type Rewriting, rewritingOf } from '../rewriting.ts';
import { namesOfSystem, type OsPlan } from '../systems/index.ts';
import type { StepDraft } from './advice.ts';

/** A step, and what it does to the packages. */
export interface Draft extends StepDraftLike {
  readonly rewriting: Rewriting;
}
type StepDraftLike = Omit<StepDraft, 'kind'> & { readonly kind: PlanStep['kind'] };

/** The step for the operating system's packages; none where nothing changes. */
export function osStep(
  { os, packages }: Pick<Report, 'os' | 'packages'>,
  { changes, sources, warnings }: OsPlan,
  wholesale: boolean,
): Draft[] {
  if (changes.length === 0) return [];
  const unverified = changes.some(({ verified }) => verified === 'advisory');
  const majors = changes.filter(({ jump }) => jump === 'major');
  return [
    {
      id: 'os',
      kind: 'os',
      title: `upgrade ${changes.length} OS package${changes.length === 1 ? '' : 's'}`,
      commands: osUpgrade(changes, os, wholesale, namesOfSystem(packages)),
      changes,
      risk: {
        level: warnings.length > 0 || majors.length > 0 ? 'medium' : 'low',
        why: [
          "the distribution's own fixes for this release",
          ...(unverified
            ? ["the versions are the advisory's: no package index said whether they can be installed"]
            : []),
          ...warnings,
        ],
      },
      applied: true,
      rewriting: rewritingOf(changes, new Map(), sources),
    },
  ];
}

/** The step for one Python environment. */
export function pythonStep(plan: PythonPlan, pip: string, sites: ReadonlyMap<string, readonly string[]>): Draft[] {
  const { changes, environment } = plan;
  if (changes.length === 0) return [];
  const where =
    environment.declaredIn === undefined ? `in /${environment.id}` : `that ${environment.declaredIn} asks for`;
  const majors = changes.filter(({ jump }) => jump === 'major').map(({ name }) => name);
  const unverified = changes.filter(({ verified }) => verified === 'advisory').map(({ name }) => name);
  const lowered = changes.filter(
    ({ from, to }) => from !== undefined && to !== undefined && pypi.compare(to, from) < 0,
  );
  const why = [
    ...(lowered.length > 0
      ? [
          `lowers ${lowered.map(({ name, from, to }) => `${name} from ${from} to ${to}`).join(', ')}: what is upgraded cannot go with the newer, as an installer would see it`,
        ]
      : []),
    ...(majors.length > 0
      ? [`a major step for ${majors.join(', ')}: nothing smaller clears ${majors.length === 1 ? 'it' : 'them'}`]
      : []),
    ...(unverified.length > 0
      ? [
          `not looked up in an index: ${unverified.length === changes.length ? 'none of these versions was' : unverified.join(', ')}`,
        ]
      : []),
    ...(plan.sourceOnly.length > 0
      ? [`no wheel for this platform, pip has to build: ${plan.sourceOnly.join(', ')}`]
      : []),
    ...leftOut(plan),
    `keeps the constraints of ${environment.members.size === 1 ? 'the one distribution' : `all ${environment.members.size} distributions`} ${where}`,
  ];
  return [
    {
      id: `python-${environment.id.replaceAll('/', '-') || 'root'}`,
      kind: 'python',
      title: `upgrade ${changes.length} Python package${changes.length === 1 ? '' : 's'} ${where} (Python ${environment.python})`,
      commands: [pipInstall(pip, changes)],
      ...(plan.isApart && changes.length > 1
        ? {
            caution: `these ${changes.length} versions were each looked up alone: whether they install together is known once the package index is asked`,
          }
        : {}),
      changes,
      risk: { level: majors.length + lowered.length > 0 ? 'medium' : 'low', why },
      applied: true,
      rewriting: rewritingOf(changes, sites, new Map()),
    },
  ];
}

/** What a rebuild clears besides: what is installed over what is there stays, and is counted so. A project is resolved anew anyhow. */
function leftOut({ idle, environment }: PythonPlan): string[] {
  const own = idle.filter(({ findings }) => findings > 0);
  if (own.length === 0 || environment.declaredIn !== undefined) return [];
  const count = own.reduce((sum, { findings }) => sum + findings, 0);
  const [them, needs] = own.length === 1 ? ['it', 'is needed'] : ['them', 'are needed'];
  return [
    `${own.map(({ name }) => name).join(', ')} ${needs} by nothing any more: unless the build names ${them}, a rebuild leaves ${them} out, and with ${them} ${count} finding${count === 1 ? '' : 's'} that count${count === 1 ? 's' : ''} as staying`,
  ];
}

/** The step for one conda prefix; `program`: what the image has to change it with; `root`: where the folder that was scanned lies here. */
export function condaStep(prefix: string, changes: readonly Change[], program: CondaProgram, root = ''): Draft[] {
  if (changes.length === 0) return [];
  return [
    {
      id: `conda-${prefix.replaceAll('/', '-')}`,
      kind: 'conda',
      title: `upgrade ${changes.length} conda package${changes.length === 1 ? '' : 's'} in ${prefix}`,
      commands: [condaCommand(`${root}${prefix}`, changes, program)],
      changes,
      risk: {
        level: 'medium',
        why: [
          "no channel was asked which versions it has: conda takes the newest that its solver allows, which may be older than the advisories' fix",
          ...(program.seen
            ? []
            : ['no conda, mamba or micromamba was seen in the image: run it with the one that made the environment']),
        ],
      },
      applied: true,
      rewriting: rewritingOf(changes, new Map(), new Map()),
    },
  ];
}
