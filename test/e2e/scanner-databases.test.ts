import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { debianTracker } from '../../src/advisories/feeds/debian-tracker.ts';
import type { Feed, FeedStatement } from '../../src/advisories/feeds/feed.ts';
import { grypeDb } from '../../src/advisories/feeds/grype-db.ts';
import { localDocument, readBounds } from '../../src/advisories/feeds/index.ts';
import { osv } from '../../src/advisories/feeds/osv.ts';
import { trivyDb } from '../../src/advisories/feeds/trivy-db.ts';
import { ecosystemNamed } from '../../src/ecosystems/index.ts';
import { judge } from '../../src/matching/judge.ts';
import type { Statement } from '../../src/model.ts';
import { scratch, titled } from './machine.ts';
import { noPeers, peerFolders, writePeerDatabases } from './real-peers.ts';

/**
 * Databases that Grype's and Trivy's own libraries wrote (`real-peers.ts`), from the feeds that Plimsoll reads: what is read out of them says
 * the same as the publishers.
 */

const { data, grype, trivy } = peerFolders;

interface Read {
  readonly statements: readonly FeedStatement[];
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

async function read(feed: Feed, name: string, path: string): Promise<Read> {
  const temporary = scratch();
  try {
    const statements: FeedStatement[] = [];
    const aliases = new Map<string, readonly string[]>();
    for await (const item of feed.parse(localDocument(name, path, temporary.path))) {
      if (item.kind === 'statement') statements.push(item.statement);
      if (item.kind === 'record' && item.record.aliases) aliases.set(item.record.id, item.record.aliases);
    }
    return { statements, aliases };
  } finally {
    temporary.remove();
  }
}

const keyOf = (statement: FeedStatement, id: string): string => `${statement.namespace} ${statement.package} ${id}`;
const idsOf = (statement: FeedStatement): readonly string[] => statement.vulnerabilities ?? [statement.id];

/** What is said of each vulnerability of each package in Debian. */
function words(statements: readonly FeedStatement[]): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  for (const statement of statements) {
    if (
      !/^Debian:1[0-2]$/.test(statement.namespace) ||
      statement.state === 'not-affected' ||
      statement.state === 'undetermined'
    )
      continue;
    const fixed = statement.ranges.find((range) => range.fixed !== undefined)?.fixed;
    for (const id of idsOf(statement)) said.set(keyOf(statement, id), fixed ?? 'open');
  }
  return said;
}

/** Statements as a database holds them, with what counts as a version; by package. */
function byPackage(statements: readonly FeedStatement[], namespace: string): ReadonlyMap<string, readonly Statement[]> {
  const by = new Map<string, Statement[]>();
  for (const read of statements) {
    const statement = read.namespace === namespace ? readBounds(read).statement : undefined;
    if (statement === undefined) continue;
    const name = ecosystemNamed(namespace)!.normalize(statement.package);
    const list = by.get(name) ?? [];
    list.push({ ratings: [], ...statement, aliases: [] });
    by.set(name, list);
  }
  return by;
}

for (const [feed, name, path] of [
  [grypeDb, 'grype-db', join(grype, '6/vulnerability.db')],
  [trivyDb, 'trivy-db', join(trivy, 'db/trivy.db')],
] as const) {
  describe.skipIf(noPeers !== undefined)(titled(name, noPeers), () => {
    let theirs: readonly FeedStatement[] = [];
    beforeAll(async () => {
      await writePeerDatabases();
      theirs = (await read(feed, name, path)).statements;
    }, 1_800_000);

    it('says of Debian what the tracker says', async () => {
      const ours = words(
        (await read(debianTracker, 'debian/tracker', join(data, 'feeds/debian/tracker.json'))).statements,
      );
      const said = words(theirs);
      expect(ours.size).toBeGreaterThan(10_000);
      // Trivy's builder leaves some out of what it was given, and files what no release is named for under each of them.
      expect([...ours.keys()].filter((key) => !said.has(key)).length).toBeLessThan(ours.size / 200);
      expect([...said].filter(([key, word]) => !ours.has(key) && word !== 'open')).toEqual([]);
      // A fix that waits for the next point release is open to the tracker, and fixed to Grype.
      const other = [...ours].filter(([key, word]) => said.has(key) && said.get(key) !== word);
      expect(other.filter(([, word]) => word !== 'open')).toEqual([]);
      expect(other.length).toBeLessThan(10);
    });

    it('says of every version that records of PyPI name what the records say', async () => {
      const { statements, aliases } = await read(osv, 'osv/PyPI', join(data, 'feeds/osv/PyPI/all.zip'));
      const rules = ecosystemNamed('PyPI')!;
      const filedBy = byPackage(theirs, 'PyPI');
      const wrong: string[] = [];
      let asked = 0;
      for (const [name, own] of byPackage(statements, 'PyPI')) {
        for (const entry of own.filter(({ id, withdrawn }) => id.startsWith('GHSA-') && withdrawn === undefined)) {
          const same = own.filter(({ id }) => id === entry.id);
          const ids = new Set([entry.id, ...(aliases.get(entry.id) ?? [])]);
          const filed = (filedBy.get(name) ?? []).filter(({ id }) => ids.has(id));
          const bounds = entry.ranges.flatMap((range) => [range.introduced, range.fixed, range.lastAffected]);
          for (const version of new Set([...bounds, ...(entry.versions ?? []).slice(0, 30)])) {
            if (version === undefined || !rules.isVersion(version)) continue;
            asked += 1;
            const said = filed.some((statement) => judge(statement, version, rules).affected);
            const told = same.some((statement) => judge(statement, version, rules).affected);
            // What a record only lists, and no range holds, is lost where a database is made of ranges.
            const ranged = same.some(
              ({ versions: _, ...rest }) => rest.ranges.length > 0 && judge(rest, version, rules).affected,
            );
            if (said !== told && said !== ranged) wrong.push(`${name} ${entry.id} ${version}: ${said}, not ${told}`);
          }
        }
      }
      expect(asked).toBeGreaterThan(5_000);
      // Of several `last_affected` without an order Trivy's builder keeps the last one: that is lost, not misread.
      expect(wrong.length, wrong.slice(0, 30).join('\n')).toBeLessThanOrEqual(asked / 1_000);
    });
  });
}
