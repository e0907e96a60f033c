import { printable } from '../errors.ts';
import type { Supplier } from '../model.ts';
import { withoutEnd } from './ends.ts';
import { objectOf, objectsOf, textOf } from './json-values.ts';

/** Longer texts name nobody. */
const CHARACTERS = 300;
/** Words for "not known". */
const NOBODY = /^(?:noassertion|none|unknown|unspecified|n\/a)$/i;
/** Words in the names of organizations. */
const ORGANIZATION =
  /\b(?:teams?|group|maintainers|developers|project|authors|contributors|foundation|inc|llc|ltd|gmbh|corp(?:oration)?|labs?|community|association|developers?)\b/i;

/** `Jane Doe <jane@example.org>`, with npm's `(https://jane.example)` behind it, in its parts; undefined for a text without a name. */
export function supplierNamed(text: string): Supplier | undefined {
  const [, name = '', address] = /^([^<>]*)(?:<([^<>\s]+@[^<>\s]+)>)?/.exec(printable(text, CHARACTERS)) ?? [];
  return supplier(name, ORGANIZATION.test(name) ? 'organization' : 'person', address);
}

/** What SPDX writes: `Organization: ACME (security@acme.example)`. https://spdx.github.io/spdx-spec/v2.3/package-information/#75-package-supplier-field */
export function spdxSupplierNamed(text: string): Supplier | undefined {
  const [, kind, name = '', address] =
    /^(Organization|Person):([^()]*)(?:\(([^()\s]+@[^()\s]+)\))?/i.exec(printable(text, CHARACTERS)) ?? [];
  return kind === undefined
    ? undefined
    : supplier(name, kind.toLowerCase() === 'person' ? 'person' : 'organization', address);
}

/** An organizational entity or contact of CycloneDX. https://cyclonedx.org/docs/1.6/json/#metadata_supplier */
export function cycloneDxSupplier(entity: unknown, kind: Supplier['kind'] = 'organization'): Supplier | undefined {
  const { name, email, contact } = objectOf(entity);
  const address = textOf(email) ?? textOf(objectsOf([contact].flat())[0]?.email);
  return supplier(printable(textOf(name) ?? '', CHARACTERS), kind, address);
}

function supplier(written: string, kind: Supplier['kind'], address: string | undefined): Supplier | undefined {
  const name = withoutEnd(written.replace(/[()]/g, ' ').trim().replace(/^["']/, ''), '"\', ');
  if (name === '' || NOBODY.test(name)) return undefined;
  const isAddress = address !== undefined && /^[^\s()<>]{1,200}@[^\s()<>]{1,200}$/.test(address);
  return { name, kind, ...(isAddress ? { address: printable(address, CHARACTERS) } : {}) };
}
