import { type Analyzer, analyzer, type PackageFact } from '../analyzer.ts';
import { apkInstalled } from './apk.ts';
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

/** Where the analyzers of databases look themselves. */
const IN_PLACE =
  /(?:^|\/)(?:var\/lib\/dpkg\/status(?:-old|\.d\/[^/]+)?|var\/backups\/dpkg\.status\.0|lib\/apk\/db\/installed)$/;
const DPKG = /^Package: [a-z0-9][a-z0-9+.-]{0,200}\nStatus: \w+ ok installed\n/;
const APK = /^C:Q1[\w+/=]{20,60}\nP:[\w.+-]{1,200}\nV:/;

/** A database that lies where no package manager looks for it: moved away, or kept by somebody. Known by its first lines. */
export const movedDatabases = analyzer({
  name: 'moved-databases',
  version: 1,
  magic: (head, { path }) => {
    const text = head[0] === 0x50 || head[0] === 0x43 ? head.toString('latin1') : '';
    return (DPKG.test(text) || APK.test(text)) && !IN_PLACE.test(path);
  },
  maxBytes: 32 * 1024 * 1024,
  *read(file) {
    for (const fact of (file.bytes[0] === 0x50 ? dpkg : apkInstalled).read!(file))
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
  version: 1,
  files: ['var/log/dpkg.log'],
  *read(file) {
    const standing = new Map<string, PackageFact>();
    for (const [, state, name, architecture, version] of file.text().matchAll(LOGGED) as Iterable<string[]>)
      if (state === 'installed') standing.set(name!, installed(name!, version!, architecture));
      else standing.delete(name!);
    yield* standing.values();
  },
});

/** `Install: libssl1.1:amd64 (1.1.1n-0+deb11u4, automatic)`, `Upgrade: zlib1g:amd64 (1:1.2.11, 1:1.2.12)`. */
const ACTION = /^(Install|Upgrade|Downgrade|Reinstall|Remove|Purge): (.*)$/gm;
const ACTED = /([a-z0-9][a-z0-9+.-]{0,200})(?::([a-z0-9]+))? \(([^()]{1,400})\)/g;

/** apt's own log of the same, which images keep where they empty dpkg's. https://manpages.debian.org/apt.conf.5 (Dir::Log::History) */
export const aptHistory = analyzer({
  name: 'apt-history',
  version: 1,
  files: ['var/log/apt/history.log'],
  *read(file) {
    const standing = new Map<string, PackageFact>();
    for (const [, action, those] of file.text().matchAll(ACTION) as Iterable<string[]>)
      for (const [, name, architecture, text] of those!.matchAll(ACTED) as Iterable<string[]>) {
        const versions = text!.split(', ').filter((word) => word !== 'automatic');
        if (action === 'Remove' || action === 'Purge') standing.delete(name!);
        else if (versions.length > 0) standing.set(name!, installed(name!, versions.at(-1)!, architecture));
      }
    yield* standing.values();
  },
});

const installed = (name: string, version: string, architecture: string | undefined): PackageFact => ({
  type: 'deb',
  name,
  version,
  ...(architecture === undefined ? {} : { architecture }),
  certainty: 'name',
  recovered: 'trace',
});
