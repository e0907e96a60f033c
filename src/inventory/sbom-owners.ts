import type { PackageFact } from '../analyzers/analyzer.ts';
import { addTo } from '../collections.ts';
import { isSystemType, packageOfPurl } from '../ecosystems/index.ts';
import { parsePurl } from '../ecosystems/purl.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { plain, plainNames } from '../layers/owner-names.ts';
import type { Owner } from '../layers/ownership.ts';
import type { BillEntry } from '../model.ts';
import { proofOf } from './owner-proof.ts';

/** Syft's word for a package that lies in another's files. */
const OVERLAP = 'ownership-by-file-overlap';

/**
 * Which OS package each entry of a bill is of: the one that our own documents name; the one in whose files Syft found it; and, where a format has no
 * relation for that, the one of its name or source, in its version, where what is in a folder of the distribution. A claim is weighed as that of an image's lists is:
 * a bill may relate a package to one that has nothing to do with it.
 */
export function billOwners(
  known: readonly { readonly fact: PackageFact }[],
): (entry: BillEntry, fact: PackageFact) => Owner | undefined {
  const listed = new Map<string, PackageFact[]>();
  const byName = new Map<string, Owner[]>();
  for (const { fact } of known) {
    if (!isSystemType(fact.type)) continue;
    const owner: Owner = { type: fact.type, name: fact.name };
    addTo(listed, keyOf(owner), fact);
    for (const name of new Set([fact.name, sourceOf(fact).name].flatMap(plainNames))) addTo(byName, name, owner);
  }
  const factsOf = (owner: Owner): readonly PackageFact[] => listed.get(keyOf(owner)) ?? [];
  return ({ paths, facts }, fact) => {
    if (isSystemType(fact.type)) return undefined;
    const [, type, name] = /^([a-z]+):(.+)$/.exec(facts.get('plimsoll:ownedBy') ?? '') ?? [];
    if (type !== undefined && name !== undefined) return { type, name };
    const isOf = (owner: Owner, proofs: readonly string[]): boolean =>
      paths.some((path) => proofs.includes(proofOf({ fact, path }, owner, factsOf) ?? ''));
    const related = ownerOfPurl(facts.get(OVERLAP));
    if (related !== undefined) return isOf(related, ['same', 'inside', 'alike']) ? related : undefined;
    return (byName.get(plain(fact.name)) ?? []).find((owner) => isOf(owner, ['same']));
  };
}

const keyOf = ({ type, name }: Owner): string => `${type} ${name}`;

function ownerOfPurl(text: string | undefined): Owner | undefined {
  const purl = text === undefined ? undefined : parsePurl(text);
  return purl !== undefined && isSystemType(purl.type)
    ? { type: purl.type, name: packageOfPurl(purl).name }
    : undefined;
}
