/** What the checks of section 4 need to know of an image, wherever it came from. */
import type { Entry, Finding, ImageConfig, Inventory, Risk } from '../../model.ts';
import type { Reading } from '../reading.ts';

/** A visible or hidden entry of the image. */
export interface ImageFile {
  /** Without a leading slash. */
  readonly path: string;
  readonly entry: Entry;
  /** Index of the layer that holds it. */
  readonly layer: number;
  /** False where an upper layer deletes or replaces it: it is still in the image for whoever pulls it. */
  readonly visible: boolean;
}

/** Signatures and attestations found beside an image in its registry. */
export interface ImageSignatures {
  readonly signatures: readonly { readonly kind: 'cosign' | 'notation' | 'other'; readonly name: string }[];
}

/** What a vulnerability scan of the image says. */
export interface ImageScan {
  readonly findings: readonly Finding[];
  /** Packages that the database has advisories for, and those that nobody it reads speaks of. */
  readonly assessed: number;
  readonly unassessed: number;
  /** Why nothing found would not be a clean bill, by the rule of the gate `incomplete`. */
  readonly gaps: readonly string[];
  /** By what data, as `scan` says it: `oldest data: NVD of 2022-12-14`. */
  readonly data: string;
}

/** One image. Files are read only where a check asks for them. */
export interface ImageFacts {
  /** A tag or digest, else the short id. */
  readonly name: string;
  /** Digest of the configuration, where known. */
  readonly id?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly config: ImageConfig;
  /** Why the history of `config` is not the image's: nobody told it. */
  readonly historyUnread?: string;
  /** True for a root file system, which has files and neither configuration nor history. */
  readonly bare?: boolean;
  /** Regular files, links and directories, hidden ones included. */
  files(): Promise<Reading<Iterable<ImageFile>>>;
  /** Content of a visible file, links followed; `absent` where there is none. */
  read(path: string): Promise<Reading<string>>;
  inventory(): Promise<Reading<Inventory>>;
  /** Secrets, notebooks and models that the analyzers found. */
  risks(): Promise<Reading<readonly Risk[]>>;
  scan(): Promise<Reading<ImageScan>>;
  signatures(): Promise<Reading<ImageSignatures>>;
}
