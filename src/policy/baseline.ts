import { stat } from 'node:fs/promises';
import { boundedBytes } from '../bounded-file.ts';
import { sameName } from '../ecosystems/names.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { PlimsollError } from '../errors.ts';
import { isObject, type Json, type JsonObject, jsonReader, list, object, text, texts } from '../formats/text/index.ts';
import { LIMITS } from '../limits.ts';
import { missingFile } from '../missing-file.ts';
import type { Finding, Notice, Report, Risk } from '../model.ts';
import { decoded, reportBytes } from '../scanners/report-source.ts';
import { otherSchema } from '../schemas.ts';
import type { Baseline } from './judge.ts';
import { type ImageMarks, marksOf, subjectMarks, whyOtherImage } from './other-image.ts';

/** A baseline that was read. */
interface ReadBaseline extends Baseline {
  /** What is to be said where it is of another image: what is new since then is a question about one. */
  noticesOn(report: Report): readonly Notice[];
}

/**
 * Reads a report of `plimsoll scan -f json` as what was there before. A vulnerability is the same whatever the version of the
 * package, a risk whatever its words. Throws `not-found`, `limit`, `corrupt`: a baseline that cannot be read opens no gate.
 */
export async function readBaseline(path: string): Promise<ReadBaseline> {
  await stat(path).catch((cause: unknown) => {
    throw missingFile(path, 'baseline', cause);
  });
  const known = new Set<string>();
  const packages: (readonly string[])[] = [];
  let rows = 0;
  const row = (take: (value: Json) => void) => (value: Json) => {
    rows += 1;
    if (rows > LIMITS.reportRows)
      throw new PlimsollError('limit', `the baseline has more than ${LIMITS.reportRows} rows`, { where: path });
    take(value);
  };
  const addFinding = row((value) => {
    for (const key of findingKeysOf(value)) known.add(key);
  });
  const reader = jsonReader({
    each: {
      'findings.*': addFinding,
      'suppressed.*': addFinding,
      'risks.*': row((value) => known.add(riskKeyOf(value))),
      'packages.*': row((value) => packages.push(packageNames(value))),
    },
    // Which of two lists counts would decide what is new.
    duplicate: (at) => {
      if (at.length === 1) throw damaged(path, `says ${String(at[0])} twice`);
    },
  });
  const root = object(await wholeDocument(path, reader));
  if (
    !Array.isArray(root.findings) ||
    !Array.isArray(root.risks) ||
    !isObject(root.tool) ||
    root.tool.name !== 'plimsoll'
  )
    throw damaged(path, 'is no report of plimsoll scan');
  const other = otherSchema(root.schemaVersion);
  if (other !== undefined) throw damaged(path, other);
  const then = { ...marksIn(root), packages };
  return {
    has: (subject) =>
      'category' in subject ? known.has(riskKey(subject)) : findingKeys(subject).some((key) => known.has(key)),
    noticesOn: (report) => {
      const why = whyOtherImage(then, marksOf(report));
      if (why === undefined) return [];
      const message = `the baseline ${path} seems to be of another image, and new is only what it does not have: ${why}; write one of this image with plimsoll scan -f json`;
      return [{ level: 'warning', code: 'baseline-other', message }];
    },
  };
}

const damaged = (path: string, why: string, cause?: unknown): PlimsollError =>
  new PlimsollError('corrupt', `the baseline ${why}`, {
    where: path,
    hint: 'write one with plimsoll scan -f json',
    cause,
  });

async function wholeDocument(path: string, reader: ReturnType<typeof jsonReader>): Promise<Json> {
  const bytes = await boundedBytes(path, LIMITS.planBytes);
  try {
    for await (const chunk of decoded(reportBytes(bytes, path))) reader.write(chunk);
    return reader.end();
  } catch (cause) {
    if (cause instanceof PlimsollError && (cause.code !== 'corrupt' || cause.where === path)) throw cause;
    throw damaged(path, 'cannot be read as JSON', cause);
  }
}

/** What the document says of its image. */
function marksIn(root: JsonObject): Omit<ImageMarks, 'packages'> {
  const { digest, imageId, source, name, repoTags, repoDigests, platform } = object(root.subject);
  const architecture = text(object(platform).architecture);
  return {
    ...subjectMarks({
      ...(text(digest) === undefined ? {} : { digest: text(digest) as string }),
      ...(text(imageId) === undefined ? {} : { imageId: text(imageId) as string }),
      ...(source === 'registry' || source === 'docker' ? { source, name: text(name) ?? '' } : {}),
      repoTags: texts(repoTags),
      repoDigests: texts(repoDigests),
    }),
    ...(architecture === undefined ? {} : { architecture }),
    system: text(object(root.os).id),
  };
}

function packageNames(value: Json): readonly string[] {
  const entry = object(value);
  return [text(entry.name), text(object(entry.source).name)].filter((name) => name !== undefined);
}

const keys = (ids: readonly string[], type: string, name: string): readonly string[] =>
  ids.map((id) => `${id}\0${type}\0${sameName(type, name)}`);

const findingKeys = ({ id, aliases, package: pkg }: Finding): readonly string[] =>
  keys([id, ...aliases], pkg.type, sourceOf(pkg).name);

function findingKeysOf(value: Json): readonly string[] {
  const entry = object(object(value).finding ?? value);
  const pkg = object(entry.package);
  const name = text(object(pkg.source).name) ?? text(pkg.name) ?? '';
  const ids = [text(entry.id) ?? '', ...list(entry.aliases).flatMap((alias) => text(alias) ?? [])];
  return keys(ids, text(pkg.type) ?? '', name);
}

/** What makes two risks the same one in two reports. */
export const riskKey = ({ category, rule, evidence }: Risk): string => `${category}\0${rule}\0${evidence.path}`;

function riskKeyOf(value: Json): string {
  const entry = object(value);
  return `${text(entry.category) ?? ''}\0${text(entry.rule) ?? ''}\0${text(object(entry.evidence).path) ?? ''}`;
}
