import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { localDocument, readBounds } from '../../src/advisories/feeds/index.ts';
import { osv } from '../../src/advisories/feeds/osv.ts';
import { pypi } from '../../src/ecosystems/pypi.ts';
import { judge } from '../../src/matching/judge.ts';
import type { Statement } from '../../src/model.ts';
import { isMadeUp } from '../../src/versions/known.ts';
import { feeds, root, titled } from './machine.ts';

/** Every PyPI record, judged by us and by Python's own `packaging` (pypi-records.py), over versions near all that it says. */

const archive = join(feeds, 'osv', 'PyPI', 'all.zip');
const hasPackaging = spawnSync('python3', ['-c', 'import packaging.specifiers'], { stdio: 'ignore' }).status === 0;
const skip = !existsSync(archive)
  ? 'no feeds beside the checkout (../shared/feeds)'
  : hasPackaging
    ? undefined
    : 'python3 has no packaging (pip install packaging)';

interface Line {
  readonly id: string;
  readonly package: string;
  readonly withdrawn: boolean;
  readonly versions: Readonly<Record<string, boolean>>;
}

/** Statements by record and package, as a database would hold them. */
async function statements(): Promise<ReadonlyMap<string, readonly Statement[]>> {
  const actual = new Map<string, Statement[]>();
  for await (const item of osv.parse(localDocument('osv/PyPI', archive))) {
    if (item.kind !== 'statement' || item.statement.namespace !== 'PyPI') continue;
    const { statement } = readBounds(item.statement);
    if (statement === undefined) continue;
    const key = `${statement.bulletin ?? statement.id} ${pypi.normalize(statement.package)}`;
    actual.set(key, [...(actual.get(key) ?? []), { aliases: [], ...statement, ratings: [] }]);
  }
  return actual;
}

it.skipIf(skip !== undefined)(
  titled('every PyPI record means the versions that `packaging` says it means, and no others', skip),
  { timeout: 600_000 },
  async () => {
    const ours = await statements();
    const python = spawn('python3', [join(root, 'test', 'e2e', 'pypi-records.py'), archive], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const wrong: string[] = [];
    let [records, affected, safe] = [0, 0, 0];
    for await (const text of createInterface({ input: python.stdout })) {
      const line = JSON.parse(text) as Line;
      records += 1;
      const said = ours.get(`${line.id} ${pypi.normalize(line.package)}`) ?? [];
      for (const [version, expected] of Object.entries(line.versions)) {
        // What a build made up for want of a version is not compared, on purpose.
        if (isMadeUp(version)) continue;
        const isHit = said.some((statement) => judge(statement, version, pypi).affected);
        if (isHit !== (expected && !line.withdrawn)) wrong.push(`${line.id} ${line.package} ${version}: ${isHit}`);
        else if (isHit) affected += 1;
        else safe += 1;
      }
    }
    console.log(`${records} records: ${affected} versions affected, ${safe} not, ${wrong.length} wrong`);
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(records).toBeGreaterThan(7_000);
  },
);
