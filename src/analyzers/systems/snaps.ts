import { ubuntu } from '../../ecosystems/ubuntu.ts';
import { type YamlPair, yamlPairs } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, type PackageFact, unknown } from '../analyzer.ts';
import { sourceOfBinary } from './chisel-sources.ts';

/** `libssl1.1=1.1.1f-1ubuntu2.16`, `libc6:i386=2.31-0ubuntu9.9`: what snapcraft notes of a package that it unpacked. */
const NOTED = /^([a-z0-9][a-z0-9.+-]{0,200})(?::([a-z0-9]{1,20}))?=(\d[\w.:+~-]{0,200})$/;
/** A line of `dpkg -l`: state, package, version, architecture. */
const LISTED =
  /^ii {1,8}([a-z0-9][a-z0-9.+-]{0,200})(?::[a-z0-9]{1,20})? {1,400}(\d[\w.:+~-]{0,200}) {1,400}([a-z0-9-]{1,20})(?: |$)/;
/** Base snaps, which are Ubuntu's releases; before they had names everything was built on `core`. https://snapcraft.io/docs/base-snaps */
const BASE = /^core(\d\d)?$/;
const FIRST_BASE = '16';
const IN_FOLDER = /\/(core(?:\d\d)?)\/[^/]{1,40}\/usr\/share\/snappy\//;

/**
 * Packages of Ubuntu in a snap, which has no database of dpkg: what snapcraft noted of those that it packed, and what base snaps list of
 * themselves. A snap runs on its own base, so its packages are of that release, whatever system carries it. Packages that went into a part and
 * perhaps no further (older snapcraft noted no more) are less sure.
 * https://snapcraft.io/docs/build-configuration#manifest https://github.com/canonical/core-base
 */
export const snaps = analyzer({
  name: 'snaps',
  version: 1,
  files: [
    'snap/manifest.yaml',
    '**/snap/manifest.yaml',
    'usr/share/snappy/dpkg.list',
    '**/usr/share/snappy/dpkg.list',
    'usr/share/snappy/dpkg.yaml',
    '**/usr/share/snappy/dpkg.yaml',
  ],
  maxBytes: LIMITS.settingsBytes,
  *read(file): Generator<Fact> {
    if (file.path.endsWith('.list')) return yield* ofBase(file.path, listedIn(file.text()));
    const { pairs, unread } = yamlPairs(file.text());
    if (unread !== undefined) yield unknown(unread);
    if (file.path.endsWith('dpkg.yaml')) return yield* ofBase(file.path, notedUnder(pairs, 'packages', 0));
    yield* ofSnap(pairs);
  },
});

/** Name, version and architecture of each package, once. */
type Noted = Map<string, Pick<PackageFact, 'name' | 'version' | 'architecture'>>;

function* ofSnap(pairs: readonly YamlPair[]): Generator<Fact> {
  const top = (...keys: readonly string[]): string | undefined =>
    pairs.find(({ above, key }) => above.length === 0 && keys.includes(key))?.value;
  // Anything may be called manifest.yaml: snapcraft writes its own version into this one.
  if (top('snapcraft-version', 'snapcraft_version') === undefined && top('primed-stage-packages') === undefined) return;
  const primed = notedUnder(pairs, 'primed-stage-packages', 0);
  const isNoted = pairs.some(({ above, key }) => above.length === 0 && key === 'primed-stage-packages');
  const base = top('base') ?? 'core';
  const [, number = FIRST_BASE] = BASE.exec(base === 'bare' ? (top('build-base') ?? '') : base) ?? [undefined, ''];
  const stated = /^ubuntu$/.test(top('snapcraft-os-release-id') ?? '')
    ? top('snapcraft-os-release-version-id')
    : undefined;
  const release = number === '' ? stated : `${number}.04`;
  for (const noted of (isNoted ? primed : notedUnder(pairs, 'stage-packages', 2)).values())
    yield factOf(noted, release, isNoted ? 'exact' : 'name');
}

function* ofBase(path: string, noted: Noted): Generator<Fact> {
  const [, named] = IN_FOLDER.exec(`/${path}`.slice(-2 * LIMITS.nameBytes)) ?? [];
  const number = named === undefined ? undefined : (BASE.exec(named)?.[1] ?? FIRST_BASE);
  const base = noted.get('base-files ');
  const told = base && ubuntu.system?.traceOf?.({ name: base.name, version: base.version })?.versionId;
  const release = told ?? (number === undefined ? undefined : `${number}.04`);
  for (const entry of noted.values()) yield factOf(entry, release, 'exact');
}

const factOf = (
  noted: Pick<PackageFact, 'name' | 'version' | 'architecture'>,
  versionId: string | undefined,
  certainty: PackageFact['certainty'] & string,
): PackageFact => ({
  type: 'deb',
  ...noted,
  source: { name: sourceOfBinary(noted.name), version: noted.version },
  ...(certainty === 'exact' ? {} : { certainty }),
  // Copies inside of a snap: the package manager of the system knows nothing of them.
  role: 'vendored',
  builtFor: { id: 'ubuntu', ...(versionId === undefined ? {} : { versionId }) },
});

function notedUnder(pairs: readonly YamlPair[], list: string, depth: number): Noted {
  const noted: Noted = new Map();
  for (const { above, key, value } of pairs) {
    if (key !== list || above.length !== depth || (depth > 0 && above[0] !== 'parts')) continue;
    const [, name, architecture, version] = NOTED.exec(value) ?? [];
    if (name === undefined || version === undefined) continue;
    noted.set(`${name} ${architecture ?? ''}`, {
      name,
      version,
      ...(architecture === undefined ? {} : { architecture }),
    });
  }
  return noted;
}

function listedIn(text: string): Noted {
  const noted: Noted = new Map();
  for (const line of text.split('\n')) {
    const [, name, version, architecture] = LISTED.exec(line) ?? [];
    if (name === undefined || version === undefined) continue;
    noted.set(`${name} ${name === 'base-files' ? '' : architecture}`, { name, version, architecture: architecture! });
  }
  return noted;
}
