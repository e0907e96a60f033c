import type { AdvisoryStore } from '../advisories/store/index.ts';
import type { Statement, Vulnerability } from '../model.ts';
import type { StatementsById } from './universe.ts';

/** A store that asks the one below once for each question: a comparison asks the same for every binary and every lens. */
export function remembering<T extends AdvisoryStore & Partial<StatementsById>>(
  store: T,
): AdvisoryStore & Partial<StatementsById> {
  const statements = new Map<string, readonly Statement[]>();
  const records = new Map<string, Vulnerability | undefined>();
  const byId = store.statements === undefined ? undefined : store.statements.bind(store);
  return {
    info: store.info,
    advisories(ecosystem, name) {
      const key = `${ecosystem}\n${name}`;
      const known = statements.get(key) ?? store.advisories(ecosystem, name);
      statements.set(key, known);
      return known;
    },
    vulnerability(id) {
      if (!records.has(id)) records.set(id, store.vulnerability(id));
      return records.get(id);
    },
    ...(store.aliases !== undefined && { aliases: store.aliases.bind(store) }),
    covers: (ecosystem) => store.covers(ecosystem),
    ...(byId !== undefined && { statements: byId }),
    close: () => store.close(),
  };
}
