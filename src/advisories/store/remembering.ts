import type { AdvisoryStore } from './store.ts';

/**
 * A store that remembers what it was asked: who weighs fifty versions of a package asks for the same statements fifty times. For the
 * time of one piece of work, since nothing is forgotten. To close it is for whom the store belongs to.
 */
export function remembering(store: AdvisoryStore): AdvisoryStore {
  const statements = once((namespace: string) => once((name: string) => store.statements(namespace, name)));
  const vulnerability = once((id: string) => store.vulnerability(id));
  return { ...store, statements: (namespace, name) => statements(namespace)(name), vulnerability };
}

function once<Answer>(ask: (question: string) => Answer): (question: string) => Answer {
  const known = new Map<string, Answer>();
  return (question) => {
    let answer = known.get(question);
    if (answer === undefined && !known.has(question)) {
      answer = ask(question);
      known.set(question, answer);
    }
    return answer as Answer;
  };
}
