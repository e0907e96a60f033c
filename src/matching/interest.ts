import type { AdvisoryStore } from '../advisories/store/index.ts';
import { go } from '../ecosystems/go.ts';
import { ecosystemNamed, isSystemType, typeNamed } from '../ecosystems/index.ts';
import { conda } from '../ecosystems/others.ts';
import { epochOf, lookupsOf } from '../inventory/lookups.ts';
import type { Lookup, NoInterest, Package } from '../model.ts';
import { isKnownVersion } from './judge.ts';

/** Roles of what is not there to be run. */
const NOT_RUN: ReadonlySet<string> = new Set(['declared', 'cache', 'test', 'nested'] satisfies NoInterest[]);

/** Where statements on a package may be filed. A package of no ecosystem is looked up nowhere. */
export function questionsOf(asked: Package): readonly Lookup[] {
  return asked.namespace === undefined ? [] : lookupsOf(asked, undefined, asked.namespace);
}

/** First question: is this package to be judged at all? Undefined: yes. */
export function noInterest(asked: Package, questions: readonly Lookup[], store: AdvisoryStore): NoInterest | undefined {
  const { role, ownedBy, type, properties } = asked;
  if (role !== undefined && NOT_RUN.has(role)) return role as NoInterest;
  // Distributions patch what they ship; conda does not: what it owns is judged all the same.
  if (isSystemType(ownedBy?.type) && isAnswered(asked, store)) return 'owned';
  if (type === conda.type && properties?.dists) return 'twin';
  if (questions.length === 0) return 'no-ecosystem';
  return questions.some(({ namespace }) => store.covers(namespace)) ? undefined : 'not-covered';
}

const known = new WeakMap<AdvisoryStore, Map<string, boolean>>();

/**
 * Whether its distribution answers for the OS package that owns something: it has said a word on one of that name, in that release or another. Of one
 * that it never spoke of, it answers for what is whole, unless it speaks of the same thing under another name. For what lies in a folder of its owner's name,
 * whatever it is called, both are needed: anybody can name a folder. Copies that a package carries in its code (pip's) are no packages of their own. What was compiled into a program of such
 * a package nobody would judge, but for Go programs that are as the distribution builds them. Where nothing of the distribution is in the database, that is told; who owns what is no matter of it.
 */
function isAnswered({ type, name, role, answering }: Package, store: AdvisoryStore): boolean {
  const covered = (answering?.names ?? []).map(nameIn).filter(({ namespace }) => store.covers(namespace));
  if (answering === undefined || covered.length === 0) return true;
  const { isPart, isWhole, isBuilt, epoch = 0 } = answering;
  const speaks = (of: string): boolean =>
    covered.some(({ namespace }) => releasesBeside(namespace).some((release) => isSpokenOf(release, of, store)));
  const spoken = covered.filter((question) => speaks(question.name));
  if (epoch > 0 && spoken.length > 0 && isAboveAll(epoch, spoken, store)) return false;
  // What was compiled into programs has no package of its own in a distribution.
  const { compiled } = typeNamed(type);
  if (isPart && !compiled) return isWhole && (spoken.length > 0 || role === 'vendored');
  if (spoken.length > 0) return true;
  if (!isWhole) return false;
  if (compiled) return isBuilt === true && type === go.type;
  return !namesOfSources(name).some(speaks);
}

/** Whether an epoch is above that of every fix that the distribution ever told of a package: no version of it, but one that is above every fix. */
function isAboveAll(
  epoch: number,
  asked: readonly Pick<Lookup, 'namespace' | 'name'>[],
  store: AdvisoryStore,
): boolean {
  const fixes = asked.flatMap(({ namespace, name }) =>
    releasesBeside(namespace).flatMap((release) =>
      store
        .statements(release, name)
        .flatMap(({ ranges }) => ranges.flatMap(({ fixed }) => (fixed === undefined || fixed === '0' ? [] : [fixed]))),
    ),
  );
  return fixes.length > 0 && fixes.every((fixed) => epochOf(fixed) < epoch);
}

/** `Debian:11/openssl`: no namespace has a slash. */
function nameIn(text: string): Pick<Lookup, 'namespace' | 'name'> {
  const slash = text.indexOf('/');
  return { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** How distributions call the source of a language package. */
function namesOfSources(name: string): readonly string[] {
  const plain = name
    .toLowerCase()
    .replace(/^.*[/:]/, '')
    .replaceAll('_', '-');
  return [
    plain,
    ...['python-', 'python3-', 'py', 'py3-', 'node-', 'ruby-', 'rubygem-'].map((prefix) => `${prefix}${plain}`),
  ];
}

/** How many releases before and after are asked, too. */
const BESIDE = 4;

/** A release and those beside it: `Debian:11` to `Debian:13` for `Debian:12`, `Alpine:v3.17` and `Alpine:v3.19` for `Alpine:v3.18`. */
function releasesBeside(namespace: string): readonly string[] {
  const [, before = '', major = '', minor, rest = ''] = /^(.*:v?)(\d{1,4})(?:\.(\d{1,3}))?(.*)$/.exec(namespace) ?? [];
  if (major === '') return [namespace];
  // Ubuntu counts years and months.
  const isYear = minor !== undefined && minor.length > 1 && minor.startsWith('0');
  const steps = Array.from({ length: 2 * BESIDE + 1 }, (_, at) => at - BESIDE).sort(
    (a, b) => Math.abs(a) - Math.abs(b),
  );
  return steps.map((step) =>
    minor === undefined || isYear
      ? `${before}${Number(major) + step}${minor === undefined ? '' : `.${minor}`}${rest}`
      : `${before}${major}.${Number(minor) + step}${rest}`,
  );
}

function isSpokenOf(namespace: string, name: string, store: AdvisoryStore): boolean {
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
