import { textOf, type UnknownRecord } from '../json-values.ts';

/** Of one sentence no more is read than this. */
const SENTENCES = 100_000;

/** Where it was seen: `acquired package info from installed python package manifest file: /a, /b`, and our own `seen in /a`. */
export const spdxPaths = (sourceInfo: string): string[] =>
  [...sourceInfo.slice(0, SENTENCES).matchAll(/(?:seen in |: |, )(\/[^\s,;]+)/g)].map(([, path]) => path!);

/** Where it came from, in sentences: Trivy's `built package from: glibc 2.31-13`, and our own; and our own words in the comment. */
export function* spdxFacts(sourceInfo: string, comment: string): Generator<readonly [string, string]> {
  const built = /built (?:package from:?|from the source package) (\S+) ([^\s;]+)/.exec(sourceInfo.slice(0, 10_000));
  if (built !== null) {
    yield ['plimsoll:source:name', built[1]!];
    yield ['plimsoll:source:version', built[2]!];
  }
  for (const [, key, value] of comment.slice(0, 1_000).matchAll(/plimsoll:(certainty|role|type|ownedBy)=([^\s;]+)/g))
    yield [`plimsoll:${key}`, value!];
}

/** What Syft calls a relation from an OS package to what lies in its files, in its own JSON and in the comments of SPDX. */
export const OWNERSHIP = 'ownership-by-file-overlap';

/** Whose files each element lies in: the package URL of its owner, by its id. */
export function spdxOwners(
  relationships: readonly UnknownRecord[],
  purlOf: (id: string) => string | undefined,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { comment, from, to } of relationships) {
    if (textOf(comment)?.startsWith(OWNERSHIP) !== true) continue;
    const purl = purlOf(textOf(from) ?? '');
    const child = textOf(to);
    if (purl !== undefined && child !== undefined && !owners.has(child)) owners.set(child, purl);
  }
  return owners;
}
