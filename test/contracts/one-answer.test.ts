import '../property-seed.ts';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMoment, storeAsOf } from '../../src/advisories/ratings/as-of.ts';
import { memoryStore } from '../../src/advisories/store/memory.ts';
import type { AdvisoryStore } from '../../src/advisories/store/store.ts';
import { plannedBy } from '../../src/application/fix-judging.ts';
import { scanImage } from '../../src/application/scan-image.ts';
import { compare } from '../../src/compare/compare.ts';
import { type ExplainedPackage, explain } from '../../src/compare/explain.ts';
import { DAY, demoStore } from '../../src/demo/advisories.ts';
import { demoImages } from '../../src/demo/images.ts';
import { exposureOf } from '../../src/exposure/index.ts';
import { lookupsOf } from '../../src/inventory/lookups.ts';
import { takeInventory } from '../../src/inventory/take.ts';
import { match } from '../../src/matching/match.ts';
import type { Finding, OperatingSystem, Package, Report, Severity, Statement } from '../../src/model.ts';
import { applyExceptions, type Exception } from '../../src/policy/exceptions/index.ts';
import { silent } from '../../src/progress.ts';
import { parseGoal } from '../../src/remediate/goal.ts';
import { makePlan } from '../../src/remediate/plan/make-plan.ts';
import { openImage } from '../../src/sources/open.ts';
import { image, layer } from '../image.ts';
import { ownReport } from '../own-report.ts';
import { deb, report, wheel } from '../report.ts';
import { IDS, SYSTEMS, worlds } from '../worlds.ts';

/*
 * One question, one answer. `scan`, `explain`, `compare` and `fix` judge the same candidates: what one of them says of a
 * vulnerability in a package, the others say too. Held here over real images and over inventories that nobody would make.
 */

const verdict = (name: string, { type, version }: Pick<Package, 'type' | 'version'>, rest: unknown): string =>
  `${type} ${name} ${version} ${JSON.stringify(rest)}`;
const ofScan = ({ id, package: pkg, severity, severitySource, state, fix }: Finding): string =>
  verdict(pkg.name, pkg, [id, severity, severitySource, state, fix]);
const ofExplain = ({ id, package: name, type, version, own }: ExplainedPackage): string =>
  verdict(name, { type, version }, [id, own.severity, own.severitySource, own.state, own.fix]);

/** The store, and every statement that it gave when it was asked about packages. */
function listening(store: AdvisoryStore): { readonly store: AdvisoryStore; readonly given: Set<string> } {
  const given = new Set<string>();
  const statements = (namespace: string, name: string): readonly Statement[] => {
    const statements = store.statements(namespace, name);
    for (const statement of statements) given.add(spoken(statement));
    return statements;
  };
  return { store: { ...store, statements }, given };
}
const spoken = ({
  id,
  source,
  namespace,
  package: name,
  state,
}: Pick<Statement, 'id' | 'source' | 'namespace' | 'package'> & { readonly state: string }): string =>
  `${source} ${id} on ${namespace} ${name}: ${state}`;

/** A scan's report of these packages, and what it considered for it. */
function scanned(
  packages: readonly Package[],
  os: OperatingSystem | undefined,
  store: AdvisoryStore,
): { readonly scan: Report; readonly given: ReadonlySet<string> } {
  const heard = listening(store);
  const { findings } = match(packages, heard.store);
  const { os: _, ...rest } = report({ packages, findings, database: store.info });
  return { scan: { ...rest, ...(os && { os }) }, given: heard.given };
}

/** Everything in which another part of the program contradicts a scan; `ids`: which vulnerabilities are explained. */
async function contradictions(
  scan: Report,
  given: ReadonlySet<string>,
  store: AdvisoryStore,
  ids: readonly string[] = [...new Set(scan.findings.map(({ id }) => id))],
): Promise<readonly string[]> {
  return [
    ...namesakes(scan),
    ...ids.flatMap((id) => againstExplain(id, scan, given, store)),
    ...(await againstCompare(scan, store)),
    ...(await againstFix(scan, store)),
  ];
}

/** Formats and gates tell the findings of a package by their names. */
const namesakes = ({ findings }: Report): readonly string[] =>
  findings.flatMap(({ id, package: pkg }, at) =>
    findings.findIndex((other) => other.id === id && other.package === pkg) === at
      ? []
      : [`${pkg.name} has ${id} twice`],
  );

function againstExplain(id: string, scan: Report, given: ReadonlySet<string>, store: AdvisoryStore): readonly string[] {
  const { packages, os } = scan;
  const explanation = explain({ id, inventory: { packages, ...(os && { os }) }, store, lenses: ['trivy'] });
  const told = explanation.packages.filter(({ own }) => own.finding).map(ofExplain);
  const actual = scan.findings.map(ofScan);
  const mine = scan.findings.filter((finding) => finding.id === id).map(ofScan);
  const judged = explanation.packages.filter(({ own }) => !/in its place|lock file|cache/.test(own.says));
  return [
    ...without(mine, told).map((entry) => `explain ${id} does not know ${entry}`),
    ...without(told, actual).map((entry) => `only explain ${id} finds ${entry}`),
    ...judged
      .flatMap(({ statements }) => statements.map(spoken))
      .filter((statement) => !given.has(statement))
      .map((statement) => `explain ${id} shows what scan did not consider: ${statement}`),
  ];
}

/** What is in the first list more often than in the second. */
function without(list: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return list.filter((entry) => {
    const index = left.indexOf(entry);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

async function againstCompare(scan: Report, store: AdvisoryStore): Promise<readonly string[]> {
  const { packages, os, subject } = scan;
  const own = await ownReport(scan);
  const inventory = { packages, ...(os && { os }) };
  const { rows } = compare({ reports: [own], lenses: ['trivy'], inventory, subject, store });
  const mine = rows.filter(({ reportedBy }) => reportedBy.some((cell) => cell.report === 'plimsoll'));
  const twice = compare({ reports: [own, own], inventory, subject, store });
  const known = new Set(scan.findings.flatMap(({ id, aliases }) => [id, ...aliases]));
  return [
    ...mine
      .filter(({ evidence }) => evidence !== 'confirmed')
      .map(({ key, evidence, evidenceSays }) => `compare calls our own ${key} ${evidence}: ${evidenceSays}`),
    ...mine
      .filter(({ reportedBy, severity }) =>
        reportedBy.every((cell) => cell.report !== 'plimsoll' || cell.severity !== severity),
      )
      .filter(({ evidence }) => evidence === 'confirmed')
      .map(({ key, severity }) => `compare rates our own ${key} ${severity}`),
    // The row may go by a CVE that only a statement taken back brings in.
    ...mine
      .filter(({ id, aliases }) => ![id, ...aliases].some((alias) => known.has(alias)))
      .map(({ key }) => `compare reports what scan did not: ${key}`),
    ...twice.differences.map(({ key, kind }) => `compare tells our report from itself: ${kind} at ${key}`),
    ...(scan.findings.length > 0 && mine.length === 0 ? ['compare knows none of our findings'] : []),
  ];
}

/** What a plan is made of that asks nobody anything. */
const planning = (scan: Report, how: Parameters<typeof plannedBy>[0]): Parameters<typeof makePlan>[0] => ({
  ...plannedBy(how, scan),
  report: scan,
  goal: parseGoal('no fixable'),
  base: { layers: 0, by: 'unknown', evidence: [] },
  introduced: new Map(),
  majors: 'needed',
});

/** `except`: what takes findings out of the scan's count. */
async function againstFix(
  scan: Report,
  store: AdvisoryStore,
  except?: (report: Report) => Report,
): Promise<readonly string[]> {
  const { plan } = await makePlan(planning(scan, { store, ...(except && { except }) }));
  const line = (id: string, type: string, name: string, version: string): string => `${id} ${type} ${name} ${version}`;
  const targets = new Map(
    [...plan.cleared, ...plan.remaining].map((finding) => [
      line(finding.id, finding.type, finding.name, finding.version),
      finding,
    ]),
  );
  const lineOf = ({ id, package: pkg }: Finding): string =>
    line(id, pkg.type, pkg.source?.name || pkg.name, pkg.source?.version || pkg.version);
  const counted = new Set(scan.findings.map(lineOf));
  const excepted = new Set(scan.suppressed?.flatMap(({ finding }) => (finding ? lineOf(finding) : [])));
  const planned = [...plan.cleared, ...plan.remaining, ...plan.brought];
  const unasked = planned
    .map(({ id, type, name, version }) => line(id, type, name, version))
    .filter((entry) => excepted.has(entry) && !counted.has(entry))
    .map((entry) => `fix counts ${entry}, which is excepted`);
  const contradicting = scan.findings.flatMap(({ id, package: pkg, fix }) => {
    const named = lineOf({ id, package: pkg } as Finding);
    const target = targets.get(named);
    if (target === undefined) return [`fix has no target ${named}`];
    return fix.state !== 'fixed' || target.goal ? [] : [`fix does not aim at ${named}, which has a fix`];
  });
  return [...contradicting, ...unasked];
}

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

  it('with exceptions: what is out of the count is in no plan, whatever version it predicts', async () => {
    const scheme = fc.record({ world: worlds, ids: fc.subarray([...IDS], { minLength: 1 }) });
    await fc.assert(
      fc.asyncProperty(scheme, async ({ world: { os, packages, statements, vulnerabilities }, ids }) => {
        const store = memoryStore({ statements, vulnerabilities });
        const rules = ids.map(
          (id): Exception => ({ ids: [id], by: { source: 'policy', where: 'x', status: 'accepted' } }),
        );
        const except = (report: Report): Report => applyExceptions(report, rules, new Date(DAY));
        const scan = except(scanned(packages, os, store).scan);
        expect(await againstFix(scan, store, except)).toEqual([]);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 100) },
    );
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
