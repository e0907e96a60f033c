/**
 * The floors of the house, lowest first. A file may import from its own floor and from those below, never from above.
 * What a room does is in docs/architecture.md, which names the same floors.
 */
export const FLOORS: readonly (readonly string[])[] = [
  [
    'model',
    'errors',
    'limits',
    'progress',
    'interruption',
    'work',
    'orphans',
    'home',
    'version',
    'schemas',
    'config',
    'located-yaml',
    'tame-yaml',
    'bounded-file',
    'missing-file',
    'collections',
    'added-to-yaml',
    'own-text',
    'nursery',
  ],
  ['formats', 'versions', 'terminal'],
  ['ecosystems', 'analyzers'],
  ['layers', 'sources', 'network', 'programs'],
  ['hiding', 'exposure'],
  ['inventory'],
  ['matching', 'advisories'],
  ['coverage', 'policy', 'scanners', 'compare', 'remediate', 'cis'],
  ['report'],
  ['application', 'demo'],
  ['commands', 'service', 'index'],
  ['cli', 'launch'],
];
