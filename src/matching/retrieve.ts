import type { AdvisoryStore } from '../advisories/store/index.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import type { Considered, Judgement, Lookup, Statement } from '../model.ts';
import { judge } from './judge.ts';
import { streamOf } from './modules.ts';
import { asksSubscriptions, settleSubscriptions } from './subscriptions.ts';
import { setUndecidableApart } from './undecidable.ts';

/**
 * Second question: what does the database say, and what do we make of it? Every statement on the package is considered, also what
 * does not concern the installed version. Distributions publish by source package, so a binary is looked up under its source's
 * name and judged by its source's version; what binNMUs and renamed versions make of the binary's does not matter. Of tens of
 * thousands of statements a scan needs few: `keep` says which are given back.
 */
export function retrieve(
  questions: readonly Lookup[],
  store: AdvisoryStore,
  keep: Keep = () => true,
): readonly Considered[] {
  const covered = questions.filter(({ namespace }) => store.covers(namespace));
  if (!asksSubscriptions(covered)) return covered.flatMap((lookup) => answersTo(lookup, store, keep));
  // What subscribers are told can settle what all are told, and the reverse: all of it has to be there.
  const considered = covered.flatMap((lookup) => answersTo(lookup, store, () => true));
  return settleSubscriptions(considered).filter(({ statement, judgement }) => keep(statement, judgement));
}

type Keep = (statement: Statement, judgement: Judgement) => boolean;

function answersTo(lookup: Lookup, store: AdvisoryStore, keep: Keep): readonly Considered[] {
  const world = ecosystemNamed(lookup.namespace);
  if (world === undefined) return [];
  const compare = world.compareOf?.(lookup.name);
  const rules = compare === undefined ? world : { ...world, compare };
  const statements = store.statements(lookup.namespace, lookup.name);
  const build = withStream(lookup, rules, statements);
  const considered: Considered[] = [];
  for (const statement of statements) {
    const judgement = judge(statement, lookup.version, rules, build);
    if (keep(statement, judgement)) considered.push({ statement, lookup: build, judgement });
  }
  return lookup.by === 'product' ? setUndecidableApart(considered, statements, lookup.version, rules) : considered;
}

/** The question with the stream of the module that the build is of, where no label says it and the statements tell. */
function withStream(
  lookup: Lookup,
  { moduleBuild }: Pick<Ecosystem, 'moduleBuild'>,
  statements: readonly Statement[],
): Lookup {
  if (moduleBuild === undefined || lookup.module !== undefined) return lookup;
  const module = streamOf(lookup.version, statements, moduleBuild);
  return module === undefined ? lookup : { ...lookup, module };
}

/** Packages that ask the same share the answer: the binaries of one source, for one. Whatever `judge` is told of a package belongs in here. */
export function questionKey(questions: readonly Lookup[]): string {
  return questions
    .flatMap(({ namespace, name, by, version, module, os, architecture, software }) => [
      namespace,
      name,
      by,
      version,
      module,
      os,
      architecture,
      software?.join(' '),
    ])
    .join('\0');
}
