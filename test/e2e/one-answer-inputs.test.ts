import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidence } from '../../src/application/inventory.ts';
import { openOptionalStore } from '../../src/application/stores.ts';
import { surroundings } from '../../src/application/surroundings.ts';
import { compare } from '../../src/compare/compare.ts';
import type { Comparison } from '../../src/compare/comparison.ts';
import { type Explanation, explain } from '../../src/compare/explain.ts';
import { readReport, reportFile } from '../../src/scanners/read.ts';
import { fixBase } from './fix-story.ts';
import { daemon, feeds, lacking, lasting, plimsoll, root, run, scratch, titled } from './machine.ts';
import { noPeers, ownDatabaseOfPeers, peerFolders, quietPeers, writePeerDatabases } from './real-peers.ts';
import type { ReportPackage } from './subjects.ts';

/*
 * One question, one answer, by the program itself on inputs of six kinds: `scan`, `explain` of every finding, `compare` with what the real
 * Trivy and Grype report of the same input, `fix`, `verify`, `exposure` and every format that is read again say the same id, package, version,
 * severity, fix and exposure.
 */

interface Near {
  readonly class: string;
  readonly why?: string;
}
/** A package of a report, with how near it is to the start command. */
interface Told extends ReportPackage {
  readonly purl?: string;
  readonly exposure?: Near;
}

interface Finding {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: Told;
  readonly severity: string;
  readonly severitySource: string;
  readonly state: string;
  readonly fix: { readonly state: string; readonly version?: string };
  readonly code?: unknown;
}
interface Scan {
  readonly findings: readonly Finding[];
  readonly packages: readonly Told[];
}
interface Planned {
  /** Whether the goal asks for it to go. */
  readonly goal?: boolean;
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly severity: string;
  readonly fix: { readonly state: string; readonly version?: string };
}
interface Plan {
  readonly cleared: readonly Planned[];
  readonly remaining: readonly Planned[];
}
interface Verified {
  readonly cleared: readonly unknown[];
  readonly remaining: readonly Planned[];
  readonly fresh: readonly unknown[];
}

/** Formats that `compare` reads, by the name of the file. */
const READ_AGAIN = ['sarif', 'cyclonedx', 'grype', 'gitlab', 'asff', 'trivy'];

/** An input: what is scanned and in which environment, or why there is none on this machine. */
interface Input {
  readonly target: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** At least that many findings: an input without any proves nothing. */
  readonly findings: number;
  /** Where its advisories lie, if not in the database of all inputs. */
  readonly database?: string;
  /** Rows that nobody can explain, where Trivy and Grype have no advisories of the system and say nothing of that. */
  readonly peersKnowNothing?: true;
  /** How many classes of nearness its packages are in at least: of a program that is not there nothing is known but that. */
  readonly classes: number;
}

const work = noPeers === undefined ? scratch() : { path: '', remove: (): void => {} };
const home = join(work.path, 'home');
const stops: (() => Promise<void>)[] = [];

/** One line for a finding as every command tells it: a source package of a system is told once. */
const rowOf = (
  id: string,
  type: string,
  name: string,
  version: string,
  severity: string,
  fix: Planned['fix'],
): string => [id, type, name, version, severity, fix.state, fix.version ?? ''].join(' ');
const sourceRow = ({ id, package: pkg, severity, fix }: Finding): string =>
  rowOf(id, pkg.type, pkg.source?.name ?? pkg.name, pkg.source?.version ?? pkg.version, severity, fix);
const plannedRow = ({ id, type, name, version, severity, fix }: Planned): string =>
  rowOf(id, type, name, version, severity, fix);
const apart = (what: string, told: Iterable<string>, expected: Iterable<string>): readonly string[] => {
  const [ours, theirs] = [new Set(expected), new Set(told)];
  return [
    ...[...ours].filter((row) => !theirs.has(row)).map((row) => `${what} lacks ${row}`),
    ...[...theirs].filter((row) => !ours.has(row)).map((row) => `only ${what} has ${row}`),
  ];
};

/** Everything in which a command or a format contradicts the scan of an input. */
async function contradictions(
  name: string,
  { target, environment = {}, findings, database = home, peersKnowNothing, classes }: Input,
): Promise<readonly string[]> {
  const folder = join(work.path, name);
  mkdirSync(folder);
  const env = { ...quietPeers, PIP_NO_INDEX: '1', ...environment };
  const asked = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await plimsoll(args, { home: database, env });
    expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
    return stdout;
  };
  const written = ['json', 'html', 'csv', ...READ_AGAIN];
  await asked(
    'scan',
    target,
    '--offline',
    ...written.flatMap((format) => ['-f', `${format}=${join(folder, `scan.${format}`)}`]),
  );
  const file = join(folder, 'scan.json');
  const scan = JSON.parse(readFileSync(file, 'utf8')) as Scan;
  expect(scan.findings.length, `findings of ${name}`).toBeGreaterThanOrEqual(findings);
  const rows = new Set(scan.findings.map(sourceRow));
  const planned = JSON.parse(await asked('fix', target, '--offline', '-f', 'json')) as Plan;
  const verified = JSON.parse(await asked('verify', file, target, '--offline', '-f', 'json')) as Verified;
  const compared = JSON.parse(
    await asked('compare', file, '--run', 'trivy,grype', '--image', target, '--offline', '-f', 'json'),
  ) as Comparison;
  return [
    ...apart('fix', [...planned.cleared, ...planned.remaining].map(plannedRow), rows),
    ...apart('verify', verified.remaining.map(plannedRow), rows),
    ...(verified.cleared.length + verified.fresh.length > 0 ? ['verify says that the same image changed'] : []),
    ...ofComparison(scan, compared, peersKnowNothing === true),
    ...ofPage(readFileSync(join(folder, 'scan.html'), 'utf8'), rows),
    ...ofSheet(readFileSync(join(folder, 'scan.csv'), 'utf8'), scan),
    ...(await ofFormats(folder, rows)),
    ...(await ofExplanations(
      scan,
      target,
      { ...process.env, ...env, PLIMSOLL_HOME: join(database, 'plimsoll') },
      asked,
    )),
    ...ofExposure(scan, {
      classes,
      folder,
      exposure: JSON.parse(await asked('exposure', target, '-f', 'json')) as Exposed,
      loaded: JSON.parse(await asked('fix', target, '--offline', '--goal', 'no loaded', '-f', 'json')) as Plan,
    }),
  ];
}

/** `explain` of every vulnerability, as its command asks for it once image and database are open; of two by the program itself. */
async function ofExplanations(
  { findings }: Scan,
  target: string,
  environment: NodeJS.ProcessEnv,
  asked: (...args: readonly string[]) => Promise<string>,
): Promise<readonly string[]> {
  const around = surroundings({ environment });
  const ids = [...new Set(findings.map(({ id }) => id))];
  const { inventory } = await evidence(target, {}, around);
  const store = await openOptionalStore(undefined, true, around);
  const explained = ids.map((id) => explain({ id, inventory, store: store!, lenses: ['trivy'] }));
  store?.close();
  const byProgram: Explanation[] = [];
  for (const id of [ids[0]!, ids.at(-1)!])
    byProgram.push(JSON.parse(await asked('explain', id, target, '--offline', '-f', 'json')) as Explanation);
  const verdict = (id: string, type: string, name: string, version: string, rest: unknown): string =>
    `${id} ${type} ${name} ${version} ${JSON.stringify(rest)}`;
  const told = (explanations: readonly Explanation[]): readonly string[] =>
    explanations.flatMap(({ packages }) =>
      packages
        .filter(({ own }) => own.finding)
        .map(({ id, package: name, type, version, own, exposure }) =>
          verdict(id, type, name, version, [own.severity, own.severitySource, own.state, own.fix, exposure?.class]),
        ),
    );
  const expected = (of: readonly Finding[]): readonly string[] =>
    of.map(({ id, package: pkg, severity, severitySource, state, fix }) =>
      verdict(id, pkg.type, pkg.name, pkg.version, [severity, severitySource, state, fix, pkg.exposure?.class]),
    );
  return [
    ...apart('explain', told(explained), expected(findings)),
    ...apart(
      'explain by the program',
      told(byProgram),
      expected(findings.filter(({ id }) => id === ids[0] || id === ids.at(-1))),
    ),
  ];
}

/** Beside the real Trivy and Grype: all of ours is confirmed, and rated as the scan says; what differs from theirs has a reason. */
function ofComparison(scan: Scan, { rows, unexplained, reports }: Comparison, alone: boolean): readonly string[] {
  expect(reports.map(({ scanner }) => scanner)).toEqual(['plimsoll', 'trivy', 'grype']);
  const ours = rows.flatMap((row) => {
    const cell = row.reportedBy.find(({ report }) => report === 'plimsoll');
    return cell === undefined ? [] : [{ row, cell }];
  });
  const known = new Set(scan.findings.flatMap(({ id, aliases }) => [id, ...aliases]));
  return [
    ...ours
      .filter(({ row }) => row.evidence !== 'confirmed')
      .map(({ row }) => `compare calls our own ${row.key} ${row.evidence}: ${row.evidenceSays}`),
    ...ours.filter(({ row }) => !known.has(row.id)).map(({ row }) => `compare names what scan did not: ${row.key}`),
    ...ours
      .filter(({ row, cell }) => row.severity !== cell.severity)
      .map(({ row, cell }) => `compare rates our own ${row.key} ${row.severity}, scan ${cell.severity}`),
    ...apart(
      'compare',
      ours.map(({ row, cell }) => `${row.id} ${cell.severity} ${cell.fix.state}`),
      scan.findings.map(({ id, severity, fix }) => `${id} ${severity} ${fix.state}`),
    ),
    ...unexplained.keys
      .filter(
        (key) =>
          !alone || !rows.some((row) => row.key === key && row.reportedBy.every(({ report }) => report === 'plimsoll')),
      )
      .map((key) => `compare has no reason for ${key}`),
  ];
}

/** The rows of the page: severity, id, package and whether there is a fix. */
function ofPage(page: string, rows: ReadonlySet<string>): readonly string[] {
  const plain = (text: string): string =>
    text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const told = [...page.matchAll(/<tr data-s="([A-Z]+)" data-f="([01])"[^>]* data-i="([^"]*)" data-n="([^"]*)"/g)].map(
    ([, severity, fixable, id, name]) => `${plain(id!)} ${plain(name!)} ${severity} ${fixable}`,
  );
  const expected = [...rows].map((row) => {
    const [id, , name, version, severity, state] = row.split(' ');
    return `${id} ${name} ${version} ${severity} ${state === 'fixed' ? 1 : 0}`;
  });
  return apart('the page', told, expected);
}

const cellsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  );

/** A line for each finding, with the version that fixes it for everybody. */
function ofSheet(sheet: string, { findings }: Scan): readonly string[] {
  const told = sheet
    .split('\n')
    .map(cellsOf)
    .filter(([kind]) => kind === 'vulnerability')
    .map((line) => [1, 2, 5, 6, 7, 10].map((at) => line[at]!.replace(/^'/, '')).join(' '));
  const expected = findings.map(({ id, severity, package: pkg, fix }) =>
    [id, severity, pkg.name, pkg.version, pkg.type, fix.state === 'fixed' ? (fix.version ?? '') : ''].join(' '),
  );
  return apart('the sheet', told, expected);
}

/** Every format that is read again, beside the JSON: the same rows, rated the same, fixed in the same versions. */
async function ofFormats(folder: string, rows: ReadonlySet<string>): Promise<readonly string[]> {
  const own = await readReport(await reportFile(join(folder, 'scan.json')));
  const told: string[] = [];
  for (const format of READ_AGAIN) {
    const read = await readReport(await reportFile(join(folder, `scan.${format}`)));
    if (format === 'gitlab') {
      // It says of no package of what type it is: two that share a version and a vulnerability may be one to whoever reads it.
      const written = read.findings.map(
        ({ id, package: name, version, severity }) => `${id} ${name} ${version} ${severity}`,
      );
      const expected = [...rows]
        .map((row) => row.split(' '))
        .map(([id, , name, version, severity]) => `${id} ${name} ${version} ${severity}`);
      told.push(...apart('gitlab', written, expected));
      continue;
    }
    const { differences } = compare({ reports: [own, read], anyway: true });
    for (const { key, kind, values } of differences) {
      if (kind === 'count') continue;
      // Each has words of its own for what no version fixes, and Trivy four levels.
      if (kind === 'fix' && !values.some((value) => value?.startsWith('fixed in '))) continue;
      if (format === 'trivy' && kind === 'severity' && values.join() === 'NEGLIGIBLE,LOW') continue;
      told.push(`${format}: ${kind} of ${key}: ${values.join(' and ')}`);
    }
  }
  return told;
}

interface Exposed {
  readonly packages: readonly { readonly purl?: string; readonly class?: string }[];
}

/**
 * How near each package comes to the start command: in the scan, in the command of that name, in what a goal of `fix` asks for, in every format that
 * has a place for it. (`explain` says it beside its verdict.)
 */
function ofExposure(
  scan: Scan,
  {
    classes,
    folder,
    exposure,
    loaded,
  }: { readonly classes: number; readonly folder: string; readonly exposure: Exposed; readonly loaded: Plan },
): readonly string[] {
  const near = (pkg: { readonly exposure?: Near }): string => pkg.exposure?.class ?? 'not told';
  expect(new Set(scan.packages.map(near)).size, 'classes of exposure').toBeGreaterThanOrEqual(classes);
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const told = (purl: string | undefined, word: string | undefined): string => `${purl} ${word ?? 'not told'}`;
  const ofPackages = new Set(scan.packages.map((pkg) => told(pkg.purl, near(pkg))));
  const ofFindings = scan.findings.map(({ package: pkg }) => told(pkg.purl, near(pkg)));
  const bill = read('scan.cyclonedx') as {
    readonly components: readonly {
      readonly purl?: string;
      readonly properties?: readonly { readonly name: string; readonly value: string }[];
    }[];
  };
  const inBill = bill.components.flatMap(({ purl, properties = [] }) => {
    const word = properties.find(({ name }) => /(?:^|:)exposure$/.test(name))?.value;
    return purl === undefined || word === undefined ? [] : [told(purl, word)];
  });
  const sarif = read('scan.sarif') as {
    readonly runs: readonly [{ results: { properties?: { purls?: string[]; exposure?: string } }[] }];
  };
  const inSarif = sarif.runs[0].results.flatMap(({ properties }) =>
    properties?.purls?.length === 1 ? [told(properties.purls[0], properties.exposure)] : [],
  );
  const [head = [], ...lines] = readFileSync(join(folder, 'scan.csv'), 'utf8').split('\n').map(cellsOf);
  const column = (name: string): number => head.indexOf(name);
  const inSheet = lines
    .filter(([kind]) => kind === 'vulnerability')
    .map((line) => told(line[column('purl')], line[column('exposure')]));
  const isNear = ({ package: { exposure: own } }: Finding): boolean =>
    own === undefined || own.class === 'unknown' || own.class === 'loaded' || own.why !== undefined;
  // Code that an advisory names can be nearer or farther than its package: what is said of that is another question.
  const plain = scan.findings.filter(({ code }) => code === undefined);
  const coded = new Set(scan.findings.filter(({ code }) => code !== undefined).map(({ id }) => id));
  const asked = [...loaded.cleared, ...loaded.remaining].filter(({ id, goal }) => goal && !coded.has(id));
  return [
    ...apart(
      'exposure',
      exposure.packages.map((pkg) => told(pkg.purl, pkg.class)),
      ofPackages,
    ),
    ...strangers('a finding of the scan', ofFindings, ofPackages),
    ...strangers('the bill', inBill, ofPackages),
    ...strangers('sarif', inSarif, ofPackages),
    ...apart('the sheet', inSheet, ofFindings),
    ...apart(
      'the goal of fix',
      asked.map(plannedRow),
      plain.filter((finding) => finding.fix.state === 'fixed' && isNear(finding)).map(sourceRow),
    ),
    ...(inBill.length < ofPackages.size / 2
      ? [`the bill tells of ${inBill.length} of ${ofPackages.size} packages`]
      : []),
  ];
}

/** What is said of packages of which the scan says something else. */
const strangers = (what: string, told: readonly string[], known: ReadonlySet<string>): readonly string[] =>
  told.filter((line) => !known.has(line)).map((line) => `${what} says ${line}, the scan does not`);

/** What build-hiding-systems.sh lays out: of it `rpm.tar`, whose database a real rpm has written. */
function systems(): { readonly path: string } | { readonly reason: string } {
  const base = fixBase();
  if ('reason' in base) return base;
  const mirror = /^deb (\S+)/m.exec(readFileSync(join(base.path, 'sources.list'), 'utf8'))?.[1] ?? '';
  const cache = process.env.E2E_CACHE ?? join(lasting, 'plimsoll-e2e');
  const script = join(root, 'test/e2e/build-hiding-systems.sh');
  const made = [join(cache, 'hiding.lock'), 'bash', script, cache, mirror, join(base.path, 'base.tar')];
  const done = spawnSync('flock', made, { encoding: 'utf8' });
  if (done.status === 0) return { path: done.stdout.trim().split('\n').at(-1)! };
  if (done.status === 75) return { reason: done.stderr.trim().split('\n').at(-1) ?? '' };
  throw new Error(`build-hiding-systems.sh ended with ${done.status}: ${done.stderr.slice(-3_000)}`);
}

/** A folder of this run, by a way below it. */
const folder = (...parts: readonly string[]): string => {
  const path = join(work.path, 'inputs', ...parts);
  mkdirSync(path, { recursive: true });
  return path;
};

/** An engine of this run alone, asked by its own socket. */
async function engine(): Promise<{ readonly host: string } | { readonly reason: string }> {
  const missing = [
    ...lacking('dockerd', 'docker', 'containerd', 'runc'),
    ...(process.getuid?.() === 0 ? [] : ['the rights of root']),
  ];
  if (missing.length > 0) return { reason: `no ${missing.join(', ')}` };
  const own = folder('docker');
  const host = `unix://${own}/docker.sock`;
  const places = ['--data-root', `${own}/data`, '--exec-root', `${own}/exec`, '--pidfile', `${own}/docker.pid`];
  const flags = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--storage-driver=vfs', '--host', host];
  try {
    const { stop } = await daemon(
      'dockerd',
      [...flags, ...places],
      () => spawnSync('docker', ['--host', host, 'version'], { stdio: 'ignore' }).status === 0,
    );
    stops.push(stop);
    return { host };
  } catch (error) {
    return { reason: `dockerd does not start here: ${(error as Error).message.slice(0, 200)}` };
  }
}
let started: ReturnType<typeof engine> | undefined;

/** A root as an image of the engine, with a start command. */
async function inEngine(
  archive: string,
  command: readonly string[],
): Promise<{ readonly target: string; readonly environment: NodeJS.ProcessEnv } | { readonly reason: string }> {
  started ??= engine();
  const running = await started;
  if ('reason' in running) return running;
  const { host } = running;
  const id = run('docker', ['--host', host, 'import', '--change', `CMD ${JSON.stringify(command)}`, archive]).trim();
  const name = `plimsoll-e2e-${id.slice(-12)}:1`;
  run('docker', ['--host', host, 'tag', id, name]);
  return { target: `docker:${name}`, environment: { DOCKER_HOST: host } };
}

/** A folder of this run as an image of the engine, as `inEngine` makes it. */
function folderInEngine(name: string, command: readonly string[]): ReturnType<typeof inEngine> {
  const archive = join(folder('archives'), `${name}.tar`);
  run('tar', ['-cf', archive, '-C', folder(name), '.']);
  return inEngine(archive, command);
}

/** Devices are in no archive that is made or unpacked here. */
const NO_DEVICES = ['--exclude=./dev/*', '--exclude=dev/*'];

const CONDA = join(root, '../shared/inventories/sagemaker-distribution-v0.0.1-gpu.conda.txt');
/** `.../linux-64/openssl-1.1.1t-h0b41bf4_0.conda#MD5`. */
const CONDA_PACKAGE = /^(https:\S+\/([\w-]+)\/((.+)-([^-]+)-([^-]+))\.(?:conda|tar\.bz2))#([0-9a-f]{32})$/;

/** Jars as a local repository of Maven holds them, of projects that the sample of GitHub's advisories speaks of. */
const JARS = [
  'com/fasterxml/jackson/core/jackson-databind/2.9.5/jackson-databind-2.9.5.jar',
  'commons-collections/commons-collections/3.2.1/commons-collections-3.2.1.jar',
  'commons-fileupload/commons-fileupload/1.2/commons-fileupload-1.2.jar',
  'io/netty/netty/3.7.0.Final/netty-3.7.0.Final.jar',
  'org/apache/poi/poi/3.9/poi-3.9.jar',
  'org/apache/httpcomponents/httpclient/4.5.10/httpclient-4.5.10.jar',
  'org/springframework/spring-core/5.3.12/spring-core-5.3.12.jar',
  'xalan/xalan/2.6.0/xalan-2.6.0.jar',
];

/** A cache of Trivy's that knows these jars by their bytes, as its Java database knows those of the central repository. */
function knowingJars(paths: readonly string[], repository: string): string {
  const cache = folder('trivy');
  symlinkSync(join(peerFolders.trivy, 'db'), join(cache, 'db'));
  const known = paths.map((path) => {
    const [version, artifact, ...group] = path.split('/').slice(0, -1).reverse();
    return [group.reverse().join('.'), artifact, version, join(repository, path)];
  });
  run('python3', ['-c', JAVA_DATABASE, folder('trivy', 'java-db'), JSON.stringify(known)]);
  return cache;
}

/** As https://github.com/aquasecurity/trivy-java-db lays it out. */
const JAVA_DATABASE = `
import hashlib, json, sqlite3, sys
folder, known = sys.argv[1], json.loads(sys.argv[2])
base = sqlite3.connect(folder + '/trivy-java.db')
base.execute('CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT)')
base.execute('CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT, FOREIGN KEY (artifact_id) REFERENCES artifacts(id))')
base.execute('CREATE UNIQUE INDEX artifacts_idx ON artifacts(artifact_id, group_id)')
base.execute('CREATE INDEX indices_artifact_idx ON indices(artifact_id)')
base.execute('CREATE UNIQUE INDEX indices_sha1_idx ON indices(sha1)')
for number, (group, artifact, version, path) in enumerate(known):
    digest = hashlib.sha1(open(path, 'rb').read()).digest()
    base.execute('INSERT INTO artifacts VALUES (?, ?, ?)', (number, group, artifact))
    base.execute('INSERT INTO indices VALUES (?, ?, ?, ?)', (number, version, digest, 'jar'))
base.commit()
days = {name: '2099-01-01T00:00:00Z' for name in ('NextUpdate', 'UpdatedAt', 'DownloadedAt')}
json.dump({'Version': 1, **days}, open(folder + '/metadata.json', 'w'))
`;

/** Advisories of distributions that the databases of Trivy and Grype here know nothing of. */
const DISTRIBUTIONS = ['osv/AlmaLinux'];
let distributions: Promise<string> | undefined;
async function distributionsDatabase(): Promise<string> {
  const at = folder('distributions');
  const only = ['--only', DISTRIBUTIONS.join(',')];
  const done = await plimsoll(['db', 'update', '--feeds', feeds, ...only], { home: at, env: { PIP_NO_INDEX: '1' } });
  if (done.code !== 0) throw new Error(done.stderr);
  return at;
}

/** Of Alpine 3.10 as it came out in June 2019: package, version, source. */
const ALPINE = [
  ['musl', '1.1.22-r2', 'musl'],
  ['busybox', '1.30.1-r2', 'busybox'],
  ['libcrypto1.1', '1.1.1b-r1', 'openssl'],
  ['libssl1.1', '1.1.1b-r1', 'openssl'],
  ['libcurl', '7.65.1-r0', 'curl'],
  ['curl', '7.65.1-r0', 'curl'],
  ['expat', '2.2.7-r0', 'expat'],
  ['sqlite-libs', '3.28.0-r0', 'sqlite'],
  ['git', '2.22.0-r0', 'git'],
  ['nghttp2-libs', '1.38.0-r0', 'nghttp2'],
] as const;

/** What a shop of 2021 asked for. */
const YARN = { axios: '0.21.1', tar: '4.4.8', lodash: '4.17.15', jquery: '3.4.1', extend: '3.0.1', flat: '4.1.0' };

type Made = Input | { readonly reason: string };
const INPUTS: Readonly<Record<string, () => Made | Promise<Made>>> = {
  async 'an image of Debian 11 in a Docker Engine'() {
    const base = fixBase();
    if ('reason' in base) return base;
    const image = await inEngine(join(base.path, 'base.tar'), ['/bin/bash']);
    return 'reason' in image ? image : { ...image, findings: 20, classes: 2 };
  },
  async 'an environment of conda'() {
    if (!existsSync(CONDA)) return { reason: 'no ../shared/inventories' };
    const meta = folder('conda', 'opt', 'conda', 'conda-meta');
    for (const line of readFileSync(CONDA, 'utf8').split('\n')) {
      const [, url, subdir, name, plain, version, build, md5] = CONDA_PACKAGE.exec(line) ?? [];
      if (name === undefined) continue;
      const about = {
        name: plain,
        version,
        build,
        build_number: 0,
        subdir,
        md5,
        url,
        fn: `${name}.conda`,
        depends: [],
        files: name.startsWith('python-3') ? ['bin/python'] : [],
      };
      writeFileSync(join(meta, `${name}.json`), JSON.stringify(about));
    }
    // Whatever program lies where its Python would: its record says whose it is.
    copyFileSync(process.execPath, join(folder('conda', 'opt', 'conda', 'bin'), 'python'));
    const image = await folderInEngine('conda', ['/opt/conda/bin/python', '-c', 'pass']);
    return 'reason' in image ? image : { ...image, findings: 10, classes: 2 };
  },
  async 'a Java application'() {
    const repository = join(homedir(), '.m2', 'repository');
    const here = JARS.filter((path) => existsSync(join(repository, path)));
    if (here.length < JARS.length / 2) return { reason: 'no local repository of Maven with the jars' };
    const library = folder('java', 'app', 'lib');
    for (const path of here) copyFileSync(join(repository, path), join(library, path.replace(/^.*\//, '')));
    // Without a Java: of what starts nothing is known, and all have to say so.
    const image = await folderInEngine('java', ['java', '-cp', '/app/lib/*', 'Shop']);
    if ('reason' in image) return image;
    const environment = { ...image.environment, TRIVY_CACHE_DIR: knowingJars(here, repository) };
    return { ...image, environment, findings: 3, classes: 1 };
  },
  async 'a project of Node with a lock of Yarn'() {
    if (lacking('npm').length > 0) return { reason: 'npm is not installed' };
    const tools = folder('yarn-tool');
    const got = spawnSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', tools, 'yarn@1.22.22']);
    if (got.status !== 0) return { reason: 'yarn cannot be had from the registry of npm' };
    const app = folder('node', 'app');
    writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'shop', version: '1.0.0', dependencies: YARN }));
    writeFileSync(join(app, 'index.js'), "const axios = require('axios');\nconst _ = require('lodash');\n");
    const flags = ['install', '--ignore-scripts', '--silent', '--no-progress', '--cwd', app];
    const kept = ['--cache-folder', folder('yarn-cache')];
    const installed = spawnSync(join(tools, 'node_modules/.bin/yarn'), [...flags, ...kept], { encoding: 'utf8' });
    if (installed.status !== 0) return { reason: `yarn installs nothing here: ${installed.stderr.slice(0, 200)}` };
    const bin = folder('node', 'usr', 'bin');
    copyFileSync(process.execPath, join(bin, 'node'));
    const image = await folderInEngine('node', ['node', '/app/index.js']);
    return 'reason' in image ? image : { ...image, findings: 5, classes: 2 };
  },
  async 'a root of Alpine 3.10'() {
    const etc = folder('alpine', 'etc');
    writeFileSync(join(etc, 'os-release'), 'ID=alpine\nVERSION_ID=3.10.0\nPRETTY_NAME="Alpine Linux v3.10"\n');
    writeFileSync(join(etc, 'alpine-release'), '3.10.0\n');
    const entries = ALPINE.map(
      ([name, version, source]) =>
        `P:${name}\nV:${version}\nA:x86_64\nT:${name}\no:${source}\n${name === 'busybox' ? 'F:bin\nR:busybox\nR:sh\n' : ''}`,
    );
    copyFileSync(process.execPath, join(folder('alpine', 'bin'), 'busybox'));
    symlinkSync('busybox', join(folder('alpine', 'bin'), 'sh'));
    writeFileSync(join(folder('alpine', 'lib', 'apk', 'db'), 'installed'), `${entries.join('\n')}\n`);
    const image = await folderInEngine('alpine', ['/bin/sh']);
    return 'reason' in image ? image : { ...image, findings: 10, classes: 2 };
  },
  async 'a root whose database rpm has written'() {
    const made = systems();
    if ('reason' in made) return made;
    run('tar', ['-xf', join(made.path, 'rpm.tar'), '-C', folder('rpm'), ...NO_DEVICES]);
    distributions ??= distributionsDatabase();
    const image = await folderInEngine('rpm', ['/bin/bash']);
    if ('reason' in image) return image;
    return { ...image, database: await distributions, findings: 20, peersKnowNothing: true, classes: 2 };
  },
};

describe.skipIf(noPeers !== undefined)(titled('one answer, whoever is asked', noPeers), () => {
  beforeAll(async () => {
    await writePeerDatabases();
    await ownDatabaseOfPeers(home);
  }, 1_800_000);

  afterAll(async () => {
    for (const stop of stops) await stop();
    work.remove();
  });

  it.for(Object.entries(INPUTS))('of %s', async ([name, make], context) => {
    const input = await make();
    if ('reason' in input) return context.skip(input.reason);
    expect(await contradictions(name.replaceAll(' ', '-'), input)).toEqual([]);
  });
});
