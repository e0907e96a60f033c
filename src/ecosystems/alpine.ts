import type { OperatingSystem } from '../model.ts';
import { distribution } from './ecosystem.ts';
import { apk } from './system-types.ts';

/** `Alpine:v3.18`; the rolling branch is `Alpine:edge`. */
function namespace(os: OperatingSystem): string | undefined {
  if (os.id !== 'alpine') return undefined;
  const release = /^(\d+\.\d+)/.exec(os.versionId ?? '')?.[1];
  const isEdge = /edge/i.test(os.name) || /_alpha|edge/.test(os.versionId ?? '');
  if (isEdge) return 'Alpine:edge';
  return release === undefined ? undefined : `Alpine:v${release}`;
}

export const alpine = distribution(
  apk,
  'Alpine',
  {
    ids: ['alpine'],
    words: [],
    purlNamespace: 'alpine',
    namespace,
    unit: 'source',
    endOfLife: 'alpine',
  },
  'Alpine',
);
