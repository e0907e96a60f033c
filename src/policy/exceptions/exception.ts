import type { Suppression } from '../../model.ts';

/** A product as a VEX document names it: a package URL, of the image or of a package in it. */
export interface VexProduct {
  readonly product: string;
  /** Parts of the product the statement is about; empty: all of it. */
  readonly parts: readonly string[];
  /** Only these versions of the package: ranges in the notation `vers`, of which one has to hold. */
  readonly ranges?: readonly string[];
  /** Only in this release of a distribution: `Red Hat:8`. */
  readonly namespace?: string;
}

/** Statements of a document that hide nothing, by vulnerability in capitals, each with its place in time among the document's. */
export type NotHiding = (id: string) => readonly { readonly at: number; readonly products: readonly VexProduct[] }[];

/** A rule that takes findings (or risks) out of the count: for whom, why, how long. All that is given has to hold. */
export interface Exception {
  /** Ids and aliases, or rules of risks; empty: whatever the id. */
  readonly ids: readonly string[];
  /** Globs of a package's name or that of its source. */
  readonly packages?: readonly string[];
  /** Globs of the package's own name alone, and of its source's alone: Grype's `name` and `upstream-name`. */
  readonly binaries?: readonly string[];
  readonly upstreams?: readonly string[];
  readonly types?: readonly string[];
  /** `<1.2.3`, `>=1.0,<2`, `1.2.3`: by the order of the package's own world. */
  readonly version?: string;
  /** Package URLs; what they leave out may be anything. */
  readonly purls?: readonly string[];
  /** Globs of places in the image. */
  readonly paths?: readonly string[];
  /** Globs of the image's names. */
  readonly images?: readonly string[];
  /** Grype's word for whether there is a fix. */
  readonly fixState?: string;
  readonly products?: readonly VexProduct[];
  /** What later statements of the same document say of the same vulnerability, however they name the product. */
  readonly takenBack?: { readonly at: number; readonly by: NotHiding };
  /** Last day, ISO 8601. */
  readonly until?: string;
  /** The moment from which on it counts no more, ISO 8601 in UTC, where a format means one: Trivy's ends on the day it names. */
  readonly end?: string;
  readonly by: Suppression;
}
