import { distribution, type Ecosystem } from './ecosystem.ts';
import { apk } from './system-types.ts';

/** Distributions with Alpine's packages and no releases: the namespace is their name. */
const rolling = (label: string, id: string): Ecosystem =>
  distribution(
    apk,
    label,
    {
      ids: [id],
      words: [],
      purlNamespace: id,
      namespace: (os) => (os.id === id ? label : undefined),
      release: () => label,
      unit: 'source',
      traceOf: ({ name }) => (name === `${id}-baselayout` || name === `${id}-keys` ? { decisive: true } : undefined),
    },
    label,
  );

export const wolfi = rolling('Wolfi', 'wolfi');
export const chainguard = rolling('Chainguard', 'chainguard');
export const minimos = rolling('MinimOS', 'minimos');
