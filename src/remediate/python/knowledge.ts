import { LIMITS } from '../../limits.ts';
import type { Finding } from '../../model.ts';
import { comparePep440 } from '../../versions/pep440.ts';
import type { Need } from '../constraints.ts';
import type { Learning } from '../improve.ts';
import { extraOf, pythonNeeds } from '../installed/index.ts';
import type { Verified } from '../plan.ts';
import { fixedVersions } from '../proof.ts';
import type { Solution } from '../solver.ts';
import { type PythonPlanning, wheelTarget } from './planning.ts';

/** What is known so far; grows from round to round. */
export interface IndexAnswers {
  readonly candidates: Map<string, readonly string[]>;
  readonly needs: Map<string, readonly Need[] | 'unknown'>;
  /** Versions that somebody says can be installed, and who. */
  readonly verified: Map<string, Verified>;
  readonly sourceOnly: Set<string>;
  /** In how many rounds somebody wanted to know what a version of this package needs. */
  readonly asked: Map<string, number>;
}

/** Finds out what the search missed; false: there is nothing left to find out. */
export async function learn(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: IndexAnswers,
  { wanted, changes, because }: Solution,
): Promise<boolean> {
  const candidates = [...wanted.candidates].filter((name) => !knowledge.candidates.has(name));
  await forEachOf(candidates, async (name) => {
    knowledge.candidates.set(name, await candidatesOf(planning, byName.get(name) ?? [], name, knowledge));
  });
  const needs = new Set([...wanted.needs].filter((key) => !knowledge.needs.has(key)));
  // Who is changed for another's sake may have to go further: its next versions are asked for at once.
  for (const name of because.keys())
    for (const version of nextOf(knowledge.candidates.get(name) ?? [], changes.get(name)))
      if (!knowledge.needs.has(`${name}\0${version}`)) needs.add(`${name}\0${version}`);
  for (const key of wanted.needs) {
    const [name = '', version = ''] = key.split('\0');
    for (const other of besides(knowledge, name, version)) needs.add(`${name}\0${other}`);
  }
  await forEachOf([...needs], async (key) => {
    const [name = '', version = ''] = key.split('\0');
    const needs = await needsOf(planning, name, version);
    knowledge.needs.set(key, needs === 'failed' ? 'unknown' : needs);
    if (needs !== 'failed') return;
    // What it needs could not be found out: nothing is promised of it.
    const others = (knowledge.candidates.get(name) ?? []).filter((candidate) => candidate !== version);
    knowledge.candidates.set(name, others);
  });
  return candidates.length > 0 || needs.size > 0;
}

/**
 * Whoever is asked about round after round is in a knot: with each round twice as many of its versions are asked about at once, the
 * next ones and the newest, since the others that have to go with it may have been moved to their newest, too.
 */
function besides({ candidates, needs, asked }: IndexAnswers, name: string, version: string): readonly string[] {
  const times = asked.get(name) ?? 0;
  asked.set(name, times + 1);
  if (times === 0) return [];
  const own = candidates.get(name) ?? [];
  const unknown = own.filter((other) => !needs.has(`${name}\0${other}`));
  const count = Math.min(2 ** times, LIMITS.candidateMetadata) / 2;
  const at = own.indexOf(version);
  const next = unknown.filter((other) => own.indexOf(other) > at);
  return [...next.slice(0, count), ...unknown.slice(-count)];
}

function nextOf(candidates: readonly string[], from: string | undefined): readonly string[] {
  const at = from === undefined ? -1 : candidates.indexOf(from);
  return candidates.slice(Math.max(0, at), Math.max(0, at) + LIMITS.candidateMetadata);
}

const PARALLEL = 8;

async function forEachOf<Item>(items: readonly Item[], take: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: Math.min(PARALLEL, left.length) }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await take(item);
    }),
  );
}

/** Versions above the installed one: the index's, else those that advisories name as fixed. */
async function candidatesOf(
  planning: PythonPlanning,
  findings: readonly Finding[],
  name: string,
  knowledge: IndexAnswers,
): Promise<readonly string[]> {
  const whole = extraOf(name)?.name;
  if (whole !== undefined) {
    const own = planning.environment.members.get(whole);
    const newer = own?.held === undefined ? await candidatesOf(planning, [], whole, knowledge) : [];
    return own === undefined ? newer : [own.version, ...newer];
  }
  const installed = planning.environment.members.get(name)?.version;
  const above = (version: string): boolean => installed === undefined || comparePep440(version, installed) > 0;
  const listed = await planning.index?.versions(name, wheelTarget(planning), installed);
  if (listed) {
    for (const { version, sourceOnly, files } of listed) {
      knowledge.verified.set(`${name}\0${version}`, files.some(({ recorded }) => recorded) ? 'recorded' : 'index');
      if (sourceOnly) knowledge.sourceOnly.add(`${name}\0${version}`);
    }
    return considered(listed.map(({ version }) => version).filter(above));
  }
  const pkg = planning.environment.members.get(name)?.package;
  const fixed = pkg === undefined ? [] : [...fixedVersions(pkg, findings, planning.prover)];
  return fixed.filter(above).sort(comparePep440);
}

/**
 * Of very many versions the nearest and the newest: a step stays small with the ones, and what has to go with everything else as it is
 * today, or is new, needs the others (boto3 has had two thousand versions, setuptools seven hundred).
 */
function considered(versions: readonly string[]): readonly string[] {
  const half = LIMITS.candidateVersions / 2;
  if (versions.length <= 2 * half) return versions;
  return [...versions.slice(0, half), ...versions.slice(-half)];
}

/** What a version needs; of an extra, what it needs besides. */
async function needsOf(
  planning: PythonPlanning,
  name: string,
  version: string,
): Promise<readonly Need[] | 'unknown' | 'failed'> {
  const { environment, index } = planning;
  const { name: own, extra } = extraOf(name) ?? { name, extra: undefined };
  const member = environment.members.get(own);
  const requires =
    member?.version === version
      ? (member.package.requires ?? [])
      : await index?.requires(own, version, wheelTarget(planning));
  const extras = extra === undefined ? environment.extras.get(own) : new Set([extra]);
  if (requires === 'failed') return requires;
  return requires ? pythonNeeds(requires, environment.values, extras, environment.extras) : 'unknown';
}

/** Asks the index for what a proof wants to know, up to a budget of versions. */
export function learningOf(
  planning: PythonPlanning,
  byName: ReadonlyMap<string, Finding[]>,
  knowledge: IndexAnswers,
): Learning {
  let left = LIMITS.improvementMetadata;
  return {
    async candidates(names) {
      const unknown = names.filter((name) => !knowledge.candidates.has(name));
      await forEachOf(unknown, async (name) => {
        knowledge.candidates.set(name, await candidatesOf(planning, byName.get(name) ?? [], name, knowledge));
      });
    },
    async needs(name, version) {
      const keys = [version, ...besides(knowledge, name, version)].map((candidate) => `${name}\0${candidate}`);
      if (left <= 0) return false;
      left -= keys.length;
      let isTold = true;
      await forEachOf(keys, async (key) => {
        const [, candidate = ''] = key.split('\0');
        const needs = await needsOf(planning, name, candidate);
        knowledge.needs.set(key, needs === 'failed' ? 'unknown' : needs);
        if (candidate === version && needs === 'failed') isTold = false;
      });
      return isTold;
    },
  };
}
