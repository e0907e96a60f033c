import { SEMVER } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { shape } from './purl-shape.ts';

export const crates = ecosystem({
  name: 'crates.io',
  osv: 'crates.io',
  type: 'cargo',
  // https://doc.rust-lang.org/cargo/reference/manifest.html#the-name-field
  named: /^[a-z0-9_][a-z0-9_-]*$/i,
  group: 'language',
  compiled: true,
  kind: 'rust',
  label: 'Rust',
  words: ['cargo', 'rustbinary', 'rust', 'rust-crate', 'crates.io'],
  normalize: (name) => name.toLowerCase().replaceAll('_', '-'),
  ...SEMVER,
  matchedBy: ['trivy', 'grype', 'ecr-enhanced', 'docker-hub', 'gcp', 'osv-scanner'],
  fix: rebuilt('@'),
  purl: shape('cargo'),
  trivy: { type: 'rustbinary', target: '', byFile: true },
});
