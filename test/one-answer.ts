/** In which of its answers the program contradicts itself: what a scan says of a vulnerability in a package, held against `explain`, `compare` and `fix`. */
import type { AdvisoryStore } from '../src/advisories/store/store.ts';
import { plannedBy } from '../src/application/fix-judging.ts';
import { compare } from '../src/compare/compare.ts';
import { type ExplainedPackage, explain } from '../src/compare/explain.ts';
import { match } from '../src/matching/match.ts';
import type { Finding, OperatingSystem, Package, Report, Statement } from '../src/model.ts';
import { type Exception, excepting } from '../src/policy/exceptions/index.ts';
import { parseGoal } from '../src/remediate/goal.ts';
import { makePlan } from '../src/remediate/plan/make-plan.ts';
import { ownReport } from './own-report.ts';
import { report } from './report.ts';

const verdict = (name: string, { type, version }: Pick<Package, 'type' | 'version'>, rest: unknown): string =>
  `${type} ${name} ${version} ${JSON.stringify(rest)}`;
export const ofScan = ({ id, package: pkg, severity, severitySource, state, fix }: Finding): string =>
  verdict(pkg.name, pkg, [id, severity, severitySource, state, fix]);
const ofExplain = ({ id, package: name, type, version, own }: ExplainedPackage): string =>
  verdict(name, { type, version }, [id, own.severity, own.severitySource, own.state, own.fix]);

/** The store, and every statement that it gave when it was asked about packages. */
export function listening(store: AdvisoryStore): { readonly store: AdvisoryStore; readonly given: Set<string> } {
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
export function scanned(
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
export async function contradictions(
  scan: Report,
  given: ReadonlySet<string>,
  store: AdvisoryStore,
  ids: readonly string[] = [...new Set(scan.findings.map(({ id }) => id))],
): Promise<readonly string[]> {
  return [
    ...namesakes(scan),
    ...ids.flatMap((id) => againstExplain(id, scan, given, store)),
    ...ids.flatMap((id) => againstOtherNames(id, scan, store)),
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

/** What exceptions take out of the count `explain` takes out too, by the same word of the same author, and nothing else. */
export function againstExplainedExceptions(
  { findings, suppressed = [], packages, os, subject }: Report,
  rules: readonly Exception[],
  now: Date,
  store: AdvisoryStore,
): readonly string[] {
  const excepted = excepting(rules, subject, now);
  const out = suppressed.flatMap(({ finding, by }) => (finding ? [{ finding, by }] : []));
  const ids = new Set([...findings, ...out.map(({ finding }) => finding)].map(({ id }) => id));
  const took = (entry: string, by: unknown): string => `${entry} taken out by ${JSON.stringify(by)}`;
  return [...ids].flatMap((id) => {
    const inventory = { packages, ...(os && { os }) };
    const explained = explain({ id, inventory, store, lenses: [], excepted }).packages.filter((told) => told.id === id);
    const told = explained.flatMap((entry) => [
      ...(entry.own.finding ? [ofExplain(entry)] : []),
      ...(entry.own.suppressed ? [took(ofExplain(entry), entry.own.suppressed)] : []),
    ]);
    const actual = [
      ...findings.filter((finding) => finding.id === id).map(ofScan),
      ...out.filter(({ finding }) => finding.id === id).map(({ finding, by }) => took(ofScan(finding), by)),
    ];
    return [
      ...without(actual, told).map((entry) => `explain ${id} does not say ${entry}`),
      ...without(told, actual).map((entry) => `only explain ${id} says ${entry}`),
    ];
  });
}

/** Whoever has another name of what was found (from another scanner), or of the bulletin that brought its fix, is told of it too. */
function againstOtherNames(id: string, { findings, packages, os }: Report, store: AdvisoryStore): readonly string[] {
  const mine = findings.filter((finding) => finding.id === id);
  const namesIn = ({ aliases, statements = [] }: Finding): readonly string[] => [
    ...aliases,
    ...statements.flatMap(({ bulletin }) => bulletin ?? []),
  ];
  const names = new Set(mine.flatMap(namesIn));
  return [...names].flatMap((name) => {
    const { packages: told } = explain({ id: name, inventory: { packages, ...(os && { os }) }, store, lenses: [] });
    return without(
      mine.filter((finding) => namesIn(finding).includes(name)).map(ofScan),
      told.filter(({ own }) => own.finding).map(ofExplain),
    ).map((entry) => `explain ${name} does not know ${entry}, which is called that too`);
  });
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
export const planning = (scan: Report, how: Parameters<typeof plannedBy>[0]): Parameters<typeof makePlan>[0] => ({
  ...plannedBy(how, scan),
  report: scan,
  goal: parseGoal('no fixable'),
  base: { layers: 0, by: 'unknown', evidence: [] },
  introduced: new Map(),
  majors: 'needed',
});

/** `except`: what takes findings out of the scan's count. */
export async function againstFix(
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
