import { boundedBytes } from '../../bounded-file.ts';
import { PlimsollError } from '../../errors.ts';
import { isObject, type Json, jsonReader, list, object, text, texts } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { missingFile } from '../../missing-file.ts';
import { type FixState, SEVERITIES, type Severity } from '../../model.ts';
import { decoded, reportBytes } from '../../scanners/report-source.ts';
import type { ScannerReport } from '../../scanners/scanner.ts';
import { otherSchema } from '../../schemas.ts';
import type { Plan } from '../plan.ts';
import { placesOf } from '../proof.ts';
import type { EarlierFinding } from '../verification.ts';
import { plannedKey } from './tally.ts';

/** What an earlier file says: the findings then, and those that a plan predicted to stay. */
export interface Earlier {
  readonly reference: string;
  readonly created: string;
  readonly findings: readonly EarlierFinding[];
  /** Present where the file is a plan. */
  readonly predicted?: readonly EarlierFinding[];
  /** Of the findings those that a plan hopes to clear and does not promise. */
  readonly hoped?: readonly EarlierFinding[];
  /** Folders of which the plan could promise nothing. */
  readonly uncertain?: readonly string[];
  readonly digest?: string;
  /** Digest of the image's configuration. */
  readonly imageId?: string;
  /** The goal of a plan. */
  readonly goal?: string;
  /** `Trivy 0.42.1`: another scanner's report, which does not say where things lie. */
  readonly scanner?: string;
  /** That report. */
  readonly report?: ScannerReport;
  /** Digest of the database it was judged by. */
  readonly database?: string;
  /** The operating system's id, where the file says it. */
  readonly system?: string;
}

/** Reads a plan of ours, a report of ours or of another scanner. Throws `not-found`, `limit`, `corrupt`. */
export async function readEarlier(path: string): Promise<Earlier> {
  const bytes = await boundedBytes(path, LIMITS.planBytes).catch((cause: unknown) => {
    if (cause instanceof PlimsollError) throw cause;
    throw missingFile(path, 'report', cause);
  });
  return earlierOf(await ownParts(bytes, path), path) ?? earlierOfReport(await readForeign(bytes, path));
}

/**
 * A document as far as ours are asked here, kept within the budget of a report. Of others only what tells that they are not ours: their rows are
 * read by their own readers.
 */
async function ownParts(bytes: Buffer, path: string): Promise<Json> {
  const reader = jsonReader({
    skip: ['packages', 'subject.config', 'Results', 'matches', 'runs', 'vulnerabilities', 'components'],
  });
  try {
    for await (const chunk of decoded(reportBytes(bytes, path))) reader.write(chunk);
    return reader.end();
  } catch (cause) {
    if (cause instanceof PlimsollError && cause.code !== 'corrupt')
      throw new PlimsollError(cause.code, cause.message, { where: path, cause });
    throw new PlimsollError('corrupt', 'this is no JSON', { where: path, hint: 'write it with -f json', cause });
  }
}

async function readForeign(bytes: Buffer, path: string): Promise<ScannerReport> {
  // Thirty readers, of which a plan for a scan of ours needs none.
  const { readReport } = await import('../../scanners/read.ts');
  try {
    return await readReport(reportBytes(bytes, path));
  } catch (cause) {
    throw new PlimsollError('corrupt', 'this is neither a plan nor a report', {
      where: path,
      hint: 'write one with plimsoll scan -f json or plimsoll fix -f json, or give a report of Trivy or Grype',
      cause,
    });
  }
}

/** What a plan promises, without a file between. */
export function earlierOfPlan(plan: Plan): Earlier {
  return earlierOf(JSON.parse(JSON.stringify(plan)) as Json, plan.subject.reference) as Earlier;
}

/** What a document of ours says; undefined for other documents. Throws `corrupt` for one of another schema. */
function earlierOf(document: Json, where: string): Earlier | undefined {
  const root = object(document);
  const other = object(root.tool).name === 'plimsoll' ? otherSchema(root.schemaVersion) : undefined;
  if (other !== undefined)
    throw new PlimsollError('corrupt', `this ${other}`, {
      where,
      hint: 'write it again with the plimsoll that reads it',
    });
  const subject = object(root.subject);
  const system = text(object(root.os).id);
  const about = {
    ...(system === undefined ? {} : { system }),
    reference: text(subject.reference) ?? '',
    created: text(root.created) ?? '',
    ...(text(subject.digest) === undefined ? {} : { digest: text(subject.digest) as string }),
    ...(text(subject.imageId) === undefined ? {} : { imageId: text(subject.imageId) as string }),
    ...(text(object(root.database).digest) === undefined
      ? {}
      : { database: text(object(root.database).digest) as string }),
  };
  if (root.kind === 'fix' && Array.isArray(root.cleared) && Array.isArray(root.remaining)) {
    const remaining = list(root.remaining).flatMap(plannedOf);
    return {
      ...about,
      findings: [...list(root.cleared).flatMap(plannedOf), ...remaining],
      predicted: [...remaining, ...list(root.brought).flatMap(plannedOf)],
      hoped: list(root.cleared)
        .filter((entry) => text(object(entry).hoped) !== undefined)
        .flatMap(plannedOf),
      uncertain: texts(root.uncertain),
      ...(text(root.goal) === undefined ? {} : { goal: text(root.goal) as string }),
    };
  }
  if (Array.isArray(root.findings) && isObject(root.tool) && root.tool.name === 'plimsoll')
    return {
      ...about,
      reference: about.reference || where,
      findings: distinct(list(root.findings).flatMap(reportedOf)),
    };
  return undefined;
}

/** What another scanner found: source packages where it names them, each vulnerability once. */
export function earlierOfReport(report: ScannerReport): Earlier {
  const { title, subject, created, findings, where } = report;
  return {
    report,
    reference: subject.name ?? where,
    created: created ?? '',
    scanner: title,
    ...(subject.digest === undefined ? {} : { digest: subject.digest }),
    ...(subject.imageId === undefined ? {} : { imageId: subject.imageId }),
    findings: distinct(
      findings.map((finding): EarlierFinding => {
        const version = finding.fix.versions[0];
        return {
          id: finding.id,
          aliases: finding.aliases,
          type: finding.type ?? '',
          name: finding.source?.name ?? finding.package,
          ...(finding.source && finding.source.name !== finding.package ? { binaries: [finding.package] } : {}),
          version: finding.source?.version ?? finding.version,
          severity: finding.severity,
          fix: { state: finding.fix.state, ...(version === undefined ? {} : { version }) },
          places: placesIn(finding),
        };
      }),
    ),
  };
}

/** Where it lies as far as the report says: scanners write a path with a slash before it or without. */
function placesIn({ type = '', locations }: ScannerReport['findings'][number]): readonly string[] {
  const paths = locations.map((path) => path.replace(/^\/+/, ''));
  return placesOf({ type, evidence: paths.map((path) => ({ path, layer: 0, diffID: '', analyzer: '' })) });
}

function plannedOf(value: Json): EarlierFinding[] {
  const entry = object(value);
  const [id, type, name, version] = [text(entry.id), text(entry.type), text(entry.name), text(entry.version)];
  if (id === undefined || type === undefined || name === undefined || version === undefined) return [];
  const places = texts(entry.places);
  const rest = { severity: severityOf(entry.severity), fix: fixOf(entry.fix) };
  return [{ id, aliases: [], type, name, version, ...rest, places: places.length === 0 ? [''] : places }];
}

function reportedOf(value: Json): EarlierFinding[] {
  const entry = object(value);
  const pkg = object(entry.package);
  const source = object(pkg.source);
  const id = text(entry.id);
  const type = text(pkg.type);
  const name = text(source.name) ?? text(pkg.name);
  const version = text(source.version) ?? text(pkg.version);
  if (id === undefined || type === undefined || name === undefined || version === undefined) return [];
  const aliases = list(entry.aliases).flatMap((alias) => text(alias) ?? []);
  const evidence = list(entry.locations).flatMap((location) => {
    const path = text(object(location).path);
    return path === undefined ? [] : [{ path, layer: 0, diffID: '', analyzer: '' }];
  });
  const rest = { severity: severityOf(entry.severity), fix: fixOf(entry.fix), places: placesOf({ type, evidence }) };
  return [{ id, aliases, type, name, version, ...rest }];
}

function distinct(findings: readonly EarlierFinding[]): EarlierFinding[] {
  return [...new Map(findings.map((finding) => [plannedKey(finding), finding])).values()];
}

const severityOf = (value: Json | undefined): Severity =>
  SEVERITIES.find((severity) => severity === value) ?? 'UNKNOWN';

function fixOf(value: Json | undefined): EarlierFinding['fix'] {
  const fix = object(value);
  const states: readonly FixState[] = ['fixed', 'subscription', 'not-fixed', 'wont-fix', 'deferred', 'unknown'];
  const version = text(fix.version);
  return {
    state: states.find((state) => state === fix.state) ?? 'unknown',
    ...(version === undefined ? {} : { version }),
  };
}
