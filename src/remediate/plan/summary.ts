import { addTo } from '../../collections.ts';
import type { OwnSources } from '../../coverage/own-sources.ts';
import { shellWord } from '../../ecosystems/fixing.ts';
import { ecosystemOf } from '../../ecosystems/index.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { type ChangeStep, type ChangeSummary, type PackageChange, SEVERITIES, type Severity } from '../../model.ts';
import type { Change, Plan, PlannedFinding, PlanStep } from '../plan.ts';
import { isUnsure, rowOf } from './hopes.ts';
import { remainingGroups } from './reasons.ts';

/** Findings of the goal as reports count them, and those that go for sure. */
export function countedOf(plan: Plan): {
  readonly findings: number;
  readonly clears: number;
  readonly hoped: number;
  /** What is hoped for, by why nobody can tell; the most first. */
  readonly hopes: NonNullable<ChangeSummary['hopes']>;
} {
  const stays = new Set(plan.remaining.filter(({ goal }) => goal).map(rowOf));
  const gone = new Map<string, string | undefined>();
  for (const finding of plan.cleared) {
    const row = rowOf(finding);
    if (finding.goal && !stays.has(row)) gone.set(row, finding.hoped ?? gone.get(row));
  }
  const reasons = new Map<string, number>();
  for (const why of gone.values()) if (why !== undefined) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  const hoped = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  return {
    findings: stays.size + gone.size,
    clears: gone.size - hoped,
    hoped,
    hopes: [...reasons].map(([reason, findings]) => ({ reason, findings })).sort((a, b) => b.findings - a.findings),
  };
}

/** Whether part of what a project declares could not be read: what is planned is planned for the rest. */
export const isUnread = ({ subject, notices }: Pick<Plan, 'subject' | 'notices'>): boolean =>
  subject.source === 'project' && notices.some(({ code }) => code === 'include-unread' || code === 'unreadable');

/** What a plan comes down to, for a report that shows what to change. `asked`: the goal as `--goal` takes it, empty where none was named. */
export function summaryOf(plan: Plan, asked: string, sources?: OwnSources): ChangeSummary {
  const { findings, clears, hopes } = countedOf(plan);
  const command = `plimsoll fix ${shellWord(plan.subject.reference)}${asked === '' ? '' : ` --goal ${shellWord(asked)}`}`;
  return {
    goal: plan.goal,
    findings,
    clears,
    ...(hopes.length > 0 ? { hopes } : {}),
    steps: plan.steps.flatMap((step) => promised(step, stepOf(step, plan.os), command) ?? []),
    stays: remainingGroups({ remaining: plan.remaining.filter(({ goal }) => goal) })
      .map(({ reason, findings: own }) => ({
        // Where each copy lies stands with the findings.
        reason: withoutVersion(reason.replace(/ \(\/[^)]*\)/, '')),
        findings: new Set(own.map(rowOf)).size,
        packages: [...new Set(own.map(({ name }) => name))],
      }))
      .reduce(joined, []),
    unchecked: uncheckedOf(plan, sources),
    command,
  };
}

/** What the image's own sources lack is one reason, whatever version each package would need. */
const withoutVersion = (reason: string): string =>
  reason.startsWith('its package sources ') ? reason.replace(/; fixed in [^;]*$/, '') : reason;

type Stay = ChangeSummary['stays'][number];

function joined(all: readonly Stay[], stay: Stay): Stay[] {
  const known = all.find(({ reason }) => reason === stay.reason);
  if (known === undefined) return [...all, stay];
  const both = {
    ...known,
    findings: known.findings + stay.findings,
    packages: [...new Set([...known.packages, ...stay.packages])],
  };
  return all.map((other) => (other === known ? both : other)).sort((a, b) => b.findings - a.findings);
}

function uncheckedOf({ steps, subject }: Plan, sources: OwnSources | undefined): string[] {
  const applied = steps.filter((step) => step.applied);
  const kinds = new Set(applied.map(({ kind }) => kind));
  const unsure = applied.some((step) => step.changes.some((change) => isUnsure(step, change)));
  return [
    ...(kinds.has('os')
      ? [
          sources?.none
            ? 'where these versions could come from: the image names no package sources'
            : "whether the image's own package sources offer these versions",
        ]
      : []),
    ...(kinds.has('python') ? ['what new versions of Python packages need in turn'] : []),
    ...(unsure ? ['whether what is marked unverified can be installed here'] : []),
    ...(applied.length > 0 && subject.source !== 'project' ? ['a newer build of the base image'] : []),
  ];
}

const SHOWN: ReadonlySet<PlanStep['kind']> = new Set(['os', 'python', 'conda', 'npm', 'language']);

function stepOf(step: PlanStep, os: Plan['os']): ChangeStep | undefined {
  if (!SHOWN.has(step.kind)) return undefined;
  const { kind, title, commands, applied } = step;
  // One step can change ten thousand packages, or ten thousand copies of one: what it does is worked out once a name.
  const [clears, brings] = [byName(step.clears), byName(step.brings)];
  const known = new Map<string, Effect>();
  const effectOn = (name: string): Effect => {
    const key = pypi.normalize(name);
    const made = known.get(key) ?? effect(name, clears.get(key) ?? [], brings);
    known.set(key, made);
    return made;
  };
  return {
    kind,
    title,
    commands,
    applied,
    changes:
      kind === 'os'
        ? bySource(step, brings, os)
        : step.changes.map((change) => changeOf(step, change, effectOn(change.name))),
  };
}

/** Findings by the name of their package, however that is written. */
type ByName = ReadonlyMap<string, readonly PlannedFinding[]>;

function byName(findings: readonly PlannedFinding[]): ByName {
  const map = new Map<string, PlannedFinding[]>();
  for (const finding of findings) {
    const name = pypi.normalize(finding.name);
    addTo(map, name, finding);
  }
  return map;
}

/** A command that pins several versions of which nobody was asked whether they go together is not printed: it may not install. */
function promised({ caution }: PlanStep, step: ChangeStep | undefined, command: string): ChangeStep | undefined {
  if (step === undefined || caution === undefined) return step;
  const words = `# these ${step.changes.length} versions were each looked up alone: ${command} works out which of them install together`;
  return { ...step, commands: [words] };
}

function countsOf(findings: readonly PlannedFinding[]): Record<Severity, number> {
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const { severity } of new Map(findings.map((finding) => [rowOf(finding), finding])).values()) counts[severity]++;
  return counts;
}

/** What a change does to the findings of a package. */
type Effect = Pick<PackageChange, 'clears' | 'exploited' | 'brings'>;

function effect(name: string, clears: readonly PlannedFinding[], brings: ByName): Effect {
  return {
    clears: countsOf(clears),
    ...(clears.some((finding) => finding.exploited !== undefined && !isKernelHeader(finding))
      ? { exploited: true }
      : {}),
    brings: (brings.get(pypi.normalize(name)) ?? []).map(({ id, severity }) => ({ id, severity })),
  };
}

/** A container runs its host's kernel: what is being exploited in it is not in the headers. */
const isKernelHeader = ({ purl }: PlannedFinding): boolean =>
  /^pkg:deb\/.*\/linux-(?:libc-dev|headers-|kbuild-)/.test(purl);

function changeOf(step: PlanStep, change: Change, effect: Effect): PackageChange {
  const { name, from, to, because } = change;
  const unsure = isUnsure(step, change);
  return {
    name,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined || (unsure && step.kind === 'conda') ? {} : { to }),
    ...(unsure ? { unsure: true } : {}),
    ...effect,
    ...(because === undefined ? {} : { because }),
  };
}

/** Distributions fix source packages: one line for each, whatever number of binaries it is installed as. */
function bySource(step: PlanStep, brings: ByName, os: Plan['os']): PackageChange[] {
  const sources = new Map<string, PlannedFinding[]>();
  for (const finding of step.clears) {
    const key = `${finding.name}\0${finding.version}`;
    addTo(sources, key, finding);
  }
  return [...sources.values()].map((own): PackageChange => {
    const { name, version } = own[0] as PlannedFinding;
    const sure = own.filter(({ hoped }) => hoped === undefined);
    const told = sure.length > 0 ? sure : own;
    const to = highest(told, os);
    const more = new Set(own.map(rowOf)).size - new Set(told.map(rowOf)).size;
    return {
      name,
      from: version,
      ...(to === undefined ? {} : { to }),
      ...(sure.length === 0 ? { unsure: true } : {}),
      ...(more > 0 ? { more } : {}),
      ...effect(name, told, brings),
    };
  });
}

/** The lowest version that has all the fixes. */
function highest(findings: readonly PlannedFinding[], os: Plan['os']): string | undefined {
  const compare = ecosystemOf(findings[0]?.type ?? '', os)?.compare;
  return findings
    .flatMap(({ fix }) => fix.version ?? [])
    .sort(compare)
    .at(-1);
}
