import { pypi } from '../../ecosystems/pypi.ts';
import { LIMITS } from '../../limits.ts';
import type { Finding, Platform } from '../../model.ts';
import { comparePep440, parsePep440 } from '../../versions/pep440.ts';
import type { Conflict, Option } from '../conflict.ts';
import type { Goal } from '../goal.ts';
import {
  complaint,
  type EnvironmentMember,
  machineOf,
  type PythonEnvironment,
  pythonNeeds,
  siteOf,
} from '../installed/index.ts';
import type { Change, Jump } from '../plan.ts';
import { findingKeys, fixedVersions, type Prover } from '../proof.ts';
import { dependentsOf, type Need, type Problem, type Solution, solve, violationsOf } from '../solver.ts';
import type { PythonIndex } from './index-client.ts';
import type { WheelTarget } from './wheel-tags.ts';

/** What the planning of one environment rests on. */
export interface PythonPlanning {
  readonly environment: PythonEnvironment;
  readonly platform: Platform | undefined;
  readonly musl: boolean;
  /** Findings in the packages of this environment. */
  readonly findings: readonly Finding[];
  readonly goal: Goal;
  readonly prover: Prover;
  /** Absent: nobody is asked, advisories' fixed versions are taken for what can be installed. */
  readonly index?: PythonIndex;
  readonly majors: 'never' | 'needed' | 'any';
}

/** What is to be done in one environment. */
export interface PythonPlan {
  readonly environment: PythonEnvironment;
  readonly changes: readonly Change[];
  readonly conflicts: readonly Conflict[];
  readonly options: readonly Option[];
  readonly exhaustive: boolean;
  /** Chosen versions that have no wheel: they have to be built. */
  readonly sourceOnly: readonly string[];
}

/** What is known so far; grows from round to round. */
interface Knowledge {
  readonly candidates: Map<string, readonly string[]>;
  readonly needs: Map<string, readonly Need[] | 'unknown'>;
  readonly verified: Set<string>;
  readonly sourceOnly: Set<string>;
}

/** Finds the smallest set of upgrades of an environment, asking the index only for what the search runs into. */
export async function planPython(planning: PythonPlanning): Promise<PythonPlan> {
  const { environment } = planning;
  const byName = findingsByName(planning);
  const knowledge: Knowledge = { candidates: new Map(), needs: new Map(), verified: new Set(), sourceOnly: new Set() };
  const problem = problemOf(planning, byName, knowledge);
  const solution = await searched(planning, byName, knowledge, problem);
  const changes = [...solution.changes].map(([name, to]) => changeOf(planning, problem, knowledge, solution, name, to));
  const conflicts = [...solution.uncleared.keys()].map((name) =>
    conflictOf(planning, problem, solution, byName.get(name) ?? [], name),
  );
  return {
    environment,
    changes: changes.sort((a, b) => (a.name < b.name ? -1 : 1)),
    conflicts,
    options: conflicts.flatMap((conflict) => optionsOf(planning, problem, solution, conflict)),
    exhaustive: solution.exhaustive,
    sourceOnly: [...solution.changes]
      .filter(([name, to]) => knowledge.sourceOnly.has(`${name}\0${to}`))
      .map(([name]) => name),
  };
}

/** Solves, asks what the solution rests on, and solves anew until nothing is left to ask. */
async function searched(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: Knowledge,
  problem: Problem,
): Promise<Solution> {
  let quick = true;
  for (let round = 0; round < LIMITS.solverRounds; round++) {
    const solution = solve(problem, quick);
    // Only when nothing is left to ask does it pay to look for the smallest plan, which may want to know more in turn.
    const learned = await learn(planning, byName, knowledge, solution);
    if (!learned && !quick) return solution;
    quick = learned;
  }
  // There would be more to ask. Nothing is promised that nobody was asked about.
  return solve({
    ...problem,
    candidates: (name) => problem.candidates(name)?.filter((version) => problem.needs(name, version) !== undefined),
  });
}

/** Findings of distributions that pip may change, by normalised name. */
function findingsByName({ environment, findings }: PythonPlanning): Map<string, Finding[]> {
  const map = new Map<string, Finding[]>();
  for (const finding of findings) {
    const one = finding.package;
    if (one.type !== 'pypi' || (one.role !== undefined && one.role !== 'installed')) continue;
    if (!one.evidence.some(({ path }) => environment.sites.includes(siteOf(path)?.site ?? ''))) continue;
    const name = pypi.normalize(one.name);
    const member = environment.members.get(name);
    if (member === undefined || member.held !== undefined) continue;
    const known = map.get(name);
    if (known) known.push(finding);
    else map.set(name, [finding]);
  }
  return map;
}

function problemOf(planning: PythonPlanning, byName: ReadonlyMap<string, Finding[]>, knowledge: Knowledge): Problem {
  const { environment, goal, prover, majors } = planning;
  const goals = new Map<string, number>();
  for (const [name, findings] of byName) {
    const wanted = findings.filter((finding) => goal.wants(finding)).length;
    if (wanted > 0) goals.set(name, wanted);
  }
  const today = new Map([...byName].map(([name, findings]) => [name, new Set(findings.flatMap(findingKeys))]));
  const residues = new Map<string, number | undefined>();
  const template = [...environment.members.values()][0]?.package;
  return {
    members: environment.members,
    goals,
    majors,
    isMajor: (_, from, to) => jumpOf(from, to) === 'major',
    candidates: (name) => (environment.members.get(name)?.held === undefined ? knowledge.candidates.get(name) : []),
    needs: (name, version) => knowledge.needs.get(`${name}\0${version}`),
    residue(name, version) {
      const key = `${name}\0${version}`;
      if (!residues.has(key)) {
        const one = environment.members.get(name)?.package ?? (template && { ...template, name, version: '0' });
        const found = one === undefined ? [] : prover.findings(one, version);
        const known = today.get(name);
        const fresh = found.some((finding) => !findingKeys(finding).some((each) => known?.has(each)));
        // A finding that stays counts as it did before, even where this version's own fix state differs.
        const kept = (byName.get(name) ?? []).filter(
          (before) =>
            goal.wants(before) &&
            found.some((after) => findingKeys(after).some((each) => findingKeys(before).includes(each))),
        );
        residues.set(key, fresh ? undefined : kept.length);
      }
      return residues.get(key);
    },
  };
}

/** Finds out what the search missed; false: there is nothing left to find out. */
async function learn(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: Knowledge,
  { wanted, changes, because }: Solution,
): Promise<boolean> {
  const candidates = [...wanted.candidates].filter((name) => !knowledge.candidates.has(name));
  await each(candidates, async (name) => {
    knowledge.candidates.set(name, await candidatesOf(planning, byName.get(name) ?? [], name, knowledge));
  });
  const needs = new Set([...wanted.needs].filter((key) => !knowledge.needs.has(key)));
  // Who is changed for another's sake may have to go further: its next versions are asked for at once.
  for (const name of because.keys())
    for (const version of nextOf(knowledge.candidates.get(name) ?? [], changes.get(name)))
      if (!knowledge.needs.has(`${name}\0${version}`)) needs.add(`${name}\0${version}`);
  await each([...needs], async (key) => {
    const [name = '', version = ''] = key.split('\0');
    knowledge.needs.set(key, await needsOf(planning, name, version));
  });
  return candidates.length > 0 || needs.size > 0;
}

function nextOf(candidates: readonly string[], from: string | undefined): readonly string[] {
  const at = from === undefined ? -1 : candidates.indexOf(from);
  return candidates.slice(Math.max(0, at), Math.max(0, at) + LIMITS.candidateMetadata);
}

const PARALLEL = 8;

async function each<Item>(items: readonly Item[], take: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: Math.min(PARALLEL, left.length) }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await take(item);
    }),
  );
}

const targetOf = ({ environment, platform, musl }: PythonPlanning): WheelTarget => ({
  python: environment.python,
  machine: machineOf(platform),
  musl,
});

/** Versions above the installed one: the index's, else those that advisories name as fixed. */
async function candidatesOf(
  planning: PythonPlanning,
  findings: readonly Finding[],
  name: string,
  knowledge: Knowledge,
): Promise<readonly string[]> {
  const installed = planning.environment.members.get(name)?.version;
  const above = (version: string): boolean => installed === undefined || comparePep440(version, installed) > 0;
  const listed = await planning.index?.versions(name, targetOf(planning), installed);
  if (listed) {
    for (const { version, sourceOnly } of listed) {
      knowledge.verified.add(`${name}\0${version}`);
      if (sourceOnly) knowledge.sourceOnly.add(`${name}\0${version}`);
    }
    return listed
      .map(({ version }) => version)
      .filter(above)
      .slice(0, LIMITS.candidateVersions);
  }
  const one = planning.environment.members.get(name)?.package;
  const fixed = one === undefined ? [] : [...fixedVersions(one, findings, planning.prover)];
  return fixed.filter(above).sort(comparePep440);
}

async function needsOf(planning: PythonPlanning, name: string, version: string): Promise<readonly Need[] | 'unknown'> {
  const { environment } = planning;
  const requires = await planning.index?.requires(name, version, targetOf(planning));
  return requires ? pythonNeeds(requires, environment.values, environment.extras.get(name)) : 'unknown';
}

/** How far a Python version goes: by the first part of the release that differs; an epoch is a major. */
export function jumpOf(from: string, to: string): Jump {
  const [a, b] = [parsePep440(from), parsePep440(to)];
  if (!a || !b || BigInt(a.epoch) !== BigInt(b.epoch)) return 'major';
  const differs = [0, 1, 2].find((index) => BigInt(a.release[index] ?? 0) !== BigInt(b.release[index] ?? 0));
  return differs === undefined ? 'revision' : (['major', 'minor', 'patch'] as const)[differs]!;
}

function changeOf(
  { environment }: PythonPlanning,
  problem: Problem,
  knowledge: Knowledge,
  solution: Solution,
  name: string,
  to: string,
): Change {
  const member = environment.members.get(name);
  const because = solution.because.get(name);
  return {
    type: 'pypi',
    name: member?.name ?? name,
    ...(member ? { from: member.version } : {}),
    to,
    jump: member ? jumpOf(member.version, to) : 'new',
    verified: knowledge.verified.has(`${name}\0${to}`) ? 'index' : 'advisory',
    environment: environment.id,
    ...(isBest(problem, name, to) ? {} : { exact: true as const }),
    ...(because === undefined ? {} : { because }),
  };
}

/** Whether no newer version, which an installer would take where it may, has more findings than this one. */
function isBest(problem: Problem, name: string, to: string): boolean {
  const least = problem.residue(name, to) ?? 0;
  return (problem.candidates(name) ?? []).every(
    (version) =>
      comparePep440(version, to) <= 0 || (problem.residue(name, version) ?? Number.POSITIVE_INFINITY) <= least,
  );
}

function conflictOf(
  { environment, goal, majors, prover }: PythonPlanning,
  problem: Problem,
  solution: Solution,
  findings: readonly Finding[],
  name: string,
): Conflict {
  const member = environment.members.get(name) as EnvironmentMember;
  const chosen = solution.changes.get(name);
  const stays =
    chosen === undefined ? undefined : new Set(prover.findings(member.package, chosen).flatMap(findingKeys));
  const kept = findings.filter(
    (finding) => goal.wants(finding) && (stays === undefined || findingKeys(finding).some((key) => stays.has(key))),
  );
  const keeps = kept.map(({ id }) => id);
  const base = { type: 'pypi', name: member.name, version: member.version, environment: environment.id, keeps };
  const clearing = (problem.candidates(name) ?? []).filter((version) => {
    const residue = problem.residue(name, version);
    return residue !== undefined && residue < keeps.length;
  });
  const wanted = clearing.find((version) => jumpOf(member.version, version) !== 'major') ?? clearing[0];
  if (wanted === undefined) {
    const none = `no newer ${member.name} that can be installed on Python ${environment.python} is free of it`;
    const other = kept.find(({ fix }) => fix.version !== undefined)?.fix.version;
    return { ...base, because: [other === undefined ? none : `${none} (fixed in ${other})`] };
  }
  const broken = obstacles(environment, problem, solution, name, wanted);
  const major = majors === 'never' && jumpOf(member.version, wanted) === 'major';
  const because = [
    ...broken,
    ...(major ? [`${wanted} is a major step from ${member.version}, and majors were not asked for`] : []),
  ];
  return { ...base, wanted, because: because.length > 0 ? because : ['what it needs in turn contradicts the rest'] };
}

/** What installing `version` over the solution would break. */
function obstacles(
  environment: PythonEnvironment,
  problem: Problem,
  solution: Solution,
  name: string,
  version: string,
): string[] {
  const state = new Map([...solution.changes, [name, version]]);
  const said = violationsOf(problem, state, dependentsOf(problem.members), name).map(
    ({ owner, ownerVersion, need, version: have }) => {
      const shown = environment.members.get(owner)?.name ?? owner;
      const sentence =
        have === undefined
          ? `${shown} ${ownerVersion} requires ${need.text}, which cannot be installed`
          : owner === name
            ? complaint({ name: shown, version: ownerVersion }, need, have)
            : `${shown} ${ownerVersion} requires ${need.text}`;
      const held = environment.members.get(owner)?.held;
      return held === undefined ? sentence : `${sentence} (held by the ${held})`;
    },
  );
  return [...new Set(said)];
}

/** The least bad ways out: break what is in the way, take it out, or live with the findings. */
function optionsOf(
  { environment, majors }: PythonPlanning,
  problem: Problem,
  solution: Solution,
  conflict: Conflict,
): Option[] {
  const { name, wanted, keeps, version } = conflict;
  const about = { name, environment: environment.id };
  const accept: Option = {
    ...about,
    kind: 'accept',
    title: `leave ${name} at ${version} and say so: an OpenVEX statement for ${keeps.length === 1 ? keeps[0] : `${keeps.length} findings`} (-f openvex)`,
    clears: [],
    breaks: [],
  };
  if (wanted === undefined) return [accept];
  const key = pypi.normalize(name);
  const broken = obstacles(environment, problem, solution, key, wanted);
  const owners = [
    ...new Set(
      violationsOf(problem, new Map([...solution.changes, [key, wanted]]), dependentsOf(problem.members), key)
        .map(({ owner }) => owner)
        .filter((owner) => owner !== key),
    ),
  ].map((owner) => environment.members.get(owner)?.name ?? owner);
  const residue = problem.residue(key, wanted) ?? 0;
  const clears = residue === 0 ? keeps : keeps.slice(0, keeps.length - residue);
  return [
    ...(broken.length > 0
      ? [
          {
            ...about,
            kind: 'force' as const,
            title: `install ${name} ${wanted} all the same and test`,
            command: `pip install --no-deps ${name}==${wanted}`,
            clears,
            breaks: broken,
          },
        ]
      : majors === 'never'
        ? [
            {
              ...about,
              kind: 'major' as const,
              title: `allow the major step to ${name} ${wanted} (--majors needed)`,
              clears,
              breaks: [],
            },
          ]
        : []),
    ...(owners.length > 0
      ? [
          {
            ...about,
            kind: 'remove' as const,
            title: `take out ${owners.join(', ')}, if nothing uses ${owners.length === 1 ? 'it' : 'them'}, then install ${name} ${wanted}`,
            command: `pip uninstall -y ${owners.join(' ')} && pip install ${name}==${wanted}`,
            clears,
            breaks: owners.map((owner) => `whatever imports ${owner}`),
          },
        ]
      : []),
    accept,
  ];
}
