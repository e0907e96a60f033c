/** The advisory database, as reports tell of it. */

/** One feed as the database holds it. */
export interface FeedInfo {
  readonly name: string;
  readonly records: number;
  /** Of when its data is: as the publisher says, else its newest record. */
  readonly dataDate?: string;
  /** When its publisher (or a mirror) was last asked, and it was taken or found unchanged. */
  readonly checked?: string;
  /** It was its publisher itself that was asked. */
  readonly fromPublisher?: true;
  /** Nothing in it tells its date: `dataDate` is the latest that it can be of. */
  readonly undated?: true;
  /** Only what it says of vulnerabilities that scans found was read: the other records are counted and not held. */
  readonly partly?: true;
  readonly url?: string;
  /** Records that could not be read, and the first few of them. */
  readonly rejected?: number;
  readonly rejectedExamples?: readonly string[];
  readonly error?: string;
}

/** The advisory database a scan was judged by. */
export interface DatabaseInfo {
  readonly path: string;
  readonly schema: number;
  readonly built: string;
  /** The moment it answers as of, where that is not today: it is silent on what was published later. */
  readonly asOf?: string;
  /** sha256 over the feeds' contents: two databases with the same digest give the same answers. */
  readonly digest: string;
  readonly records: number;
  readonly feeds: readonly FeedInfo[];
}

/** A feed that an image needed: what is said of its packages, what rates them, what is exploited. */
export interface NeededFeed {
  readonly name: string;
  readonly dataDate: string;
  readonly checked?: string;
  readonly fromPublisher?: true;
  /** Nothing in it tells its date: `dataDate` is the latest that it can be of. */
  readonly undated?: true;
}
