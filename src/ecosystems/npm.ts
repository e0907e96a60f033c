import { SEMVER } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { installedBy } from './fixing.ts';
import { lower, shape } from './purl-shape.ts';

export const npm = ecosystem({
  name: 'npm',
  osv: 'npm',
  type: 'npm',
  // https://docs.npmjs.com/cli/configuring-npm/package-json#name
  named: /^(?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9_~][a-z0-9._~-]*$/i,
  group: 'language',
  kind: 'node',
  label: 'Node.js',
  words: ['npm', 'node-pkg', 'nodepkg', 'node', 'nodejs', 'javascript', 'js', 'yarn', 'pnpm', 'bun'],
  normalize: lower,
  ...SEMVER,
  matchedBy: ['trivy', 'grype', 'ecr-enhanced', 'docker-hub', 'gcp', 'osv-scanner', 'snyk'],
  fix: installedBy('npm install', '@'),
  installs: /(?<![\w.-])(?:npm|yarn|pnpm)(?![\w.-])[^\n;&|]{0,200}?\b(?:install|ci|add|i)\b/,
  purl: shape('npm', { separator: '/', namespace: lower, name: lower }),
  trivy: { type: 'node-pkg', target: 'Node.js' },
});
