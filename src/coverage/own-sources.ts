import { distributionOf, isSystemType } from '../ecosystems/index.ts';
import { supportOf } from '../ecosystems/support.ts';
import type { Finding, OperatingSystem, Package, PackageSource } from '../model.ts';

/** What the sources that an image itself names can have, as far as that is known without asking them. */
export interface OwnSources {
  /** `its package sources stand still at 2022-08-01`; empty: nothing is known that keeps a fix from being there. */
  readonly words: string;
  /** True: they name nothing that packages could come from over a network. */
  readonly none: boolean;
  /** Why this fix is not offered by them; undefined where it may be. */
  refuses(finding: Finding): string | undefined;
}

/** Suites in which fixes come as they come: nothing is published beside them. */
const ROLLING = /^(?:sid|unstable|testing|experimental|rolling|devel)\b/;

/**
 * The judgement of an image's own package sources: whether they name the archive that fixes come from, and whether they stand still at
 * a day. Undefined where nobody looked for them.
 */
export function ownSources(
  sources: readonly PackageSource[] | undefined,
  os: OperatingSystem | undefined,
  packages: readonly Package[] = [],
): OwnSources | undefined {
  if (sources === undefined) return undefined;
  const used = sources.filter(
    ({ label, address }) => label !== '$releasever' && /^(?:[a-z+]*https?|ftp):|\$|^mirror/.test(address),
  );
  if (used.length === 0) return { words: '', none: true, refuses: () => undefined };
  const day = frozenAt(used) ?? lockedAt(sources, os, packages);
  const lacking = lacksSecurity(used, os);
  const words = [
    ...(day === undefined ? [] : [`stand still at ${day}`]),
    ...(lacking ? ['name no security archive'] : []),
  ].join(' and ');
  return {
    words: words === '' ? '' : `its package sources ${words}`,
    none: false,
    refuses(finding) {
      if (day !== undefined && cameAfter(finding, day))
        return `its package sources stand still at ${day}, and the fix is younger`;
      if (lacking && fromSecurityAlone(finding, os))
        return 'its package sources name no security archive, and the fix came there alone';
      return undefined;
    },
  };
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
  const archive = distributionOf(os)?.system?.securityArchive;
  if (archive === undefined || sources.length === 0) return false;
  return !sources.some(({ label, address }) => archive.test(label) || archive.test(address) || ROLLING.test(label));
}

/** Whether a fix is known to be younger than a day: by its publisher's date, else because nobody had heard of the flaw. */
function cameAfter({ statements, published }: Finding, day: string): boolean {
  const dates = statements.flatMap(({ fixDate }) => fixDate ?? []).map((date) => date.slice(0, 10));
  if (dates.length > 0) return dates.every((date) => date > day);
  return (published ?? '').slice(0, 10) > day;
}

/**
 * What comes from an archive of fixes and nowhere else: those of Debian's long-term support, told by their bulletins or by being of a flaw
 * that nobody had heard of when the last point release was made, and all fixes of a release that never changes otherwise.
 */
function fromSecurityAlone({ statements, published }: Finding, os: OperatingSystem | undefined): boolean {
  const bulletins = distributionOf(os)?.system?.neverInRelease;
  if (bulletins === undefined || os === undefined) return false;
  if (bulletins === 'all') return true;
  const named = statements.flatMap(({ bulletin }) => bulletin ?? []);
  if (named.length > 0) return named.every((name) => bulletins.test(name));
  const last = supportOf(os)?.standard;
  return last !== undefined && published !== undefined && daysBetween(last, published) > LAST_POINT_RELEASE_DAYS;
}

/** A last point release follows the end of the regular support within weeks. https://wiki.debian.org/DebianReleases/PointReleases */
const LAST_POINT_RELEASE_DAYS = 90;
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;
