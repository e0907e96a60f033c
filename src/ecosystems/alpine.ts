import type { OperatingSystem } from '../model.ts';
import { type Build, distribution, type ReleaseTrace } from './ecosystem.ts';
import { apk } from './system-types.ts';

/** `Alpine:v3.18`; the rolling branch is `Alpine:edge`. */
function namespace(os: OperatingSystem): string | undefined {
  if (os.id !== 'alpine') return undefined;
  const release = /^(\d+\.\d+)/.exec(os.versionId ?? '')?.[1];
  const isEdge = /edge/i.test(os.name) || /_alpha|edge/.test(os.versionId ?? '');
  if (isEdge) return 'Alpine:edge';
  return release === undefined ? undefined : `Alpine:v${release}`;
}

/** Versions that only one release has. https://pkgs.alpinelinux.org/packages?name=alpine-baselayout https://pkgs.alpinelinux.org/packages?name=musl */
const BASE_LAYOUT = new Map([
  ['3.0.5-r2', '3.7'],
  ['3.2.0-r7', '3.12'],
  ['3.2.0-r8', '3.13'],
  ['3.2.0-r16', '3.14'],
  ['3.2.0-r18', '3.15'],
  ['3.4.0-r0', '3.17'],
  ['3.4.3-r1', '3.18'],
  ['3.4.3-r2', '3.19'],
  ['3.6.5-r0', '3.20'],
]);
const MUSL = new Map([
  ['1.1.14', '3.4'],
  ['1.1.15', '3.5'],
  ['1.1.16', '3.6'],
  ['1.1.18', '3.7'],
  ['1.1.19', '3.8'],
  ['1.1.20', '3.9'],
  ['1.1.22', '3.10'],
  ['1.2.4', '3.18'],
]);

/** Since 3.17 the release file is a package of its own, with the release as its version. */
function traceOf({ name, version }: Build): ReleaseTrace | undefined {
  const release = name === 'alpine-release' ? /^(\d+\.\d+\.\d+(?:_alpha\d+)?)-r\d+$/.exec(version)?.[1] : undefined;
  if (release !== undefined) return { versionId: release, decisive: true };
  const layout = /^alpine-baselayout(?:-data)?$/.test(name) ? BASE_LAYOUT.get(version) : undefined;
  if (layout !== undefined) return { versionId: layout, decisive: true };
  const musl = name === 'musl' ? MUSL.get(version.replace(/-r\d+$/, '')) : undefined;
  return musl === undefined ? undefined : { versionId: musl, decisive: false };
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
    traceOf,
    endOfLife: 'alpine',
    releaseParts: 2,
    // https://wiki.alpinelinux.org/wiki/Repositories#Releases
    sourceRelease: ({ address }) => /\/(v\d+\.\d+|edge|latest-stable)(?:\/|$)/.exec(address)?.[1],
    ownRelease: (os) => namespace(os)?.replace('Alpine:', ''),
    images: { own: 'alpine', release: ({ versionId }) => `alpine${versionId?.split('.').slice(0, 2).join('.') ?? ''}` },
  },
  'Alpine',
);
