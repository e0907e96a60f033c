import type { OperatingSystem } from '../model.ts';
import { compareDeb, isDebVersion } from '../versions/deb.ts';
import { ecosystem } from './ecosystem.ts';

/**
 * `Ubuntu:22.04:LTS`, `Ubuntu:23.10`, as OSV writes them: the April releases of even years are long-term ones.
 * Fixes that only a Pro subscription brings are under `Ubuntu:Pro:22.04:LTS`.
 */
function namespace(os: OperatingSystem): string | undefined {
  if (os.id !== 'ubuntu') return undefined;
  const release = /^(\d{1,2})\.(\d\d)/.exec(os.versionId ?? '');
  if (!release) return undefined;
  const longTerm = release[2] === '04' && Number(release[1]) % 2 === 0;
  return `Ubuntu:${release[1]}.${release[2]}${longTerm ? ':LTS' : ''}`;
}

export const ubuntu = ecosystem({
  name: 'Ubuntu',
  purl: 'deb',
  purlNamespace: 'ubuntu',
  normalize: (name) => name.toLowerCase(),
  compare: compareDeb,
  comparator: 'dpkg',
  isVersion: isDebVersion,
  namespace,
});
