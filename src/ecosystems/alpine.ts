import type { OperatingSystem } from '../model.ts';
import { compareApk, isApkVersion } from '../versions/apk.ts';
import { ecosystem } from './ecosystem.ts';

/** `Alpine:v3.18`; the rolling branch is `Alpine:edge`. */
function namespace(os: OperatingSystem): string | undefined {
  if (os.id !== 'alpine') return undefined;
  const release = /^(\d+\.\d+)/.exec(os.versionId ?? '')?.[1];
  const isEdge = /edge/i.test(os.name) || /_alpha|edge/.test(os.versionId ?? '');
  if (isEdge) return 'Alpine:edge';
  return release === undefined ? undefined : `Alpine:v${release}`;
}

export const alpine = ecosystem({
  name: 'Alpine',
  purl: 'apk',
  purlNamespace: 'alpine',
  normalize: (name) => name,
  compare: compareApk,
  comparator: 'apk',
  isVersion: isApkVersion,
  namespace,
});
