import { stat } from 'node:fs/promises';
import { boundedText } from '../bounded-file.ts';
import { sameName } from '../ecosystems/names.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { PlimsollError } from '../errors.ts';
import { isObject, type Json, list, object, text } from '../formats/text/index.ts';
import { LIMITS } from '../limits.ts';
import type { Finding, Risk } from '../model.ts';
import { otherSchema } from '../schemas.ts';
import type { Baseline } from './judge.ts';

/**
 * Reads a report of `plimsoll scan -f json` as what was there before. A vulnerability is the same whatever the version of the
 * package, a risk whatever its words. Throws `not-found`, `limit`, `corrupt`: a baseline that cannot be read opens no gate.
 */
export async function readBaseline(path: string): Promise<Baseline> {
  await stat(path).catch((cause: unknown) => {
    throw new PlimsollError('not-found', 'there is no such baseline', { where: path, cause });
  });
  const damaged = (why: string, cause?: unknown): PlimsollError =>
    new PlimsollError('corrupt', `the baseline ${why}`, {
      where: path,
      hint: 'write one with plimsoll scan -f json',
      cause,
    });
  let document: Json;
  const written = await boundedText(path, LIMITS.planBytes);
  try {
    document = JSON.parse(written) as Json;
  } catch (cause) {
    throw damaged('cannot be read as JSON', cause);
  }
  const root = object(document);
  if (
    !Array.isArray(root.findings) ||
    !Array.isArray(root.risks) ||
    !isObject(root.tool) ||
    root.tool.name !== 'plimsoll'
  )
    throw damaged('is no report of plimsoll scan');
  const other = otherSchema(root.schemaVersion);
  if (other !== undefined) throw damaged(other);
  const known = new Set([...list(root.findings), ...list(root.suppressed)].flatMap(findingKeysOf));
  for (const risk of list(root.risks)) known.add(riskKeyOf(risk));
  return {
    has: (subject) =>
      'category' in subject ? known.has(riskKey(subject)) : findingKeys(subject).some((key) => known.has(key)),
  };
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
