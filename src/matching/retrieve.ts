import type { AdvisoryStore } from '../advisories/store/index.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import type { Considered, Lookup } from '../model.ts';
import { judge } from './judge.ts';

/**
 * Second question: what does the database say, and what do we make of it? Every statement on the package is considered, also what
 * does not concern the installed version. Distributions publish by source package, so a binary is looked up under its source's
 * name and judged by its source's version; what binNMUs and renamed versions make of the binary's does not matter.
 */
export function retrieve(questions: readonly Lookup[], store: AdvisoryStore): readonly Considered[] {
  return questions.flatMap((lookup) => {
    const ecosystem = ecosystemNamed(lookup.ecosystem);
    if (!ecosystem || !store.covers(lookup.ecosystem)) return [];
    return store.advisories(lookup.ecosystem, lookup.name).map((statement) => ({
      statement,
      lookup,
      judgement: judge(statement, lookup.version, ecosystem),
    }));
  });
}

/** Packages that ask the same share the answer: the binaries of one source, for one. Whatever `judge` is told of a package belongs in here. */
export function questionKey(questions: readonly Lookup[]): string {
  return questions.flatMap(({ ecosystem, name, by, version }) => [ecosystem, name, by, version]).join('\0');
}
