import type { Rating, Statement, Vulnerability } from '../../model.ts';
import type { RecordedDistribution } from '../distribution.ts';
import type { RecordedWheels } from '../wheels.ts';

/** One document of a feed, already on this machine. Its bytes come from outside: whoever reads them has a budget. */
export interface FeedDocument {
  /** The name its records are filed under: `osv/PyPI`, `nvd/2021`. */
  readonly name: string;
  /** Where it lies on this machine, as it came. */
  readonly path: string;
  /** A folder for what has to be unpacked into a file to be read; absent: the document's own, which may be read-only. */
  readonly scratch?: string;
  /** Bytes of the document, gunzipped where it is packed as a whole. */
  chunks(): AsyncIterable<Buffer>;
  /** The files of a zip archive or a folder. */
  files(): AsyncIterable<FeedFile>;
}

/** One file of an archive or folder. */
export interface FeedFile {
  readonly name: string;
  /** The body; throws where it is damaged or beyond its budget: then this file counts as rejected, the others go on. */
  read(): Buffer;
}

/** Where a document is: below a mirror's root, and at its publisher. */
export interface FeedSource {
  readonly name: string;
  /** Path below a mirror laid out like the publishers' own: `osv/PyPI/all.zip`. A trailing slash names a folder of files. */
  readonly path: string;
  /** The publisher's own address; absent: only mirrors have it. */
  readonly url?: string;
}

/** What a publisher says of a package, as a feed reads it: ratings of the vulnerability as a whole belong in its record. */
export interface FeedStatement extends Omit<Statement, 'aliases' | 'ratings' | 'url' | 'title' | 'feed'> {
  /** Ratings that hold for this package only. */
  readonly ratings?: readonly Rating[];
  /** Where the publisher's page is, when it does not follow from the id. */
  readonly url?: string;
  /** The CVEs of a bulletin that speaks of several: one statement about each. */
  readonly vulnerabilities?: readonly string[];
}

/** What one publisher says of a vulnerability whatever the package. */
export interface VulnerabilityRecord extends Omit<Vulnerability, 'aliases' | 'ratings'> {
  readonly ratings?: readonly Rating[];
  /** Ids that this record says are the same vulnerability. */
  readonly aliases?: readonly string[];
}

/** What parsing yields. A record that cannot be read is yielded as `rejected`: it is counted, named, and the rest goes on. */
export type FeedItem =
  | { readonly kind: 'statement'; readonly statement: FeedStatement }
  | { readonly kind: 'record'; readonly record: VulnerabilityRecord }
  | { readonly kind: 'release'; readonly release: Release }
  | { readonly kind: 'distribution'; readonly distribution: RecordedDistribution }
  | { readonly kind: 'wheels'; readonly wheels: RecordedWheels }
  | { readonly kind: 'rejected'; readonly id: string; readonly reason: string }
  /** One record of the publisher has been read, whatever it became. */
  | { readonly kind: 'counted'; readonly records?: number }
  /** When the publisher last changed the document, as it says itself. */
  | { readonly kind: 'published'; readonly date: string }
  /** The data of a document without dates is no newer than this, as what it holds tells. */
  | { readonly kind: 'until'; readonly date: string }
  /** A namespace this document assesses, even if nothing in it is vulnerable. */
  | { readonly kind: 'covers'; readonly namespace: string };

/** How long a release of a distribution is supported. */
export interface Release {
  /** `Debian:11`. */
  readonly namespace: string;
  readonly released?: string;
  /** End of the publisher's own security support. */
  readonly endOfLife?: string;
  /** End of extended (long-term) support, where there is one. */
  readonly endOfExtendedLife?: string;
}

/** A publisher's data: where it is and how it is read. Fetching is the same for all (see fetch.ts); parsing is pure. */
export interface Feed {
  readonly name: string;
  /** Raised when parsing changes what it yields: documents are then read again though they are unchanged. */
  readonly version: number;
  readonly title: string;
  /** Terms under which the publisher gives the data. */
  readonly licence: string;
  /** Whether an update from the publishers takes it when nothing is configured. */
  readonly byDefault: boolean;
  /** The most bytes that one of its documents can have as it is downloaded; of a folder of files, all of them together. */
  readonly maxBytes: number;
  /** An update makes the document itself where no mirror has it. */
  readonly gathered?: true;
  /** The documents there may be. `listed` gives the names a mirror's folder holds, undefined where it cannot be listed. */
  sources(listed: (folder: string) => Promise<readonly string[] | undefined>): Promise<readonly FeedSource[]>;
  /**
   * What a document says. `only`: of these vulnerabilities, whatever the package; feeds that cannot tell them apart without reading
   * everything say everything.
   */
  parse(document: FeedDocument, only?: ReadonlySet<string>): AsyncIterable<FeedItem>;
}

/** Types the value; no registration. */
export const feed = (value: Feed): Feed => value;
