import { addTo } from '../../collections.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import type { Finding } from '../../model.ts';
import type { Conflict, Option } from '../conflict.ts';
import { dependentsOf, type Need, needInWords, type Problem, violationsOf } from '../constraints.ts';
import type { EnvironmentMember, PythonEnvironment } from '../installed/index.ts';
import type { Solution } from '../solver.ts';
import { compareWeights, type Trade, weigh } from '../trade.ts';
import { NOT_LISTED } from './installable.ts';
import { jumpOf, type PythonPlanning, wheelTarget } from './planning.ts';

/** What a search of one environment came to. */
interface Searched {
  readonly planning: PythonPlanning;
  readonly problem: Problem;
  readonly solution: Solution;
  trade(name: string, version: string): Trade;
}

/** Versions that are named as fixed and cannot be had: of so many it is said why, */
const NAMED = 3;
/** and of so many it is asked. */
const ASKED = 12;

/** Why findings of a package stay, and which; none where all of the goal goes. */
export async function conflictOf(
  { planning, problem, solution, trade }: Searched,
  findings: readonly Finding[],
  name: string,
): Promise<Conflict[]> {
  const { environment, goal, majors } = planning;
  const member = environment.members.get(name) as EnvironmentMember;
  const chosen = solution.changes.get(name);
  const kept = chosen === undefined ? findings.filter((finding) => goal.wants(finding)) : trade(name, chosen).kept;
  if (kept.length === 0) return [];
  const keeps = [...new Set(kept.map(({ id }) => id))];
  const base = { type: 'pypi', name: member.name, version: member.version, environment: environment.id, keeps };
  const left = chosen === undefined ? weigh(kept) : trade(name, chosen).weight;
  const lighter = (problem.candidates(name) ?? []).filter(
    (version) => compareWeights(trade(name, version).weight, left) < 0,
  );
  const wanted = lighter.find((version) => jumpOf(member.version, version) !== 'major') ?? lighter[0];
  if (wanted === undefined) return [{ ...base, because: await unobtainable(planning, problem, trade, kept, name) }];
  const broken = obstacles(planning, problem, solution, trade, name, wanted);
  const major = majors === 'never' && jumpOf(member.version, wanted) === 'major';
  const because = [
    ...broken,
    ...(major ? [`${wanted} is a major step from ${member.version}, and majors were not asked for`] : []),
  ];
  if (because.length > 0) return [{ ...base, wanted, because }];
  return [{ ...base, wanted, because: deeper(environment, problem, solution, name, wanted) }];
}

/** Why none of the versions that would clear it can be taken: each that advisories call fixed, and what others would bring. */
async function unobtainable(
  planning: PythonPlanning,
  problem: Problem,
  trade: Searched['trade'],
  kept: readonly Finding[],
  name: string,
): Promise<string[]> {
  const { environment, index } = planning;
  const member = environment.members.get(name) as EnvironmentMember;
  const fixed = [...new Set(kept.flatMap(({ fix }) => fix.version ?? []))].sort(pypi.compare);
  const obstacles = new Map<string, string[]>();
  for (const version of fixed.slice(-ASKED)) {
    const why = await index?.obstacle(name, version, wheelTarget(planning), member.version);
    if (why !== undefined) addTo(obstacles, why, version);
  }
  // What was never there is the reason only where nothing that is there has a reason of its own.
  const there = [...obstacles].filter(([why]) => why !== NOT_LISTED);
  const reasons = (there.length > 0 ? there : [...obstacles]).map(
    ([why, versions]) => `${member.name} ${joinedObstacles(versions.slice(0, NAMED), why)}`,
  );
  // A version that clears some of it and brings what weighs as much or more.
  const ids = new Set(kept.map(({ id }) => id));
  const dear = (problem.candidates(name) ?? []).find((version) => {
    const { kept: stays, brought } = trade(name, version);
    return brought.length > 0 && stays.filter(({ id }) => ids.has(id)).length < ids.size;
  });
  if (dear !== undefined) {
    const { brought } = trade(name, dear);
    reasons.push(`${member.name} ${dear} brings ${broughtInWords(brought)}`);
  }
  if (reasons.length > 0) return reasons;
  const none =
    index === undefined
      ? `no newer ${member.name} that is free of it is known`
      : `no newer ${member.name} that can be installed on Python ${environment.python} is free of it`;
  return [fixed.length === 0 ? none : `${none} (fixed in ${fixed.slice(0, NAMED).join(', ')})`];
}

/** `3.1.4 and 3.1.5 require Python >=3.9`, from what is said of one. */
function joinedObstacles(versions: readonly string[], why: string): string {
  if (versions.length === 1) return `${versions[0]} ${why}`;
  const plural = why.replace(/^(?:requires|was|has|is)\b/, (verb) => PLURALS.get(verb) ?? verb);
  return `${versions.slice(0, -1).join(', ')} and ${versions.at(-1)} ${plural}`;
}

const PLURALS: ReadonlyMap<string, string> = new Map([
  ['requires', 'require'],
  ['was', 'were'],
  ['has', 'have'],
  ['is', 'are'],
]);

/**
 * What installing `version` over the solution would break. What it needs and is not there or too old is an obstacle only where it
 * cannot come, or brings findings: what can is not named beside what cannot.
 */
function obstacles(
  { environment }: PythonPlanning,
  problem: Problem,
  solution: Solution,
  trade: Searched['trade'],
  name: string,
  version: string,
): string[] {
  const state = new Map([...solution.changes, [name, version]]);
  const violations = violationsOf(problem, state, dependentsOf(problem.members), name);
  const inTheWay = violations.filter(({ owner, need }) => owner !== name || !canCome(problem, trade, need));
  const said = (inTheWay.length > 0 ? inTheWay : violations).map((violation) => {
    const { owner, need, version: have } = violation;
    const shown = environment.members.get(owner)?.name ?? owner;
    const said = needInWords(problem, violation, shown);
    const sentence =
      have === undefined
        ? `${said}, which is not there, and ${whyNotBrought(problem, trade, need)}`
        : owner === name
          ? `${said}, but ${need.name} ${have} is installed`
          : said;
    const held = environment.members.get(owner)?.held;
    return held === undefined ? sentence : `${sentence} (held by the ${held})`;
  });
  return [...new Set(said)];
}

/** Newer versions of a package, or any where it is not there, as far as a need accepts them. */
const coming = (problem: Problem, need: Need): readonly string[] =>
  (problem.candidates(need.name) ?? []).filter((version) => need.accepts(version));

const canCome = (problem: Problem, trade: Searched['trade'], need: Need): boolean =>
  coming(problem, need).some((version) => trade(need.name, version).brought.length === 0);

/** Why what is not there does not come: there is no version of it, each has findings of its own, or the search ended without it. */
function whyNotBrought(problem: Problem, trade: Searched['trade'], need: Need): string {
  const versions = coming(problem, need);
  if (versions.length === 0 && problem.candidates(need.name) !== undefined)
    return 'no version of it can be installed here';
  const lightest = [...versions]
    .reverse()
    .sort((a, b) => compareWeights(trade(need.name, a).weight, trade(need.name, b).weight))[0];
  const brought = lightest === undefined ? [] : trade(need.name, lightest).brought;
  if (brought.length === 0) return 'no plan that brings it was found';
  return `${need.name} ${lightest} brings ${broughtInWords(brought)}`;
}

/** `CVE-2026-1 (HIGH), CVE-2026-2 (LOW) and 3 more`. */
function broughtInWords(brought: Trade['brought']): string {
  const said = brought.slice(0, NAMED).map(({ id, severity }) => `${id} (${severity})`);
  return `${said.join(', ')}${brought.length > NAMED ? ` and ${brought.length - NAMED} more` : ''}`;
}

/** The version itself disturbs nobody: then it stands in the way of a change that the plan holds dearer. */
function deeper(
  environment: PythonEnvironment,
  problem: Problem,
  solution: Solution,
  name: string,
  wanted: string,
): string[] {
  const shown = (key: string): string => environment.members.get(key)?.name ?? key;
  const rivals = [...solution.changes].filter(([other]) => other !== name);
  const said = rivals.flatMap(([other, version]) =>
    violationsOf(problem, new Map([...solution.changes, [name, wanted]]), dependentsOf(problem.members), other)
      .filter(({ owner, need }) => owner === name || need.name === name)
      .map(
        (violation) => `${needInWords(problem, violation, shown(violation.owner))}, with ${shown(other)} ${version}`,
      ),
  );
  return said.length > 0 ? [...new Set(said)] : ['what it needs in turn contradicts the rest'];
}

/** The least bad ways out: break what is in the way, take it out, or live with the findings. */
export function optionsOf({ planning, problem, solution, trade }: Searched, conflict: Conflict): Option[] {
  const { environment, majors } = planning;
  const { name, wanted, keeps, version } = conflict;
  const about = { name, environment: environment.id };
  const accept: Option = {
    ...about,
    kind: 'accept',
    title: `leave ${name} at ${solution.changes.get(pypi.normalize(name)) ?? version} and say so: an OpenVEX statement for ${keeps.length === 1 ? keeps[0] : `${keeps.length} findings`} (-f openvex)`,
    clears: [],
    breaks: [],
  };
  if (wanted === undefined) return [accept];
  const key = pypi.normalize(name);
  const broken = obstacles(planning, problem, solution, trade, key, wanted);
  const owners = [
    ...new Set(
      violationsOf(problem, new Map([...solution.changes, [key, wanted]]), dependentsOf(problem.members), key)
        .map(({ owner }) => owner)
        .filter((owner) => owner !== key),
    ),
  ].map((owner) => environment.members.get(owner)?.name ?? owner);
  const stays = new Set(trade(key, wanted).kept.map(({ id }) => id));
  const clears = keeps.filter((id) => !stays.has(id));
  const title = `install ${name} ${wanted} all the same and test`;
  const force: Option = {
    ...about,
    kind: 'force',
    title,
    command: `pip install --no-deps ${name}==${wanted}`,
    clears,
    breaks: broken,
  };
  const major: Option = {
    ...about,
    kind: 'major',
    title: `allow the major step to ${name} ${wanted} (--majors needed)`,
    clears,
    breaks: [],
  };
  const it = owners.length === 1 ? 'it' : 'them';
  const remove: Option = {
    ...about,
    kind: 'remove',
    title: `take out ${owners.join(', ')}, if nothing uses ${it}, then install ${name} ${wanted}`,
    command: `pip uninstall -y ${owners.join(' ')} && pip install ${name}==${wanted}`,
    clears,
    breaks: owners.map((owner) => `whatever imports ${owner}`),
  };
  return [
    ...(broken.length > 0 ? [force] : majors === 'never' ? [major] : []),
    ...(owners.length > 0 ? [remove] : []),
    accept,
  ];
}
