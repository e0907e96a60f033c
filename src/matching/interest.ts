import type { AdvisoryStore } from '../advisories/store/index.ts';
import { ecosystemNamed, isSystemType } from '../ecosystems/index.ts';
import { conda } from '../ecosystems/others.ts';
import { lookupsOf } from '../inventory/lookups.ts';
import type { Lookup, NoInterest, Package } from '../model.ts';
import { isKnownVersion } from './judge.ts';

/** Roles of what is not there to be run. */
const NOT_RUN: ReadonlySet<string> = new Set(['declared', 'cache', 'test', 'nested'] satisfies NoInterest[]);

/** Where statements on a package may be filed. A package of no ecosystem is looked up nowhere. */
export function questionsOf(asked: Package): readonly Lookup[] {
  return asked.namespace === undefined ? [] : lookupsOf(asked, undefined, asked.namespace);
}

/** First question: is this package to be judged at all? Undefined: yes. */
export function noInterest(
  { role, ownedBy, ownerQuestions, type, properties }: Package,
  questions: readonly Lookup[],
  store: AdvisoryStore,
): NoInterest | undefined {
  if (role !== undefined && NOT_RUN.has(role)) return role as NoInterest;
  // Distributions patch what they ship; conda does not: what it owns is judged all the same.
  if (isSystemType(ownedBy?.type) && isAnswerable(ownerQuestions, store)) return 'owned';
  if (type === conda.type && properties?.dists) return 'twin';
  if (questions.length === 0) return 'no-ecosystem';
  return questions.some(({ namespace }) => store.covers(namespace)) ? undefined : 'not-covered';
}

const known = new WeakMap<AdvisoryStore, Map<string, boolean>>();

/**
 * Whether its distribution answers for an OS package: it has said something on one of that name in that release. Of a package that it never spoke of
 * (most that somebody invented) nobody says anything, and what the package owns would be judged by nobody. Where nothing of the distribution is in the
 * database, that is told; who owns what is no matter of it.
 */
function isAnswerable(questions: readonly Lookup[] | undefined, store: AdvisoryStore): boolean {
  const covered = questions?.filter(({ namespace }) => store.covers(namespace)) ?? [];
  return covered.length === 0 || covered.some((question) => isSpokenOf(question, store));
}

function isSpokenOf({ namespace, name }: Lookup, store: AdvisoryStore): boolean {
  const answers = known.get(store) ?? new Map<string, boolean>();
  known.set(store, answers);
  const key = `${namespace}\0${name}`;
  const answer = answers.get(key) ?? store.statements(namespace, name).length > 0;
  answers.set(key, answer);
  return answer;
}

/** Whether ranges of versions can be held against what is asked. Not known is not "older than everything". */
export function isComparable(questions: readonly Lookup[]): boolean {
  return questions.some(({ namespace, version }) => {
    const rules = ecosystemNamed(namespace);
    return rules !== undefined && isKnownVersion(version, rules);
  });
}

/** Why a package is not judged, as a sentence. */
export function passedSentence({ name, version, ownedBy, namespace }: Package, passed: NoInterest): string {
  const what = `${name} ${version}`;
  const sentences: Readonly<Record<NoInterest, string>> = {
    'no-ecosystem': `nobody whose advisories are read speaks of packages such as ${what}, or its version is not known`,
    'not-covered': `the database holds no advisories for ${namespace}, the namespace of ${what}`,
    owned: `${ownedBy?.type} package ${ownedBy?.name} owns ${what} and is judged in its place: its distribution patches without changing versions`,
    twin: `${what} holds Python distributions, which are judged in its place`,
    declared: `${what} is declared by a lock file, and nothing shows that it is installed`,
    cache: `${what} is kept in a package manager's cache, and nothing imports it`,
    test: `${what} is read by the tests of another package`,
    defect: `${what} could not be judged for a defect of this program`,
    nested: `${what} belongs to a system in a folder of this image`,
    'unknown-version': `the version of ${what} is none that can be compared, or none that was published: what is really there is not known`,
  };
  return sentences[passed];
}
