import { comparePep440, isPep440, meantPep440, publicVersion } from '../versions/pep440.ts';
import { ecosystem } from './ecosystem.ts';
import { installedBy } from './fixing.ts';
import { shape } from './purl-shape.ts';

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
const normalize = (name: string): string => name.replace(/[-_.]+/g, '-').toLowerCase();

/** How a distribution's folder of code is called where nothing says another thing. https://peps.python.org/pep-0427/#escaping-and-unicode */
export const moduleFolder = (name: string): string => name.replace(/[-.]+/g, '_').toLowerCase();

export const pypi = ecosystem({
  name: 'PyPI',
  osv: 'PyPI',
  type: 'pypi',
  // https://packaging.python.org/en/latest/specifications/name-normalization/
  named: /^(?:[a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9])$/i,
  group: 'language',
  kind: 'python',
  label: 'Python',
  words: ['pypi', 'python', 'python-pkg', 'pythonpkg', 'pip', 'pipenv', 'poetry', 'uv', 'pylock'],
  normalize: normalize,
  compare: comparePep440,
  comparator: 'pep440',
  isVersion: isPep440,
  withoutBuild: publicVersion,
  meant: meantPep440,
  carriesNative: true,
  matchedBy: ['trivy', 'grype', 'ecr-enhanced', 'docker-hub', 'gcp', 'osv-scanner', 'clair-v4'],
  fix: installedBy('pip install', '=='),
  // conda installs them too, under names of its own.
  installs:
    /(?<![\w.-])(?:(?:pip[\d.]*|uv|poetry|pdm|pipenv)(?![\w.-])[^\n;&|]{0,200}?\b(?:install|sync|add)|(?:conda|mamba|micromamba|pixi)(?![\w.-])[^\n;&|]{0,200}?\b(?:install|create|update))\b/,
  purl: shape('pypi', { name: normalize }),
  trivy: { type: 'python-pkg', target: 'Python' },
});
