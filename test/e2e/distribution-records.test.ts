import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localDocument } from '../../src/advisories/feeds/index.ts';
import { osv } from '../../src/advisories/feeds/osv.ts';
import { memoryStore } from '../../src/advisories/store/index.ts';
import { rpm } from '../../src/ecosystems/system-types.ts';
import { match } from '../../src/matching/match.ts';
import { streamOf } from '../../src/matching/modules.ts';
import type { Package, Statement } from '../../src/model.ts';
import { compareDeb } from '../../src/versions/deb.ts';
import { compareRpm } from '../../src/versions/rpm.ts';
import { feeds, titled } from './machine.ts';

/** Every module bulletin of AlmaLinux and every statement of Ubuntu Pro, held to what the records themselves say. */

const archiveOf = (name: string): string => join(feeds, 'osv', name, 'all.zip');
const missing = (name: string): string | undefined =>
  existsSync(archiveOf(name))
    ? undefined
    : `no feeds beside the checkout (${join('..', 'shared', 'feeds', 'osv', name)})`;

interface Affected {
  readonly package?: { readonly ecosystem: string; readonly name: string };
  readonly ranges?: readonly { readonly events: readonly Readonly<Record<string, string>>[] }[];
  readonly versions?: readonly string[];
}
interface OsvRecord {
  readonly id: string;
  readonly summary?: string;
  readonly affected?: readonly Affected[];
}

async function* records(name: string): AsyncGenerator<OsvRecord> {
  for await (const file of localDocument(name, archiveOf(name)).files())
    if (file.name.endsWith('.json')) yield JSON.parse(file.read().toString('utf8')) as OsvRecord;
}

/** Statements by namespace and package, one for each vulnerability, as a database would hold them. */
async function statements(name: string): Promise<ReadonlyMap<string, readonly Statement[]>> {
  const actual = new Map<string, Statement[]>();
  for await (const item of osv.parse(localDocument(`osv/${name}`, archiveOf(name)))) {
    if (item.kind !== 'statement') continue;
    const { vulnerabilities, ...statement } = item.statement;
    const key = `${statement.namespace} ${statement.package}`;
    const all = actual.get(key) ?? [];
    actual.set(key, all);
    for (const id of vulnerabilities ?? [statement.id]) all.push({ ...statement, id, aliases: [], ratings: [] });
  }
  return actual;
}

const fixedOf = ({ ranges = [] }: Affected): readonly string[] =>
  ranges.flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? []));

it.skipIf(missing('AlmaLinux') !== undefined)(
  titled('every module bulletin of AlmaLinux concerns its own stream, and no other', missing('AlmaLinux')),
  { timeout: 600_000 },
  async () => {
    const all = await statements('AlmaLinux');
    const wrong: string[] = [];
    let builds = 0;
    let bulletins = 0;
    let untold = 0;
    for await (const { id, summary = '', affected = [] } of records('AlmaLinux')) {
      if (!id.startsWith('ALSA-')) continue;
      // `Important: nodejs:18 security update`: one stream, told in plain words.
      const stream = /^[A-Z][a-z]+: ([a-z0-9-]+:[\w.]+) security\b/.exec(summary)?.[1];
      const fixed = new Map<string, string[]>();
      for (const entry of affected) {
        const key = `${entry.package?.ecosystem} ${entry.package?.name}`;
        fixed.set(key, [...(fixed.get(key) ?? []), ...fixedOf(entry).filter((version) => version.includes('module'))]);
      }
      if (stream === undefined || [...fixed.values()].every((versions) => versions.length === 0)) continue;
      bulletins += 1;
      for (const [key, versions] of fixed) {
        if (versions.length === 0) continue;
        const said = all.get(key) ?? [];
        const name = key.slice(key.indexOf(' ') + 1);
        const bulletin = said.filter((statement) => statement.bulletin === id);
        const hit = (version: string, label?: string): boolean =>
          match(
            [
              {
                type: 'rpm',
                name,
                version,
                namespace: key.slice(0, key.indexOf(' ')),
                purl: '',
                evidence: [],
                ...(label === undefined ? {} : { properties: { modularity: `${label}:8000020200101000000:abcdef01` } }),
              },
            ],
            memoryStore({ statements: bulletin }),
          ).findings.length > 0;
        const expected = (what: string, is: boolean, should: boolean) => {
          builds += 1;
          if (is !== should) wrong.push(`${id} ${key} ${what}: ${is}`);
        };
        const lowest = [...versions].sort(compareRpm)[0]!;
        const older = `0~0-0${/\.module[_+]el\d+/.exec(lowest)?.[0]}+1+abcdef01`;
        for (const version of versions) expected(`${version}, which has the fix`, hit(version, stream), false);
        expected(`${older} of ${stream}`, hit(older, stream), bulletin.length > 0);
        expected(`${older} of another stream`, hit(older, 'other:1'), false);
        expected('0.0.1-1.el8, of no module', hit('0.0.1-1.el8'), false);
        // Without a label the module build itself tells the stream.
        for (const version of versions) {
          const told = streamOf(version, said, rpm.moduleBuild!);
          if (told === undefined) untold += 1;
          else if (told !== stream) wrong.push(`${id} ${key} ${version} is told to be of ${told}, not of ${stream}`);
        }
      }
    }
    console.log(
      `${bulletins} bulletins, ${builds} builds judged, ${wrong.length} wrong; ${untold} builds tell no stream without a label`,
    );
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(bulletins).toBeGreaterThan(300);
  },
);

it.skipIf(missing('Ubuntu') !== undefined)(
  titled(
    'every statement of Ubuntu Pro is heard: on ordinary builds, on those of subscribers and on FIPS builds',
    missing('Ubuntu'),
  ),
  { timeout: 600_000 },
  async () => {
    const all = await statements('Ubuntu');
    const wrong: string[] = [];
    let judged = 0;
    let heard = 0;
    for await (const { id, affected = [] } of records('Ubuntu')) {
      const cve = /^UBUNTU-(CVE-.+)$/.exec(id)?.[1];
      if (cve === undefined) continue;
      for (const entry of affected) {
        const kind = /^Ubuntu:Pro:(?:(FIPS[\w-]*):)?(\d\d\.\d\d.*)$/.exec(entry.package?.ecosystem ?? '');
        if (kind === null) continue;
        heard += 1;
        const [, fips, release] = kind;
        const name = entry.package!.name;
        const namespaces = [`Ubuntu:${release}`, `Ubuntu:Pro:${release}`];
        const special = ['FIPS', 'FIPS-updates', 'FIPS-preview'].map((entry) => `Ubuntu:Pro:${entry}:${release}`);
        const statements = [...namespaces, ...special].flatMap((namespace) =>
          (all.get(`${namespace} ${name}`) ?? []).filter((said) => said.id === cve),
        );
        const deb = (version: string): Package => ({
          type: 'deb',
          name,
          version,
          namespace: `Ubuntu:${release}`,
          purl: '',
          evidence: [],
        });
        const resultOf = (version: string) => match([deb(version)], memoryStore({ statements })).findings;
        /** Whether a statement that can decide on this version says that it has the fix. */
        const isFixed = (version: string): boolean => {
          const isFips = /fips/i.test(version);
          const speaking = statements.filter(({ namespace }) => namespace.includes('FIPS') === isFips);
          return speaking.some(
            ({ state, ranges }) =>
              state === 'not-affected' ||
              ranges.some((range) => range.fixed !== undefined && compareDeb(version, range.fixed) >= 0),
          );
        };
        const fixed = fixedOf(entry);
        // What is filed with FIPS and carries no such mark is an ordinary build under another heading.
        for (const version of [...(entry.versions ?? []).slice(-40), ...fixed]) {
          if (fips !== undefined && !/fips/i.test(version)) continue;
          judged += 1;
          const should = !isFixed(version);
          const findings = resultOf(version);
          if (findings.length > 0 !== should)
            wrong.push(`${id} ${entry.package?.ecosystem} ${name} ${version}: ${findings.length}`);
          const fix = findings[0]?.fix;
          const free = statements.some(
            ({ namespace, ranges }) =>
              namespace === `Ubuntu:${release}` && ranges.some((range) => range.fixed !== undefined),
          );
          if (should && fixed.length > 0 && !free && fix?.state !== 'subscription')
            wrong.push(`${id} ${name} ${version}: the fix is ${JSON.stringify(fix)}`);
        }
      }
    }
    console.log(`${heard} statements of Ubuntu Pro, ${judged} builds judged, ${wrong.length} wrong`);
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(judged).toBeGreaterThan(4_500);
  },
);
