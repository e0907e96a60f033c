import { isSqlite, sqlite } from '../../formats/databases/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type PackageFact } from '../analyzer.ts';

/**
 * `2023-05-01T10:00:00+0000 SUBDEBUG Installed: openssl-libs-1:3.0.7-6.el9.x86_64` (dnf),
 * `May 01 10:00:00 Installed: 1:openssl-libs-1.0.2k-19.el7.x86_64` (yum).
 */
const LOGGED =
  /^.{0,60}? (Installed|Upgrade|Upgraded|Updated|Downgraded|Downgrade|Reinstalled|Removed|Erased|Erase|Obsoleted|Cleanup): (?:(\d{1,9}):)?(\S{1,300})\s*$/gm;
/** Of an upgrade, dnf logs the old package as `Upgraded` and the new one as `Upgrade`; yum the new one as `Updated`. */
const CAME = new Set(['Installed', 'Upgrade', 'Updated', 'Downgrade', 'Reinstalled']);

/** What dnf and yum log of what they did. Packages of the base image came before there was a log. */
export const rpmLogs = analyzer({
  name: 'rpm-logs',
  version: 2,
  files: ['var/log/dnf.rpm.log', 'var/log/dnf.rpm.log.1', 'var/log/yum.log', 'var/log/yum.log-*'],
  *read(file) {
    const standing = new Map<string, PackageFact>();
    for (const [, action, epoch, text] of file.text().matchAll(LOGGED) as Iterable<(string | undefined)[]>) {
      const fact = nevra(text!, epoch);
      if (fact === undefined) continue;
      if (CAME.has(action!)) standing.set(fact.name, fact);
      else if (standing.get(fact.name)?.version === fact.version) standing.delete(fact.name);
    }
    yield* standing.values();
  },
});

function nevra(text: string, before: string | undefined): PackageFact | undefined {
  const [, name, inside, version, release, architecture] =
    /^(.+)-(?:(\d{1,9}):)?([^-:]+)-([^-]+)\.([a-z]\w+)$/.exec(text) ?? [];
  if (name === undefined || version === undefined || release === undefined) return undefined;
  return installed(name, evr(Number(inside ?? before ?? 0), version, release), architecture);
}

const evr = (epoch: number, version: string, release: string): string =>
  `${epoch > 0 ? `${epoch}:` : ''}${version}-${release}`;

const installed = (name: string, version: string, architecture: string | undefined): PackageFact => ({
  type: 'rpm',
  name,
  version,
  ...(architecture === undefined ? {} : { architecture }),
  certainty: 'name',
  recovered: 'trace',
});

/** Actions after which a package is there. https://github.com/rpm-software-management/libdnf/blob/dnf-4-master/libdnf/transaction/Types.hpp (TransactionItemAction) */
const PRESENT = new Set([1, 2, 6, 9, 11]);
/** Those that take one away, or say what another takes the place of. */
const GONE = new Set([3, 5, 7, 8]);

/**
 * dnf's own history, a SQLite database with every package of every transaction: it names what was installed while rpm's database is gone.
 * https://github.com/rpm-software-management/libdnf/blob/dnf-4-master/libdnf/transaction/sql/create.sql
 */
export const dnfHistory = analyzer({
  name: 'dnf-history',
  version: 1,
  files: ['var/lib/dnf/history.sqlite', 'usr/lib/sysimage/dnf/history.sqlite'],
  maxBytes: LIMITS.rpmDatabaseBytes,
  *read({ bytes }) {
    if (!isSqlite(bytes.subarray(0, LIMITS.magicBytes))) return;
    const database = sqlite(bytes);
    const rowsOf = function* (name: string): Generator<readonly unknown[]> {
      const table = database.tables.find((table) => table.name === name);
      // A primary key of integers stands in the row's number.
      if (table !== undefined)
        for (const { rowid, values } of database.rows(table))
          yield values.map((value, at) => (at === 0 ? (value ?? rowid) : value));
    };
    const items = new Map<number, PackageFact>();
    for (const [id, name, epoch, version, release, architecture] of rowsOf('rpm'))
      if (typeof id === 'number' && typeof name === 'string' && version !== null && release !== null)
        items.set(id, installed(name, evr(Number(epoch ?? 0), String(version), String(release)), String(architecture)));
    const standing = new Map<string, PackageFact>();
    // `trans_item`: id, transaction, item, repository, action.
    for (const [, , item, , action] of rowsOf('trans_item')) {
      const fact = items.get(item as number);
      if (fact === undefined) continue;
      if (PRESENT.has(action as number)) standing.set(fact.name, fact);
      else if (GONE.has(action as number) && standing.get(fact.name)?.version === fact.version)
        standing.delete(fact.name);
    }
    yield* standing.values();
  },
});
