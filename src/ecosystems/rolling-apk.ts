import { compareApk, isApkVersion } from '../versions/apk.ts';
import { type Ecosystem, ecosystem } from './ecosystem.ts';

/** Distributions with Alpine's packages and no releases: the namespace is their name. */
const rolling = (name: string, id: string): Ecosystem =>
  ecosystem({
    name,
    purl: 'apk',
    purlNamespace: id,
    normalize: (value) => value,
    compare: compareApk,
    comparator: 'apk',
    isVersion: isApkVersion,
    namespace: (os) => (os.id === id ? name : undefined),
  });

export const wolfi = rolling('Wolfi', 'wolfi');
export const chainguard = rolling('Chainguard', 'chainguard');
export const minimos = rolling('MinimOS', 'minimos');
