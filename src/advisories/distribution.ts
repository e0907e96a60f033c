/** A version of a Python distribution as a package index described it when the database was built. */
export interface RecordedVersion {
  readonly version: string;
  /** `Requires-Python`, as the index gives it. */
  readonly requiresPython?: string;
  readonly yanked?: true;
  /** A source distribution is there. */
  readonly source?: true;
  /** The tags of its wheels for Linux or for all: `py3-none-any`, `cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64`. */
  readonly wheels: readonly string[];
  /** It has wheels, and all of them are for other systems. */
  readonly foreign?: true;
}

/** What a package index has of a distribution, from the lowest version on that an advisory calls fixed. */
export interface RecordedDistribution {
  /** Normalised. */
  readonly name: string;
  /** Day on which the index was asked: `2026-11-26`. */
  readonly asked: string;
  readonly versions: readonly RecordedVersion[];
}
