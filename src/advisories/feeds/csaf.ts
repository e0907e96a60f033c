import { listMember, member, textMember } from '../values.ts';

/** One product of a CSAF document. */
export interface CsafProduct {
  readonly name: string;
  /** Names of the branches above it, outermost first, and its own. */
  readonly path: readonly string[];
  /** The branch that says on which system it runs. */
  readonly platform?: string;
  readonly purl?: string;
  readonly cpe?: string;
}

/** Branches within branches: real trees are 4 deep. */
const DEPTH = 20;
const PRODUCTS = 200_000;

/**
 * The products of a CSAF product tree by their ids; a relationship (a component as a part of a platform) is a product too,
 * with the platform's path. https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html#322-product-tree-property
 */
export function csafProducts(tree: unknown): ReadonlyMap<string, CsafProduct> {
  const products = new Map<string, CsafProduct>();
  const todo = listMember(tree, 'branches').map((branch) => ({
    branch,
    path: [] as readonly string[],
    platform: undefined as string | undefined,
  }));
  for (let next = todo.pop(); next !== undefined && products.size < PRODUCTS; next = todo.pop()) {
    const { branch } = next;
    const name = textMember(branch, 'name', 500) ?? '';
    const path = [...next.path, name];
    const platform = textMember(branch, 'category', 50) === 'architecture' ? name : next.platform;
    const product = member(branch, 'product');
    const id = textMember(product, 'product_id', 1_000);
    if (id !== undefined) {
      const helper = member(product, 'product_identification_helper');
      const [purl, cpe] = [textMember(helper, 'purl', 1_000), textMember(helper, 'cpe', 1_000)];
      products.set(id, {
        name: textMember(product, 'name', 1_000) ?? name,
        path,
        ...(platform !== undefined && { platform }),
        ...(purl !== undefined && { purl }),
        ...(cpe !== undefined && { cpe }),
      });
    }
    if (path.length < DEPTH)
      for (const inner of listMember(branch, 'branches')) todo.push({ branch: inner, path, platform });
  }
  return products;
}

/** A component within a platform: `red_hat_enterprise_linux_8` has `openssl`. */
export interface CsafRelation {
  readonly component: string;
  readonly platform: string;
}

/** The relationships of a product tree by the id of the whole. */
export function csafRelations(tree: unknown): ReadonlyMap<string, CsafRelation> {
  const relations = new Map<string, CsafRelation>();
  for (const relation of listMember(tree, 'relationships', PRODUCTS)) {
    const id = textMember(member(relation, 'full_product_name'), 'product_id', 1_000);
    const component = textMember(relation, 'product_reference', 1_000);
    const platform = textMember(relation, 'relates_to_product_reference', 1_000);
    if (id !== undefined && component !== undefined && platform !== undefined)
      relations.set(id, { component, platform });
  }
  return relations;
}
