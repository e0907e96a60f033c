import type { OperatingSystem } from '../model.ts';

/** One naming-and-versioning world: how a package is called there and which of two versions is newer. */
export interface Ecosystem {
  /** As OSV writes it, without the release: `Debian`, `PyPI`. https://ossf.github.io/osv-schema/#defined-ecosystems */
  readonly name: string;
  /** purl type. */
  readonly purl: string;
  /** The name under which advisories file the package. */
  normalize(name: string): string;
  /** Total order over any two strings: negative, zero, positive. Never throws; what is no version sorts as the specification says or first. */
  compare(a: string, b: string): number;
  /** The name of the comparator, for reasons: `dpkg`, `pep440`. */
  readonly comparator: string;
  /** Whether `compare` can tell where this text stands. A bound that is none is never "before everything", nor is an installed version. */
  isVersion(text: string): boolean;
  /**
   * The version without what only tells builds of it apart (`2.6.0+cu124` is `2.6.0`): what a publisher says of a version is
   * said of all its builds. Absent: builds are not told apart, or each is a version of its own (`-3ubuntu1`).
   */
  readonly withoutBuild?: (version: string) => string;
  /** What a bound means that is no version here but is written after a known pattern; undefined: nobody knows. */
  readonly meant?: (bound: string) => string | undefined;
  /**
   * For OS packages: the advisory namespace for this operating system (`Debian:11`), undefined when this ecosystem
   * does not serve it. Language ecosystems have none: their namespace is their name.
   */
  readonly namespace?: (os: OperatingSystem) => string | undefined;
  /** What its publishers' statements are about: source packages (Debian, the default), binary packages (rpm), or now one, now the other (Red Hat, SUSE). */
  readonly unit?: 'source' | 'binary' | 'both';
  /** purl namespace for OS packages (`debian`). */
  readonly purlNamespace?: string;
}

/** Types the value; no registration. */
export const ecosystem = (value: Ecosystem): Ecosystem => value;
