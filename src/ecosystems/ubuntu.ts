import type { OperatingSystem } from '../model.ts';
import { distribution } from './ecosystem.ts';
import { deb } from './system-types.ts';

/** Release numbers by codename. https://wiki.ubuntu.com/Releases */
const UBUNTU_RELEASES: ReadonlyMap<string, string> = new Map([
  ['trusty', '14.04'],
  ['xenial', '16.04'],
  ['bionic', '18.04'],
  ['cosmic', '18.10'],
  ['disco', '19.04'],
  ['eoan', '19.10'],
  ['focal', '20.04'],
  ['groovy', '20.10'],
  ['hirsute', '21.04'],
  ['impish', '21.10'],
  ['jammy', '22.04'],
  ['kinetic', '22.10'],
  ['lunar', '23.04'],
  ['mantic', '23.10'],
  ['noble', '24.04'],
  ['oracular', '24.10'],
  ['plucky', '25.04'],
  ['questing', '25.10'],
]);

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

export const ubuntu = distribution(
  deb,
  'Ubuntu',
  {
    ids: ['ubuntu'],
    words: [],
    purlNamespace: 'ubuntu',
    namespace,
    codenames: UBUNTU_RELEASES,
    unit: 'source',
    endOfLife: 'ubuntu',
  },
  'Ubuntu',
);
