import { rpmDatabaseKind } from '../../formats/databases/index.ts';
import { LIMITS } from '../../limits.ts';
import { type Analyzer, analyzer, type Fact, unknown } from '../analyzer.ts';
import { apkInstalled } from './apk.ts';
import { dpkg } from './dpkg.ts';
import { rpmDatabase } from './rpm.ts';

/** Where the analyzers of databases look themselves. */
const IN_PLACE =
  /(?:^|\/)(?:var\/lib\/dpkg\/status(?:-old|\.d\/[^/]+)?|var\/backups\/dpkg\.status\.0|lib\/apk\/db\/installed)$/;
const RPM_IN_PLACE =
  /(?:^|\/)(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/(?:Packages|Packages\.db|rpmdb\.sqlite)$/;
/** rpm writes pages of 4,096 bytes in each of its formats. */
const LEAST_OF_RPM = 4096;
const DPKG = /^Package: [a-z0-9][a-z0-9+.-]{0,200}\nStatus: \w+ ok installed\n/;
const APK = /^C:Q1[\w+/=]{20,60}\nP:[\w.+-]{1,200}\nV:/;

/** What a database says from where no package manager looks for it. */
function* traced(facts: Iterable<Fact>): Generator<Fact> {
  for (const fact of facts) if (fact.kind === undefined) yield { ...fact, certainty: 'content', recovered: 'trace' };
}

/** A database of dpkg or apk that lies where neither looks for it: moved away, or kept by somebody. Known by its first lines. */
export const movedDatabases: Analyzer = analyzer({
  name: 'moved-databases',
  version: 1,
  begins: 'PC',
  magic: (head, { path }) => {
    const text = head[0] === 0x50 || head[0] === 0x43 ? head.toString('latin1') : '';
    return (DPKG.test(text) || APK.test(text)) && !IN_PLACE.test(path);
  },
  maxBytes: 32 * 1024 * 1024,
  *read(file) {
    yield* traced((file.bytes[0] === 0x50 ? dpkg : apkInstalled).read!(file));
  },
});

/**
 * rpm's database in any of its formats under whatever name: `rpm --dbpath` puts it anywhere. Most databases of these formats are somebody
 * else's: one of SQLite is kept only where rpm's table is among the first that were made (type, name and table stand in a row there), others
 * only where headers are in them.
 * https://rpm.org/docs/latest/man/rpm.8
 */
export const movedRpmDatabases: Analyzer = analyzer({
  name: 'moved-rpm-databases',
  version: 1,
  leastBytes: LEAST_OF_RPM,
  magic: (head, { path }) => rpmDatabaseKind(head) !== undefined && !RPM_IN_PLACE.test(path),
  stream(entry) {
    const parts: Buffer[] = [];
    let size = 0;
    let isStrange = entry.size > LIMITS.rpmDatabaseBytes;
    const looked = (): boolean =>
      rpmDatabaseKind(parts[0]!) !== 'sqlite' || Buffer.concat(parts).includes('tablePackagesPackages');
    let isKnown = false;
    return {
      push(chunk) {
        if (isStrange) return Number.POSITIVE_INFINITY;
        parts.push(Buffer.from(chunk));
        size += chunk.length;
        if (isKnown || size < Math.min(LIMITS.schemaBytes, entry.size)) return 0;
        isKnown = looked();
        isStrange = !isKnown;
        return isStrange ? Number.POSITIVE_INFINITY : 0;
      },
      *end() {
        if (isStrange || !isKnown) return;
        const bytes = Buffer.concat(parts);
        const { path } = entry;
        try {
          yield* traced(rpmDatabase.read!({ path, entry, bytes, text: () => '' }));
        } catch (error) {
          // Berkeley DB has many users, of whom none writes headers; SQLite was recognised.
          if (rpmDatabaseKind(bytes) === 'sqlite')
            yield unknown(error instanceof Error ? error.message : String(error));
        }
      },
    };
  },
});
