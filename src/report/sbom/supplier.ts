import { rpm } from '../../ecosystems/system-types.ts';
import { printable } from '../../errors.ts';
import { withoutEnd } from '../../formats/ends.ts';
import type { Package } from '../../model.ts';

/** Who a package is from. */
interface Supplier {
  readonly name: string;
  readonly address?: string;
  readonly isOrganisation: boolean;
}

/**
 * Where the package comes from: whom its own metadata names, else the publisher whose packages have such names (the default
 * repository of its package URL, the distribution). Undefined where nobody says so.
 */
export function supplierOf({ type, maintainer, namespace }: Package): Supplier | undefined {
  const told = maintainer === undefined ? undefined : personOf(maintainer);
  // rpm names a vendor, no person.
  if (told !== undefined && type === rpm.type) return { ...told, isOrganisation: true };
  const publisher = namespace?.split(':')[0];
  return told ?? (publisher === undefined || publisher === '' ? undefined : { name: publisher, isOrganisation: true });
}

/** `Jane Doe <jane@example.org>` in its parts; undefined for a text without a name. */
function personOf(text: string): Supplier | undefined {
  const [, name = '', address] = /^([^<>]*)(?:<([^<>\s]+@[^<>\s]+)>)?/.exec(printable(text, 300)) ?? [];
  const clean = withoutEnd(name.replace(/[()]/g, ' ').trim().replace(/^["']/, ''), '"\',');
  if (clean === '') return undefined;
  return { name: clean, ...(address === undefined ? {} : { address }), isOrganisation: ORGANISATION.test(clean) };
}

const ORGANISATION =
  /\b(?:teams?|group|maintainers|developers|project|authors|contributors|foundation|inc|llc|ltd|gmbh|corp(?:oration)?|labs?|community|association|developers?)\b/i;
