import type { CloudWorld } from '../clouds/index.ts';

/** What a live source needs of the world, and what the user asked of it. */
export interface LiveWorld extends CloudWorld {
  /** The user wants the image scanned anew first, where the service does that on request. */
  readonly startScan: boolean;
}

/** What a service answered, as the format in which its reports are read: all pages as one document. */
export interface LiveDocument {
  /** What was asked, for people: `ecr:team/model:1 in us-east-1`. */
  readonly where: string;
  readonly bytes: Uint8Array;
  /** Of which day the data of the service are, where it says so beside the document. */
  readonly dataOf?: string;
}

/**
 * A service that has findings on images: the prefix by which a user names it, and how they are fetched. What it yields is a report as the
 * scanners' readers know it.
 */
export interface LiveSource {
  /** The prefix: `ecr`. */
  readonly name: string;
  /** `AWS ECR` */
  readonly title: string;
  /** How it is written: `ecr:[ACCOUNT.dkr.ecr.REGION.amazonaws.com/]REPOSITORY:TAG|@DIGEST`. */
  readonly spelling: string;
  /** The image of a target as a registry names it, where the service has images too. Throws as `fetch`. */
  image?(target: string, world: CloudWorld): Promise<string>;
  /** Throws `usage` or `reference` for what cannot be a target of it, `unauthorized` (with the permission that is missing), `not-found`, `rate-limited`, `unsupported`. */
  fetch(target: string, world: LiveWorld): Promise<LiveDocument>;
}

/** Types the value. */
export const liveSource = (value: LiveSource): LiveSource => value;

/** A document as bytes. */
export const liveDocument = (where: string, value: unknown): LiveDocument => ({
  where,
  bytes: Buffer.from(JSON.stringify(value)),
});
