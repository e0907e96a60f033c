import { distribution, type Ecosystem } from './ecosystem.ts';
import { apk } from './system-types.ts';

/** Distributions with Alpine's packages and no releases: the namespace is their name. */
const rolling = (name: string, id: string): Ecosystem =>
  distribution(
    apk,
    name,
    {
      ids: [id],
      words: [],
      purlNamespace: id,
      namespace: (os) => (os.id === id ? name : undefined),
      release: () => name,
      unit: 'source',
      traceOf: ({ name: one }) => (one === `${id}-baselayout` || one === `${id}-keys` ? { decisive: true } : undefined),
    },
    name,
  );

export const wolfi = rolling('Wolfi', 'wolfi');
export const chainguard = rolling('Chainguard', 'chainguard');
export const minimos = rolling('MinimOS', 'minimos');
