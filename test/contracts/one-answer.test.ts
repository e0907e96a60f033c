import '../property-seed.ts';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMoment, storeAsOf } from '../../src/advisories/ratings/as-of.ts';
import { memoryStore, plainStatement } from '../../src/advisories/store/index.ts';
import type { plannedBy } from '../../src/application/fix-judging.ts';
import { scanImage } from '../../src/application/scan-image.ts';
import { compare } from '../../src/compare/compare.ts';
import { explain } from '../../src/compare/explain.ts';
import { DAY, demoStore } from '../../src/demo/advisories.ts';
import { demoImages } from '../../src/demo/images.ts';
import { exposureOf } from '../../src/exposure/index.ts';
import { lookupsOf } from '../../src/inventory/lookups.ts';
import { takeInventory } from '../../src/inventory/take.ts';
import type { Package, Report, Severity, Statement } from '../../src/model.ts';
import { applyExceptions, type Exception } from '../../src/policy/exceptions/index.ts';
import { silent } from '../../src/progress.ts';
import { makePlan } from '../../src/remediate/plan/make-plan.ts';
import { openImage } from '../../src/sources/open.ts';
import { filedStore, readable } from '../filed-world.ts';
import { image, layer } from '../image.ts';
import {
  againstExplainedExceptions,
  againstFix,
  contradictions,
  listening,
  ofScan,
  planning,
  scanned,
} from '../one-answer.ts';
import { ownReport } from '../own-report.ts';
import { deb, wheel } from '../report.ts';
import { exceptionsOn, IDS, SYSTEMS, worlds } from '../worlds.ts';

/*
 * One question, one answer. `scan`, `explain`, `compare` and `fix` judge the same candidates: what one of them says of a
 * vulnerability in a package, the others say too. Held here over real images and over inventories that nobody would make.
 */

describe('scan, explain, compare, fix and exposure give one answer', () => {
  it('of any inventory with packages of every type, and any statements on them', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ os, packages, statements, vulnerabilities }) => {
        const store = memoryStore({ statements, vulnerabilities });
        const { scan, given } = scanned(packages, os, store);
        expect(await contradictions(scan, given, store)).toEqual([]);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 150) },
    );
  });

  it('of each package alone as of all together: what is judged of one is not taken over from another that only looks like it', () => {
    fc.assert(
      fc.property(worlds, ({ os, packages, statements, vulnerabilities }) => {
        const store = memoryStore({ statements, vulnerabilities });
        const findingsOf = (asked: readonly Package[]) => scanned(asked, os, store).scan.findings.map(ofScan);
        const alone = packages.flatMap((pkg) => findingsOf([pkg]));
        expect(findingsOf(packages).toSorted()).toEqual(alone.toSorted());
        const [id = ''] = statements.map((statement) => statement.id);
        const explained = (asked: readonly Package[]) =>
          explain({ id, inventory: { packages: asked, os }, store, lenses: ['trivy'] }).packages.map(inFull);
        expect(explained(packages).toSorted(), id).toEqual(packages.flatMap((pkg) => explained([pkg])).toSorted());
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 200) },
    );
  });

  it('over a database file, where ids are parted once for all packages, and there it is the answer of a store in memory', async () => {
    let findings = 0;
    await fc.assert(
      fc.asyncProperty(worlds, async ({ os, packages, ...said }) => {
        const given = readable(said);
        const store = await filedStore(given);
        try {
          const { scan, given: heard } = scanned(packages, os, store);
          expect(await contradictions(scan, heard, store)).toEqual([]);
          const memory = memoryStore(given);
          for (const { namespace, package: name } of given.statements)
            expect(told(store.statements(namespace, name)), name).toEqual(told(memory.statements(namespace, name)));
          for (const id of IDS) {
            const { aliases, ...known } = store.vulnerability(id) ?? { aliases: [] };
            const { aliases: others, ...knownInMemory } = memory.vulnerability(id) ?? { aliases: [] };
            expect(known, id).toEqual(knownInMemory);
            expect([...aliases].sort(), id).toEqual([...others].sort());
          }
          const inMemory = scanned(packages, os, memory).scan;
          expect(scan.findings.map(ofScan)).toEqual(inMemory.findings.map(ofScan));
          findings += scan.findings.length;
        } finally {
          store.close();
        }
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 40) },
    );
    expect(findings).toBeGreaterThan(20);
  });

  it('over a database file whichever of its documents came first: the same digest means the same answer', async () => {
    let several = 0;
    await fc.assert(
      fc.asyncProperty(worlds, async ({ os, packages, ...said }) => {
        const given = readable(said);
        const answers: unknown[] = [];
        for (const documents of [given.documents, given.documents.toReversed()]) {
          const store = await filedStore({ ...given, documents });
          try {
            const { findings } = scanned(packages, os, store).scan;
            const records = IDS.map((id) => store.vulnerability(id));
            const everywhere = IDS.map((id) => store.statementsById(id).map(plainStatement));
            answers.push({ digest: store.info.digest, findings, records, everywhere });
          } finally {
            store.close();
          }
        }
        expect(answers[1]).toEqual(answers[0]);
        if (given.documents.length > 1) several += 1;
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 40) },
    );
    expect(several, 'worlds of several documents').toBeGreaterThan(10);
  });

  it('of any inventory as of three days: what was published, mended or taken back later is so for all of them', async () => {
    const days = ['2021-06-30', '2022-06-30', '2023-06-30'] as const;
    const day = fc.option(fc.constantFrom('2021-01-01', '2022-01-01', '2023-01-01', '2024-01-01'), { nil: undefined });
    const dates = fc.array(fc.tuple(day, day), { minLength: 1, maxLength: 8 });
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(worlds, dates, async ({ os, packages, statements, vulnerabilities }, dates) => {
        const dated = statements.map((statement, at): Statement => {
          const [published, fixDate] = dates[at % dates.length]!;
          return { ...statement, ...(published && { published }), ...(fixDate && { fixDate }) };
        });
        const whole = memoryStore({ statements: dated, vulnerabilities });
        const told = new Set<string>();
        for (const moment of days) {
          const store = storeAsOf(whole, parseMoment(moment));
          const { scan, given } = scanned(packages, os, store);
          expect(await contradictions(scan, given, store), moment).toEqual([]);
          told.add(JSON.stringify(scan.findings.map(ofScan)));
        }
        if (told.size > 1) changed += 1;
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 60) },
    );
    expect(changed, 'worlds of which the days do not say the same').toBeGreaterThan(5);
  });

  it('with exceptions of files and of two authors of VEX: what is out of the count is in no plan, and explain says whose word that is', async () => {
    const scheme = worlds.chain((world) =>
      fc.record({ world: fc.constant(world), rules: exceptionsOn(world.packages) }),
    );
    const now = new Date(DAY);
    let excepted = 0;
    await fc.assert(
      fc.asyncProperty(scheme, async ({ world: { os, packages, statements, vulnerabilities }, rules }) => {
        const store = memoryStore({ statements, vulnerabilities });
        const except = (report: Report): Report => applyExceptions(report, rules, now);
        const scan = except(scanned(packages, os, store).scan);
        excepted += scan.suppressed?.filter(({ by }) => by.source === 'openvex').length ?? 0;
        expect(await againstFix(scan, store, except)).toEqual([]);
        expect(againstExplainedExceptions(scan, rules, now, store)).toEqual([]);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 100) },
    );
    expect(excepted, 'findings that VEX takes out').toBeGreaterThan(5);
  });

  it('with an exception on what an upgrade does not clear: the upgrade is no trade', async () => {
    const packages = [deb('openssl', '1.1.1n-0+deb11u3')];
    const on = { namespace: 'Debian:11', package: 'openssl', source: 'debian', aliases: [], ratings: [] };
    const store = memoryStore({
      statements: [
        { ...on, id: 'CVE-2024-10001', state: 'fixed', ranges: [{ fixed: '1.1.1n-0+deb11u4' }] },
        { ...on, id: 'CVE-2024-10002', state: 'open', ranges: [] },
      ],
    });
    const rule: Exception = {
      ids: ['CVE-2024-10002'],
      by: { source: 'policy', where: 'plimsoll.yaml:2', status: 'accepted' },
    };
    const except = (report: Report): Report => applyExceptions(report, [rule], new Date(DAY));
    const scan = except(scanned(packages, SYSTEMS[0], store).scan);
    expect(scan.findings.map(({ id }) => id)).toEqual(['CVE-2024-10001']);
    expect(await againstFix(scan, store, except)).toEqual([]);
    const planned = async (how: Parameters<typeof plannedBy>[0]) => (await makePlan(planning(scan, how))).plan;
    expect((await planned({ store, except })).cleared.map(({ id }) => id)).toEqual(['CVE-2024-10001']);
    // Whoever plans without the exception takes the upgrade for a trade.
    expect((await planned({ store })).remaining.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('has CVE-2024-10002 in its place'),
    ]);
  });

  it('where a record that nobody asked about links two statements on a package', async () => {
    const packages = [wheel('six', '1.16.0')];
    const on = { namespace: 'PyPI', package: 'six', state: 'open' as const, ranges: [], source: 'pysec' };
    const rated = (severity: Severity) => [{ source: 'pysec', severity, method: 'text' as const }];
    const store = memoryStore({
      statements: [
        { ...on, id: 'CVE-2024-10001', aliases: [], ratings: rated('LOW') },
        { ...on, id: 'SNYK-X-1', aliases: ['CVE-2024-10001'], ratings: rated('LOW') },
        { ...on, id: 'PYSEC-2024-1', aliases: ['GHSA-aaaa-bbbb-cccc'], ratings: rated('CRITICAL') },
      ],
      vulnerabilities: [{ id: 'GHSA-aaaa-bbbb-cccc', aliases: ['SNYK-X-1'], ratings: [] }],
    });
    const { scan, given } = scanned(packages, SYSTEMS[0], store);
    expect(scan.findings.map(({ id }) => id)).toEqual(['CVE-2024-10001']);
    expect(await contradictions(scan, given, store)).toEqual([]);
  });

  it('of a CVE that was rejected: a finding where the publisher of the package stands by it, and none where it does not', async () => {
    const packages = [wheel('six', '1.16.0'), wheel('pillow', '9.0.0')];
    const on = { namespace: 'PyPI', aliases: [], state: 'open' as const, ranges: [], source: 'pysec', ratings: [] };
    const store = memoryStore({
      statements: [
        { ...on, id: 'CVE-2024-10001', package: 'six' },
        { ...on, id: 'CVE-2024-10002', package: 'pillow', withdrawn: '2024-02-01T00:00:00Z' },
      ],
      vulnerabilities: ['CVE-2024-10001', 'CVE-2024-10002'].map((id) => ({
        id,
        aliases: [],
        ratings: [],
        state: 'rejected' as const,
      })),
    });
    const { scan, given } = scanned(packages, SYSTEMS[0], store);
    expect(scan.findings.map(({ id }) => id)).toEqual(['CVE-2024-10001']);
    expect(await contradictions(scan, given, store, ['CVE-2024-10001', 'CVE-2024-10002'])).toEqual([]);
    const inventory = { packages, os: SYSTEMS[0]! };
    const own = await ownReport(scan);
    const { rows } = compare({ reports: [own, own], inventory, subject: scan.subject, store });
    expect(rows.map(({ id, evidence, evidenceSays }) => [id, evidence, evidenceSays])).toEqual([
      ['CVE-2024-10001', 'confirmed', expect.stringContaining('though the id was rejected')],
    ]);
    expect(explain({ id: 'CVE-2024-10001', inventory, store, lenses: [] }).validity).toBe('rejected');
  });

  it('where packages of one name and version, rated apart, share a row', async () => {
    const installed = (type: string, namespace: string): Package => ({
      ...wheel('six', '1.16.0'),
      type,
      namespace,
      purl: `pkg:${type}/six@1.16.0`,
    });
    const on = {
      id: 'CVE-2024-10001',
      aliases: [],
      package: 'six',
      state: 'open' as const,
      ranges: [],
      source: 'debian',
    };
    const rated = (severity: Severity) => [{ source: 'debian', severity, method: 'text' as const }];
    const store = memoryStore({
      statements: [
        { ...on, namespace: 'Go', ratings: rated('LOW') },
        { ...on, namespace: 'CRAN', ratings: rated('CRITICAL') },
      ],
    });
    const { scan, given } = scanned([installed('golang', 'Go'), installed('cran', 'CRAN')], SYSTEMS[0], store);
    expect(scan.findings.map(({ severity }) => severity).sort()).toEqual(['CRITICAL', 'LOW']);
    expect(await contradictions(scan, given, store)).toEqual([]);
  });

  it("of CVE-2021-3711 in conda's openssl 1.1.1k: explain shows the statement by which scan finds it, and compare calls none of our rows undecidable", async () => {
    // The record of the openssl that Anaconda's base environment had in 2021, and NVD's two entries of that August.
    const about = { name: 'openssl', version: '1.1.1k', build: 'h27cfd23_0', build_number: 0, depends: [], files: [] };
    const looked = image(
      layer({ 'opt/conda/conda-meta/openssl-1.1.1k-h27cfd23_0.json': JSON.stringify(about) }),
      layer({ 'etc/os-release': 'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n' }),
    );
    const { inventory } = await takeInventory(looked, {});
    const entry = (id: string, severity: Severity): Statement => ({
      id,
      source: 'nvd',
      namespace: 'CPE',
      package: 'openssl:openssl',
      aliases: [],
      state: 'open',
      ranges: [{ introduced: '1.1.1', fixed: '1.1.1l' }],
      ratings: [{ source: 'nvd', severity, method: 'CVSS:3.1' }],
    });
    const store = memoryStore({ statements: [entry('CVE-2021-3711', 'CRITICAL'), entry('CVE-2021-3712', 'HIGH')] });
    const { scan, given } = scanned(inventory.packages, inventory.os, store);
    expect(scan.findings.map(({ id, package: { type, version }, fix }) => [id, type, version, fix.version])).toEqual([
      ['CVE-2021-3711', 'conda', '1.1.1k', '1.1.1l'],
      ['CVE-2021-3712', 'conda', '1.1.1k', '1.1.1l'],
    ]);
    const { packages } = explain({ id: 'CVE-2021-3711', inventory, store, lenses: [] });
    expect(packages.map(({ own, statements }) => [own.finding, statements.map(({ id }) => id)])).toEqual([
      [true, ['CVE-2021-3711']],
    ]);
    const own = await ownReport(scan);
    const { rows } = compare({ reports: [own, own], inventory, subject: scan.subject, store });
    expect(rows.map(({ id, evidence }) => [id, evidence])).toEqual([
      ['CVE-2021-3711', 'confirmed'],
      ['CVE-2021-3712', 'confirmed'],
    ]);
    expect(await contradictions(scan, given, store)).toEqual([]);
  });

  it('of python:3.9.16 as the demonstration has it', async () => {
    const store = demoStore();
    const heard = listening(store);
    const scan = await scanImage(demoImages().published, { store: heard.store, now: new Date(DAY) });
    const ids = [...new Set(scan.findings.map(({ id }) => id))].filter((_, index) => index % 4 === 0);
    expect(ids.length).toBeGreaterThan(5);
    expect(await contradictions(scan, heard.given, store, ids)).toEqual([]);
  });

  it('of what a container of it can load: a finding in a scan, its package, and the command of that name', async () => {
    const [scanned, looked] = [demoImages().published, demoImages().published];
    const { packages, findings, start } = await scanImage(scanned, { store: demoStore(), now: new Date(DAY) });
    const { inventory, read } = await takeInventory(looked, {});
    const told = await exposureOf(read, inventory.packages, looked.subject.config?.run);
    const inWords = ({ type, name, version, exposure }: Package): string =>
      `${type} ${name} ${version} ${exposure?.class} ${exposure?.why}`;
    expect(packages.map(inWords)).toEqual(told.packages.map(inWords));
    expect(new Set(packages.map(({ exposure }) => exposure?.class)).size).toBeGreaterThan(1);
    expect(start).toEqual(told.start);
    const known = new Set(packages.map(inWords));
    expect(findings.map(({ package: pkg }) => inWords(pkg)).filter((line) => !known.has(line))).toEqual([]);
  });

  const cases = resolve('../shared/cases');
  const targets = existsSync(cases)
    ? ['house', 'rootfs', 'images', 'sbom'].flatMap((folder) =>
        readdirSync(`${cases}/${folder}`, { withFileTypes: true }).flatMap((entry) => {
          const path = `${cases}/${folder}/${entry.name}`;
          if (entry.isDirectory()) return [`dir:${path}`];
          return entry.name.endsWith('.tar')
            ? [`archive:${path}`]
            : /\.(?:cdx|spdx)\.json$/.test(path)
              ? [`sbom:${path}`]
              : [];
        }),
      )
    : [];

  it.skipIf(targets.length === 0)('of every small image of ../shared/cases (skipped where it is absent)', async () => {
    let findings = 0;
    for (const target of targets) {
      const image = await openImage(target, { progress: silent, environment: {} });
      const { inventory } = await takeInventory(image, {}).finally(() => image.close());
      const store = memoryStore({ statements: everyState(inventory.packages) });
      const { scan, given } = scanned(inventory.packages, inventory.os, store);
      findings += scan.findings.length;
      expect(await contradictions(scan, given, store), target).toEqual([]);
    }
    expect(findings).toBeGreaterThan(100);
  });
});

const inFull = (told: unknown): string => JSON.stringify(told);

/** Statements as a store gives them, all members. */
const told = (statements: readonly Statement[]): unknown =>
  statements.map((statement) => {
    const { aliases, ...rest } = plainStatement(statement);
    return { ...rest, aliases: [...aliases].sort() };
  });

/** For each question that is asked of these packages: a statement that affects them, one that a newer version fixes, and others that say nothing against them. */
function everyState(packages: readonly Package[]): readonly Statement[] {
  const questions = new Map(
    packages.flatMap((pkg) =>
      lookupsOf(pkg, undefined, pkg.namespace).map(
        (question) => [`${question.namespace} ${question.name}`, question] as const,
      ),
    ),
  );
  return [...questions.values()].flatMap(({ namespace, name }) => {
    const statement = (number: number, more: Partial<Statement>): Statement => ({
      id: `CVE-2024-1000${number}`,
      source: 'nvd',
      namespace,
      package: name,
      aliases: [],
      state: 'open',
      ranges: [],
      ratings: [{ source: 'nvd', severity: 'HIGH', method: 'text' }],
      ...more,
    });
    return [
      statement(1, {}),
      statement(1, { id: 'GHSA-aaaa-bbbb-cccc', aliases: ['CVE-2024-10001'], state: 'not-affected' }),
      statement(2, { state: 'fixed', ranges: [{ fixed: '9999' }] }),
      statement(3, { state: 'fixed', ranges: [{ fixed: '0.0.1' }] }),
      statement(4, { withdrawn: '2024-01-01T00:00:00Z' }),
      statement(5, { state: 'undetermined' }),
    ];
  });
}
