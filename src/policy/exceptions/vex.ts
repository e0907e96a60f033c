import { addTo } from '../../collections.ts';
import { parsePurl } from '../../ecosystems/purl.ts';
import { PlimsollError } from '../../errors.ts';
import { isObject, type Json, type JsonObject, list, object, text, texts } from '../../formats/text/index.ts';
import { uriDecoded } from '../../formats/uri.ts';
import type { Suppression } from '../../model.ts';
import type { Exception, NotHiding, VexProduct } from './exception.ts';

type Said = Pick<Suppression, 'status' | 'reason' | 'justification'>;

/**
 * The statements of a VEX document that take something out of the count: OpenVEX, CSAF VEX or CycloneDX. What is affected or
 * under investigation stays. `own`: the image that the document is attached to. Throws `config` for another document.
 */
export function readVex(document: Json, path: string, own?: string): readonly Exception[] {
  const root = object(document);
  if (typeof root['@context'] === 'string' && root['@context'].startsWith('https://openvex.dev/'))
    return openVex(root, path, own);
  if (isObject(root.document) && isObject(root.product_tree)) return csafVex(root, path);
  if (root.bomFormat === 'CycloneDX') return cyclonedxVex(root, path);
  throw new PlimsollError('config', 'this is no VEX document', {
    where: path,
    hint: 'OpenVEX, CSAF VEX and CycloneDX (JSON) are read',
  });
}

/** How the author of a VEX document is told, in every format: it may have been written by anybody. */
const UNCHECKED = '(signature not checked)';
/** The same of a rule whose document is attached to the image: whoever may push there wrote it, unless its signature was checked. */
export const asAttached = (rule: Exception, signer?: string): Exception => {
  const { owner = UNCHECKED } = rule.by;
  // Only our own words at the end are changed: an author may write brackets, too.
  const author = owner.slice(0, -UNCHECKED.length);
  const { unverified: _, ...by } = rule.by;
  if (signer !== undefined)
    return { ...rule, by: { ...by, owner: `${author}(attached to the image, signed by ${signer})` } };
  return { ...rule, by: { ...rule.by, owner: `${author}(attached to the image, signature not checked)` } };
};

function rule(
  source: Suppression['source'],
  ids: readonly string[],
  products: readonly VexProduct[],
  said: Said,
  where: string,
  author: string | undefined,
): readonly Exception[] {
  if (ids.length === 0 || products.length === 0) return [];
  return [
    {
      ids,
      products,
      by: { source, where, ...said, owner: `${author ?? 'nobody named'} ${UNCHECKED}`, unverified: true },
    },
  ];
}

/**
 * Of several statements on the same vulnerability in the same product the latest counts: one that calls it affected takes back that it was not.
 * https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md
 */
function openVex(root: JsonObject, path: string, own: string | undefined): readonly Exception[] {
  const author = text(root.author);
  const dated = list(root.statements).map((value, index) => {
    const statement = object(value);
    return { statement, index, at: text(statement.timestamp) ?? text(root.timestamp) ?? '' };
  });
  const rules = new Map<string, { readonly rule: Exception; readonly products: VexProduct[] }>();
  const others = new Map<string, { readonly at: number; readonly products: readonly VexProduct[] }[]>();
  const by: NotHiding = (id) => others.get(id) ?? [];
  const ordered = dated.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.index - b.index));
  for (const [order, { statement, index }] of ordered.entries()) {
    const [ids, products] = [openVexIds(statement), openVexProducts(statement, own)];
    for (const earlier of rules.values())
      if (earlier.rule.ids.some((id) => ids.includes(id))) drop(earlier.products, products);
    const status = statusOf(statement, `${path}: statement ${index + 1}`);
    if (status !== 'not_affected' && status !== 'fixed') {
      for (const id of ids) addTo(others, id.toUpperCase(), { at: order, products });
      continue;
    }
    const reason = text(statement.impact_statement) ?? text(statement.status_notes);
    const justification = text(statement.justification);
    const said = { status, ...(reason ? { reason } : {}), ...(justification ? { justification } : {}) } as const;
    const where = `${path}: statement ${index + 1}`;
    for (const made of rule('openvex', ids, products, said, where, author))
      rules.set(where, { rule: { ...made, takenBack: { at: order, by } }, products: [...products] });
  }
  return [...rules.values()].flatMap(({ rule: made, products }) =>
    products.length > 0 ? [{ ...made, products }] : [],
  );
}

const STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;

/** The word of a statement. Throws `config` for one that OpenVEX does not have: `not-affected` would hide nothing, and nobody would know why. */
function statusOf(statement: JsonObject, where: string): (typeof STATUSES)[number] {
  const status = text(statement.status);
  const known = STATUSES.find((word) => word === status);
  if (known !== undefined) return known;
  throw new PlimsollError('config', `OpenVEX has no status ${JSON.stringify(status ?? null)}`, {
    where,
    hint: `take one of ${STATUSES.join(', ')}`,
  });
}

/** Takes out of earlier products what a later statement speaks of: the product, or parts of it. */
function drop(earlier: VexProduct[], later: readonly VexProduct[]): void {
  for (const { product, parts } of later)
    for (let at = earlier.length - 1; at >= 0; at--) {
      const known = earlier[at] as VexProduct;
      if (known.product !== product) continue;
      const left = parts.length === 0 ? [] : known.parts.filter((part) => !parts.includes(part));
      if (left.length > 0) earlier[at] = { ...known, parts: left };
      else if (parts.length === 0 || known.parts.length > 0) earlier.splice(at, 1);
    }
}

/** Before 0.2.0 the vulnerability was a plain text. */
function openVexIds(statement: JsonObject): readonly string[] {
  const vulnerability = object(statement.vulnerability);
  const all = [text(statement.vulnerability), text(vulnerability.name), ...texts(vulnerability.aliases)];
  return all.flatMap((id) => id ?? []);
}

/** An attached statement may leave its product out: it is what the statement is attached to. */
function openVexProducts(statement: JsonObject, own: string | undefined): readonly VexProduct[] {
  const stated = list(statement.products);
  if (stated.length === 0 && own !== undefined) return [{ product: own, parts: [] }];
  return stated.flatMap((product): readonly VexProduct[] => {
    const parts = list(object(product).subcomponents).flatMap((part) =>
      [text(part), ...idsOf(part)].flatMap((id) => id ?? []),
    );
    return [text(product), ...idsOf(product)].flatMap((id) => (id === undefined ? [] : [{ product: id, parts }]));
  });
}

/** A component's own id and its identifiers (`purl`). */
function idsOf(value: Json): readonly (string | undefined)[] {
  const entry = object(value);
  return [text(entry['@id']), text(object(entry.identifiers).purl)];
}

/** https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html#45-profile-5-vex */
function csafVex(root: JsonObject, path: string): readonly Exception[] {
  const products = csafProducts(object(root.product_tree));
  const publisher = text(object(object(root.document).publisher).name);
  return list(root.vulnerabilities).flatMap((value, index) => {
    const document = object(value);
    const ids = [text(document.cve), ...list(document.ids).map((id) => text(object(id).text))].flatMap(
      (id) => id ?? [],
    );
    const flags = list(document.flags).map(object);
    const status = object(document.product_status);
    const contradicted = new Set(CONTRADICTING.flatMap((key) => texts(status[key])));
    return (['known_not_affected', 'fixed'] as const).flatMap((key) =>
      texts(status[key]).flatMap((id) => {
        const product = products.get(id);
        if (!product || contradicted.has(id)) return [];
        const justification = flags.find((flag) => texts(flag.product_ids).includes(id));
        const why = list(document.threats)
          .map(object)
          .find((threat) => text(threat.category) === 'impact' && texts(threat.product_ids).includes(id));
        const said: Said = {
          status: key === 'fixed' ? 'fixed' : 'not_affected',
          ...(text(why?.details) === undefined ? {} : { reason: text(why?.details) as string }),
          ...(text(justification?.label) === undefined ? {} : { justification: text(justification?.label) as string }),
        };
        return rule('csaf', ids, [product], said, `${path}: vulnerability ${index + 1}`, publisher);
      }),
    );
  });
}

/** A product that is said to be one of these, too, is none that a document hides: it contradicts itself. https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html#616-contradicting-product-status */
const CONTRADICTING = ['known_affected', 'first_affected', 'last_affected', 'under_investigation'];

/** A product of the tree by what identifies it. */
interface CsafProduct {
  readonly purl?: string;
  readonly cpe?: string;
  /** The versions that its branch names, where its package URL names none. */
  readonly ranges?: readonly string[];
}

/** Products by id: those of the branches, and parts of others by relationship. */
function csafProducts(tree: JsonObject): ReadonlyMap<string, VexProduct> {
  const known = new Map<string, CsafProduct>();
  const take = (value: Json | undefined, versions?: readonly string[]): void => {
    const product = object(value);
    const helper = object(product.product_identification_helper);
    const [id, purl, cpe] = [text(product.product_id), text(helper.purl), text(helper.cpe)];
    const ranges = purl === undefined || parsePurl(purl)?.version !== undefined ? undefined : versions;
    if (id !== undefined)
      known.set(id, { ...(purl ? { purl } : {}), ...(cpe ? { cpe } : {}), ...(ranges ? { ranges } : {}) });
  };
  const open = list(tree.branches).map((branch) => ({
    branch: object(branch),
    above: undefined as readonly string[] | undefined,
  }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { branch } = next;
    const versions = versionsOf(branch) ?? next.above;
    take(branch.product, versions);
    open.push(...list(branch.branches).map((inner) => ({ branch: object(inner), above: versions })));
  }
  for (const value of list(tree.full_product_names)) take(value);
  const products = new Map(
    [...known].flatMap(([id, { purl, ranges }]): [string, VexProduct][] =>
      purl ? [[id, { product: purl, parts: [], ...(ranges ? { ranges } : {}) }]] : [],
    ),
  );
  for (const value of list(tree.relationships)) {
    const document = object(value);
    const id = text(object(document.full_product_name).product_id);
    const { purl: part, ranges } = known.get(text(document.product_reference) ?? '') ?? {};
    const whole = known.get(text(document.relates_to_product_reference) ?? '');
    const product = part === undefined ? undefined : partOf(part, whole);
    if (id !== undefined && product) products.set(id, { ...product, ...(ranges ? { ranges } : {}) });
  }
  return products;
}

/**
 * The versions that a branch means, as ranges in the notation `vers`. A range in free words (`before 4.2`) is none that could be judged, and holds
 * nothing; of versions, names such as Red Hat's `openssl` are none.
 * https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html#3122-branches-type---name
 */
function versionsOf(branch: JsonObject): readonly string[] | undefined {
  const name = text(branch.name) ?? '';
  if (text(branch.category) === 'product_version_range') return [name];
  const isVersion = text(branch.category) === 'product_version' && /^v?\d/i.test(name);
  return isVersion ? [exactly(name.replace(/^v/i, ''))] : undefined;
}

/** A range that holds one version. */
const exactly = (version: string): string => `vers:generic/${encodeURIComponent(version)}`;

/**
 * A part of an image is about that image; a part of a distribution about the package in that release. A package without a version
 * in a release that nobody here knows is about nothing: it would hide the same name everywhere.
 */
function partOf(part: string, whole: CsafProduct | undefined): VexProduct | undefined {
  if (whole?.purl?.startsWith('pkg:oci/')) return { product: whole.purl, parts: [part] };
  const release = /^cpe:(?:\/|2\.3:)[oa]:redhat:enterprise_linux:(\d+)/.exec(whole?.cpe ?? '')?.[1];
  if (release !== undefined) return { product: part, parts: [], namespace: `Red Hat:${release}` };
  return whole?.cpe === undefined || parsePurl(part)?.version !== undefined ? { product: part, parts: [] } : undefined;
}

const CYCLONEDX: ReadonlyMap<string, Suppression['status']> = new Map([
  ['not_affected', 'not_affected'],
  ['false_positive', 'false_positive'],
  ['resolved', 'fixed'],
  ['resolved_with_pedigree', 'fixed'],
]);

/** https://cyclonedx.org/capabilities/vex/ */
function cyclonedxVex(root: JsonObject, path: string): readonly Exception[] {
  const purls = new Map<string, string>();
  const open: Json[] = [object(root.metadata).component ?? null, ...list(root.components)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entry = object(next);
    const [ref, purl] = [text(entry['bom-ref']), text(entry.purl)];
    if (ref !== undefined && purl !== undefined) purls.set(ref, purl);
    open.push(...list(entry.components));
  }
  const author =
    text(object(list(object(root.metadata).authors)[0]).name) ?? text(object(object(root.metadata).supplier).name);
  return list(root.vulnerabilities).flatMap((value, index) => {
    const entry = object(value);
    const analysis = object(entry.analysis);
    const status = CYCLONEDX.get(text(analysis.state) ?? '');
    const id = text(entry.id);
    if (!status || id === undefined) return [];
    const products = list(entry.affects).flatMap((affected): readonly VexProduct[] => {
      // A BOM-Link names the component behind `#`.
      const ref = text(object(affected).ref)?.replace(/^urn:cdx:[^#]*#/, '') ?? '';
      const product = purls.get(ref) ?? purls.get(uriDecoded(ref)) ?? uriDecoded(ref);
      const ranges = list(object(affected).versions).map(object).flatMap(unaffectedOf);
      const isNarrowed = list(object(affected).versions).length > 0;
      return product === '' ? [] : [{ product, parts: [], ...(isNarrowed ? { ranges } : {}) }];
    });
    const [reason, justification] = [text(analysis.detail), text(analysis.justification)];
    const said = { status, ...(reason ? { reason } : {}), ...(justification ? { justification } : {}) };
    const ids = [id, ...list(entry.references).flatMap((reference) => text(object(reference).id) ?? [])];
    return rule('cyclonedx', ids, products, said, `${path}: vulnerability ${index + 1}`, author);
  });
}

/** A version, or a range of them, that a statement means which takes something out; one that it calls affected in the same breath is none. */
function unaffectedOf(entry: JsonObject): readonly string[] {
  const status = text(entry.status);
  if (status === 'affected' || status === 'unknown') return [];
  const [version, range] = [text(entry.version), text(entry.range)];
  return [...(version === undefined ? [] : [exactly(version)]), ...(range === undefined ? [] : [range])];
}
