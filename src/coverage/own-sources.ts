import { distributionOf, isSystemType } from '../ecosystems/index.ts';
import { supportOf } from '../ecosystems/support.ts';
import { withoutEnd } from '../formats/ends.ts';
import type { Finding, OperatingSystem, Package, PackageSource } from '../model.ts';

/** What the sources that an image itself names can have, as far as that is known without asking them. */
export interface OwnSources {
  /** `its package sources stand still at 2022-08-01`; empty: nothing is known that keeps a fix from being there. */
  readonly words: string;
  /** True: they name nothing that packages could come from over a network. */
  readonly none: boolean;
  /** The line for apt that names the archive of fixes, where they do not and it is known what it would be. */
  readonly missing?: string;
  /** Why this fix is not offered by them; undefined where it may be. */
  refuses(finding: Finding): string | undefined;
  /** Why nobody can tell without asking whether they offer this fix, of those that are not refused; undefined: as far as is known they do. */
  doubts(finding: Finding): string | undefined;
}

/** Package managers of operating systems. */
const SYSTEM_MANAGERS: ReadonlySet<PackageSource['manager']> = new Set(['apt', 'apk', 'rpm']);

/** Suites in which fixes come as they come: nothing is published beside them. */
const ROLLING = /^(?:sid|unstable|testing|experimental|rolling|devel)\b/;

/**
 * The judgement of an image's own package sources: whether they name the archive that fixes come from, and whether they stand still at
 * a day. Undefined where nobody looked for them. `asked`: the day that is asked about, ISO 8601.
 */
export function ownSources(
  sources: readonly PackageSource[] | undefined,
  os: OperatingSystem | undefined,
  packages: readonly Package[] = [],
  asked: string = new Date().toISOString(),
): OwnSources | undefined {
  if (sources === undefined) return undefined;
  const used = sources.filter(
    ({ manager, label, address }) =>
      SYSTEM_MANAGERS.has(manager) && label !== '$releasever' && /^(?:[a-z+]*https?|ftp):|\$|^mirror/.test(address),
  );
  if (used.length === 0)
    return { words: '', none: true, refuses: () => undefined, doubts: () => 'the image names no package sources' };
  const day = frozenAt(used) ?? lockedAt(sources, os, packages);
  const lacking = lacksSecurity(used, os);
  const foreign = ofAnotherRelease(used, os);
  const words = [
    ...(day === undefined ? [] : [`stand still at ${day}`]),
    ...(lacking ? ['name no security archive'] : []),
    ...(foreign === undefined ? [] : [foreign]),
  ].join(' and ');
  const refuses: OwnSources['refuses'] = (finding) => {
    if (day !== undefined && cameAfter(finding, day))
      return `its package sources stand still at ${day}, and the fix is younger`;
    if (lacking && fromSecurityAlone(finding, os))
      return 'its package sources name no security archive, and the fix came there alone';
    return undefined;
  };
  const missing = lacking ? securityLine(used, os) : undefined;
  return {
    words: words === '' ? '' : `its package sources ${words}`,
    none: false,
    ...(missing === undefined ? {} : { missing }),
    refuses,
    doubts(finding) {
      if (refuses(finding) !== undefined) return undefined;
      if (foreign !== undefined) return `its package sources ${foreign}`;
      if (day !== undefined && fixDays(finding).length === 0)
        return `its package sources stand still at ${day}, and nobody says when the fix came`;
      if (lacking && !cameToRelease(finding, os, asked))
        return 'its package sources name no security archive, and nobody says whether the fix came to the release itself';
      return undefined;
    },
  };
}

/** `deb http://mirror.example/debian-security bullseye-security main`: at the mirror that the release itself comes from. */
function securityLine(sources: readonly PackageSource[], os: OperatingSystem | undefined): string | undefined {
  const archive = os && distributionOf(os)?.system?.securitySuite?.(os);
  const mirror = sources.find(({ manager, address }) => manager === 'apt' && /^https?:/.test(address))?.address;
  if (archive === undefined || mirror === undefined) return undefined;
  const { suite, folder } = archive;
  const address = withoutEnd(mirror, '/');
  const place = folder === undefined ? address : `${address.slice(0, address.lastIndexOf('/'))}/${folder}`;
  return `deb ${place} ${suite} main`;
}

/** The youngest day of snapshots, where all are. */
function frozenAt(sources: readonly PackageSource[]): string | undefined {
  const days = sources.flatMap(({ frozen }) => frozen ?? []);
  return days.length === sources.length ? days.sort().at(-1) : undefined;
}

/**
 * Amazon Linux 2023 keeps to the release that its own package is of (`2023.3.20240108`) until it is told another.
 * https://docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades.html
 */
function lockedAt(
  sources: readonly PackageSource[],
  os: OperatingSystem | undefined,
  packages: readonly Package[],
): string | undefined {
  if (
    distributionOf(os)?.system?.lockedRelease !== true ||
    !sources.some(({ address }) => /\$\{?releasever\b/.test(address))
  )
    return undefined;
  const told = sources.find(({ label }) => label === '$releasever')?.address;
  const release = told ?? packages.find(({ type, name }) => isSystemType(type) && name === 'system-release')?.version;
  const day = /^20\d\d\.\d+\.(20\d\d)(\d\d)(\d\d)/.exec(release ?? '');
  return day ? `${day[1]}-${day[2]}-${day[3]}` : undefined;
}

/** Whether the archive is missing that a distribution's fixes come from. Suites of a mirror may be called otherwise: its address counts too. */
function lacksSecurity(
  sources: readonly Pick<PackageSource, 'label' | 'address'>[],
  os: OperatingSystem | undefined,
): boolean {
  const said = distributionOf(os)?.system?.securityArchive;
  const archive = typeof said === 'function' && os !== undefined ? said(os) : said;
  if (!(archive instanceof RegExp) || sources.length === 0) return false;
  return !sources.some(({ label, address }) => archive.test(label) || archive.test(address) || ROLLING.test(label));
}

/**
 * Where sources are of some release and none of the image's own: `are those of v3.15, and the image is v3.18`. An older release may
 * have the fix, in versions of its own; a newer one brings more than a fix.
 */
function ofAnotherRelease(
  sources: readonly Pick<PackageSource, 'label' | 'address'>[],
  os: OperatingSystem | undefined,
): string | undefined {
  const { sourceRelease, ownRelease } = distributionOf(os)?.system ?? {};
  const own = os && ownRelease?.(os);
  if (own === undefined || sourceRelease === undefined) return undefined;
  const releases = sources.flatMap((source) => sourceRelease(source) ?? []);
  if (releases.length === 0 || releases.includes(own)) return undefined;
  return `are those of ${[...new Set(releases)].join(' and ')}, and the image is ${own}`;
}

/** Whether a fix is known to be younger than a day: by its publisher's date, else because nobody had heard of the flaw. */
function cameAfter(finding: Finding, day: string): boolean {
  const dates = fixDays(finding);
  if (dates.length > 0) return dates.every((date) => date > day);
  return (heardOf(finding) ?? '').slice(0, 10) > day;
}

/**
 * When the world heard of a flaw; undefined where nothing but the day of a younger record is known: databases took in CVEs of earlier
 * years long after, under the day on which they did.
 */
function heardOf({ id, published, publishedByNvd }: Finding): string | undefined {
  const year = /^CVE-(\d{4})-/.exec(id)?.[1];
  const isOlder = publishedByNvd === undefined && year !== undefined && (published ?? '').slice(0, 4) > year;
  return isOlder ? undefined : published;
}

/** The days on which its publisher brought out the fix, as far as that is said. */
const fixDays = ({ statements }: Pick<Finding, 'statements'>): string[] =>
  statements.flatMap(({ fixDate }) => fixDate ?? []).map((date) => date.slice(0, 10));

/**
 * Whether a fix is known to have come to the release itself: announced by a bulletin of the regular support, whose fixes the next point
 * release takes over, and long enough ago for that.
 */
function cameToRelease({ statements }: Finding, os: OperatingSystem | undefined, asked: string): boolean {
  const bulletins = distributionOf(os)?.system?.neverInRelease;
  if (!(bulletins instanceof RegExp)) return false;
  return statements.some(
    ({ bulletin, fixDate }) =>
      bulletin !== undefined &&
      !bulletins.test(bulletin) &&
      fixDate !== undefined &&
      daysBetween(fixDate, asked) > POINT_RELEASE_DAYS,
  );
}

/** Point releases follow each other every two to three months, and now and then later. https://wiki.debian.org/DebianReleases/PointReleases */
const POINT_RELEASE_DAYS = 180;

/**
 * What comes from an archive of fixes and nowhere else: those of Debian's long-term support, told by their bulletins or by being of a flaw
 * that nobody had heard of when the last point release was made, and all fixes of a release that never changes otherwise.
 */
function fromSecurityAlone(finding: Finding, os: OperatingSystem | undefined): boolean {
  const { statements } = finding;
  const bulletins = distributionOf(os)?.system?.neverInRelease;
  if (bulletins === undefined || os === undefined) return false;
  if (bulletins === 'all') return true;
  const named = statements.flatMap(({ bulletin }) => bulletin ?? []);
  if (named.length > 0) return named.every((name) => bulletins.test(name));
  const last = supportOf(os)?.standard;
  const published = heardOf(finding);
  return last !== undefined && published !== undefined && daysBetween(last, published) > LAST_POINT_RELEASE_DAYS;
}

/** A last point release follows the end of the regular support within weeks. https://wiki.debian.org/DebianReleases/PointReleases */
const LAST_POINT_RELEASE_DAYS = 90;
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;
