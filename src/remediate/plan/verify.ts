import { open } from 'node:fs/promises';
import { PlimsollError } from '../../errors.ts';
import { isObject, type Json, list, object, text, texts } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { type FixState, type Report, SEVERITIES, type Severity } from '../../model.ts';
import { parseGoal } from '../goal.ts';
import type { PlannedFinding } from '../plan.ts';
import { findingKey, placesOf } from '../proof.ts';
import { plannedFindings, plannedKey } from './tally.ts';

/** What an earlier file says: the findings then, and those that a plan predicted to stay. */
export interface Earlier {
  readonly reference: string;
  readonly created: string;
  readonly findings: readonly EarlierFinding[];
  /** Present where the file is a plan. */
  readonly predicted?: readonly EarlierFinding[];
  /** Folders of which the plan could promise nothing. */
  readonly uncertain?: readonly string[];
  readonly digest?: string;
  /** Digest of the database it was judged by. */
  readonly database?: string;
}

export type EarlierFinding = Pick<PlannedFinding, 'id' | 'type' | 'name' | 'version' | 'severity' | 'fix'> & {
  readonly aliases: readonly string[];
  readonly places: readonly string[];
};

/** What came of a change. */
export interface Verification {
  readonly schemaVersion: 1;
  readonly kind: 'verification';
  readonly before: { readonly reference: string; readonly created: string; readonly findings: number };
  readonly after: { readonly reference: string; readonly created: string; readonly findings: number };
  readonly cleared: readonly EarlierFinding[];
  readonly remaining: readonly EarlierFinding[];
  readonly fresh: readonly EarlierFinding[];
  /** Against the plan's prediction, where there was one. */
  readonly prediction?: {
    readonly holds: boolean;
    /** Predicted to be gone, and still there. */
    readonly notCleared: readonly EarlierFinding[];
    /** Predicted to stay, and gone. */
    readonly clearedBesides: readonly EarlierFinding[];
    /** There now, and neither then nor predicted. */
    readonly unforeseen: readonly EarlierFinding[];
  };
  /** True: the two were judged by databases of different content, so that a difference may be the database's. */
  readonly otherDatabase: boolean;
}

/** Reads a report or a plan of ours. Throws `not-found`, `limit`, `corrupt`. */
export async function readEarlier(path: string): Promise<Earlier> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new PlimsollError('not-found', 'there is no such report', { where: path, cause });
  });
  let bytes: Buffer;
  try {
    if ((await file.stat()).size > LIMITS.planBytes)
      throw new PlimsollError('limit', 'the report is too large', { where: path });
    bytes = await file.readFile();
  } finally {
    await file.close();
  }
  let document: Json;
  try {
    document = JSON.parse(bytes.toString('utf8')) as Json;
  } catch (cause) {
    throw new PlimsollError('corrupt', 'this is no JSON', { where: path, hint: 'write it with -f json', cause });
  }
  return earlierOf(document, path);
}

/** What a document says. Throws `corrupt` for what is neither a report nor a plan of ours. */
export function earlierOf(document: Json, where: string): Earlier {
  const root = object(document);
  const subject = object(root.subject);
  const about = {
    reference: text(subject.reference) ?? '',
    created: text(root.created) ?? '',
    ...(text(subject.digest) === undefined ? {} : { digest: text(subject.digest) as string }),
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
      uncertain: texts(root.uncertain),
    };
  }
  if (Array.isArray(root.findings) && isObject(root.tool) && root.tool.name === 'plimsoll')
    return { ...about, findings: distinct(list(root.findings).flatMap(reportedOf)) };
  throw new PlimsollError('corrupt', 'this is neither a report nor a plan of plimsoll', {
    where,
    hint: 'write one with plimsoll scan -f json or plimsoll fix -f json',
  });
}

function plannedOf(value: Json): EarlierFinding[] {
  const one = object(value);
  const [id, type, name, version] = [text(one.id), text(one.type), text(one.name), text(one.version)];
  if (id === undefined || type === undefined || name === undefined || version === undefined) return [];
  const places = texts(one.places);
  const rest = { severity: severityOf(one.severity), fix: fixOf(one.fix) };
  return [{ id, aliases: [], type, name, version, ...rest, places: places.length === 0 ? [''] : places }];
}

function reportedOf(value: Json): EarlierFinding[] {
  const one = object(value);
  const found = object(one.package);
  const source = object(found.source);
  const id = text(one.id);
  const type = text(found.type);
  const name = text(source.name) ?? text(found.name);
  const version = text(source.version) ?? text(found.version);
  if (id === undefined || type === undefined || name === undefined || version === undefined) return [];
  const aliases = list(one.aliases).flatMap((alias) => text(alias) ?? []);
  const evidence = list(one.locations).flatMap((location) => {
    const path = text(object(location).path);
    return path === undefined ? [] : [{ path, layer: 0, diffID: '', analyzer: '' }];
  });
  const rest = { severity: severityOf(one.severity), fix: fixOf(one.fix), places: placesOf({ type, evidence }) };
  return [{ id, aliases, type, name, version, ...rest }];
}

const severityOf = (value: Json | undefined): Severity => SEVERITIES.find((one) => one === value) ?? 'UNKNOWN';

function fixOf(value: Json | undefined): EarlierFinding['fix'] {
  const one = object(value);
  const states: readonly FixState[] = ['fixed', 'not-fixed', 'wont-fix', 'deferred', 'unknown'];
  const version = text(one.version);
  return {
    state: states.find((state) => state === one.state) ?? 'unknown',
    ...(version === undefined ? {} : { version }),
  };
}

const keysOf = ({ id, aliases, type, name, places }: EarlierFinding): string[] =>
  [id, ...aliases].flatMap((each) => places.map((place) => findingKey(type, name, place, each)));

function distinct(findings: readonly EarlierFinding[]): EarlierFinding[] {
  return [...new Map(findings.map((one) => [plannedKey(one), one])).values()];
}

/** Compares what was, what was promised, and what is. */
export function verify(earlier: Earlier, report: Report): Verification {
  const aliases = new Map(report.findings.map((finding) => [finding.id, finding.aliases]));
  const now = plannedFindings(report.findings, parseGoal(''), new Map(), 0).map(
    ({ id, type, name, version, severity, fix, places }): EarlierFinding => ({
      places: places ?? [''],
      id,
      type,
      name,
      version,
      severity,
      fix,
      aliases: aliases.get(id) ?? [],
    }),
  );
  const has = (findings: readonly EarlierFinding[]): ((one: EarlierFinding) => boolean) => {
    const keys = new Set(findings.flatMap(keysOf));
    return (one) => keysOf(one).some((key) => keys.has(key));
  };
  const [inNow, inThen] = [has(now), has(earlier.findings)];
  const fresh = now.filter((one) => !inThen(one));
  return {
    schemaVersion: 1,
    kind: 'verification',
    before: { reference: earlier.reference, created: earlier.created, findings: earlier.findings.length },
    after: { reference: report.subject.reference, created: report.created, findings: now.length },
    cleared: earlier.findings.filter((one) => !inNow(one)),
    remaining: now.filter(inThen),
    fresh,
    ...(earlier.predicted ? { prediction: predictionOf(earlier, earlier.predicted, now, fresh) } : {}),
    otherDatabase: earlier.database !== undefined && earlier.database !== report.database.digest,
  };
}

function predictionOf(
  earlier: Earlier,
  predicted: readonly EarlierFinding[],
  now: readonly EarlierFinding[],
  fresh: readonly EarlierFinding[],
): NonNullable<Verification['prediction']> {
  const uncertain = (one: EarlierFinding): boolean =>
    one.places.every((place) =>
      (earlier.uncertain ?? []).some((prefix) => `${place}/`.toLowerCase().startsWith(prefix)),
    );
  const keys = new Set(predicted.flatMap(keysOf));
  const unforeseen = fresh.filter((one) => !uncertain(one) && !keysOf(one).some((key) => keys.has(key)));
  const present = new Set(now.flatMap(keysOf));
  const promised = earlier.findings.filter((one) => !keysOf(one).some((key) => keys.has(key)));
  const notCleared = promised.filter((one) => keysOf(one).some((key) => present.has(key)));
  const clearedBesides = predicted.filter((one) => !keysOf(one).some((key) => present.has(key)));
  return {
    holds: notCleared.length === 0 && unforeseen.length === 0,
    notCleared,
    clearedBesides,
    unforeseen,
  };
}
