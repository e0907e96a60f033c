import { gunzipSync } from 'node:zlib';
import { LIMITS } from '../../limits.ts';
import { type AnalyzedFile, type Analyzer, analyzer, type PackageFact } from '../analyzer.ts';
import { dpkg } from './dpkg.ts';

/**
 * The copies of its database that dpkg makes before it writes a new one, and that Debian's daily job keeps. Heard only where no database
 * lists the package (`hiding/unlisted/`). https://manpages.debian.org/dpkg.1 (Files)
 */
export const dpkgCopies: Analyzer = analyzer({
  name: 'dpkg-copies',
  version: 1,
  files: ['var/lib/dpkg/status-old', 'var/backups/dpkg.status.0'],
  maxBytes: 32 * 1024 * 1024,
  *read(file) {
    for (const fact of dpkg.read!(file))
      if (fact.kind === undefined) yield { ...fact, certainty: 'content', recovered: 'trace' };
  },
});

const LOGGED =
  /^\S+ \S+ status (installed|not-installed|config-files) ([a-z0-9][a-z0-9+.-]{0,200})(?::([a-z0-9]+))? (\S{1,200})$/gm;

/**
 * dpkg's log: the last state of each package. It does not name the source.
 * https://manpages.debian.org/dpkg.cfg.5
 */
export const dpkgLog = analyzer({
  name: 'dpkg-log',
  version: 2,
  files: ['var/log/dpkg.log', 'var/log/dpkg.log.1'],
  *read(file) {
    const standing = new Map<string, PackageFact>();
    for (const [, state, name, architecture, version] of file.text().matchAll(LOGGED) as Iterable<string[]>)
      if (state === 'installed') standing.set(name!, loggedDeb(name!, version!, architecture));
      else standing.delete(name!);
    yield* standing.values();
  },
});

/** A log, or the one before it, which logrotate compresses. https://manpages.debian.org/logrotate.8 */
const textOf = ({ path, bytes }: AnalyzedFile): string =>
  (path.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: LIMITS.unpackedLogBytes }) : bytes).toString('utf8');

/** `Install: libssl1.1:amd64 (1.1.1n-0+deb11u4, automatic)`, `Upgrade: zlib1g:amd64 (1:1.2.11, 1:1.2.12)`. */
const ACTION = /^(Install|Upgrade|Downgrade|Reinstall|Remove|Purge): (.*)$/gm;
const ACTED = /([a-z0-9][a-z0-9+.-]{0,200})(?::([a-z0-9]+))? \(([^()]{1,400})\)/g;

/** apt's own log of the same, which images keep where they empty dpkg's. https://manpages.debian.org/apt.conf.5 (Dir::Log::History) */
export const aptHistory = analyzer({
  name: 'apt-history',
  version: 2,
  files: ['var/log/apt/history.log', 'var/log/apt/history.log.1.gz'],
  *read(file) {
    const standing = new Map<string, PackageFact>();
    for (const [, action, those] of textOf(file).matchAll(ACTION) as Iterable<string[]>)
      for (const [, name, architecture, text] of those!.matchAll(ACTED) as Iterable<string[]>) {
        const versions = text!.split(', ').filter((word) => word !== 'automatic');
        if (action === 'Remove' || action === 'Purge') standing.delete(name!);
        else if (versions.length > 0) standing.set(name!, loggedDeb(name!, versions.at(-1)!, architecture));
      }
    yield* standing.values();
  },
});

/** A package that a log names: its source is not told. */
export const loggedDeb = (name: string, version: string, architecture: string | undefined): PackageFact => ({
  type: 'deb',
  name,
  version,
  ...(architecture === undefined ? {} : { architecture }),
  certainty: 'name',
  recovered: 'trace',
});

/**
 * Which packages asked something when they were installed: debconf keeps their questions, with who asked.
 * https://manpages.debian.org/debconf.conf.5
 */
export const debconfOwners = analyzer({
  name: 'debconf-owners',
  version: 1,
  files: ['var/cache/debconf/config.dat', 'var/cache/debconf/templates.dat'],
  effort: 'scans',
  *read(file) {
    const names = new Set<string>();
    for (const [, owners] of file.text().matchAll(/^Owners: (.{1,2000})$/gm) as Iterable<string[]>)
      for (const owner of owners!.split(', ')) {
        // Questions that several packages share have one of them for an owner, with the question's name behind it.
        const name = /^[a-z0-9][a-z0-9+.-]{0,200}/.exec(owner)?.[0];
        if (name !== undefined && names.size < LIMITS.tracedPackages) names.add(name);
      }
    if (names.size > 0) yield { kind: 'named', type: 'deb', names: [...names].join(' ') };
  },
});
