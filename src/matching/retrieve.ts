import type { AdvisoryStore } from '../advisories/store/index.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import type { Considered, Judgement, Lookup, Statement } from '../model.ts';
import { judge } from './judge.ts';

/**
 * Second question: what does the database say, and what do we make of it? Every statement on the package is considered, also what
 * does not concern the installed version. Distributions publish by source package, so a binary is looked up under its source's
 * name and judged by its source's version; what binNMUs and renamed versions make of the binary's does not matter. Of tens of
 * thousands of statements a scan needs few: `keep` says which are given back.
 */
export function retrieve(
  questions: readonly Lookup[],
  store: AdvisoryStore,
  keep: (statement: Statement, judgement: Judgement) => boolean = () => true,
): readonly Considered[] {
  const considered: Considered[] = [];
  for (const lookup of questions) {
    const ecosystem = ecosystemNamed(lookup.ecosystem);
    if (!ecosystem || !store.covers(lookup.ecosystem)) continue;
    for (const statement of store.advisories(lookup.ecosystem, lookup.name)) {
      const judgement = judge(statement, lookup.version, ecosystem);
      if (keep(statement, judgement)) considered.push({ statement, lookup, judgement });
    }
  }
  return considered;
}

/** Packages that ask the same share the answer: the binaries of one source, for one. Whatever `judge` is told of a package belongs in here. */
export function questionKey(questions: readonly Lookup[]): string {
  return questions.flatMap(({ ecosystem, name, by, version }) => [ecosystem, name, by, version]).join('\0');
}
