import { SEMVER } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { lower, shape } from './purl-shape.ts';

export const hex = ecosystem({
  name: 'Hex',
  osv: 'Hex',
  type: 'hex',
  // https://hex.pm/docs/publish
  named: /^[a-z][a-z0-9_]*$/i,
  group: 'language',

  label: 'Erlang and Elixir',
  words: ['hex', 'elixir', 'erlang'],
  normalize: lower,
  ...SEMVER,
  matchedBy: ['trivy', 'grype', 'docker-hub'],
  fix: rebuilt(' '),
  purl: shape('hex', { separator: '/', namespace: lower, name: lower }),
  trivy: { type: 'hex', target: '', byFile: true },
});
