/** Packages, where they were seen, and the questions they stand for. */
import type { Exposure } from './exposure.ts';

/** Where something was seen: the proof that hangs on a path. */
export interface Evidence {
  /** Empty where the image's configuration proves it, not a file. */
  readonly path: string;
  /** Index of the layer that brought it: the one with the visible copy, or for an entry of a package database the first that lists it. */
  readonly layer: number;
  readonly diffID: string;
  readonly digest?: string;
  readonly instruction?: string;
  readonly analyzer: string;
  /** The path that was asked for, where `path` was reached through a symbolic or hard link. */
  readonly via?: string;
}

/** How sure an analyzer is. `exact`: a package database or metadata says so; `content`: version string in the file; `name`: only a name such as a soname. */
export type Certainty = 'exact' | 'content' | 'name';

/**
 * What a copy of a package is there for: `installed`; `declared` by a lock file and perhaps not there; `vendored` inside
 * another package; `cache`: kept by a package manager and not on any import path; `test`: read by another package's tests; `nested`: of
 * a whole system that lies in a folder of this one (a root file system that was unpacked, a cross compiler's sysroot).
 */
export type PackageRole = 'installed' | 'declared' | 'vendored' | 'cache' | 'test' | 'nested';

/** By what an installation is told from others of the same package in one image. */
export const installationKey = ({ type, name, evidence }: Pick<Package, 'type' | 'name' | 'evidence'>): string =>
  `${type} ${name} ${evidence[0]?.path}`;

/** Whether it is there to be used: what says nothing of its role is. */
export const isInstalled = ({ role }: { readonly role?: PackageRole | undefined }): boolean =>
  role === undefined || role === 'installed';

/** Whether it is there to be used, by itself or inside another package. */
export const isInUse = (pkg: { readonly role?: PackageRole | undefined }): boolean =>
  isInstalled(pkg) || pkg.role === 'vendored';

/**
 * What proves a package whose own package manager no longer lists it: the database as a lower layer still has it (`lower-layer`), the
 * documentation that the package left behind, what its package manager wrote beside its database (`trace`: copies, logs, scripts), what its code says of itself, what the project's lock file fixes for its folder, what a packed program held when it was unpacked, a known
 * wheel whose files its files are. All of them can be lied about: they prove less.
 */
export type Recovery = 'lower-layer' | 'documentation' | 'trace' | 'code' | 'lock-file' | 'unpacked' | 'wheel';

/** Whom something is from. */
export interface Supplier {
  readonly name: string;
  readonly kind: 'organization' | 'person';
  /** Mail address. */
  readonly address?: string;
}

/** What is known of an OS package as the owner of something that is judged in its place. */
export interface Answering {
  /** Where statements on it are filed, as `Debian:11/openssl`: it answers where its distribution speaks of it. */
  readonly names: readonly string[];
  /** Its database's entry is whole, as a distribution's tools write it: with its documentation, or with what it was built from. */
  readonly isWhole: boolean;
  /** Its Go programs are as its distribution builds them: without modules, and with the compiler that its entry names. */
  readonly isBuilt?: boolean;
  /** What it owns lies inside of what it brings, and is nothing that a distribution would pack by itself. */
  readonly isPart: boolean;
  /** The epoch of its Debian source version, where it has one: a whole line of versions above all that its distribution fixed. */
  readonly epoch?: number;
}

/** An installed package (or a program, library or file that counts as one). */
export interface Package {
  /** purl type: `deb`, `pypi`, `npm`, ... https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst */
  readonly type: string;
  /** As its own metadata spells it. */
  readonly name: string;
  readonly version: string;
  /** The advisory namespace it is matched in (`Debian:11`, `PyPI`); absent: nobody assesses it. */
  readonly namespace?: string;
  readonly purl: string;
  readonly architecture?: string;
  /** Source package and source version, where the format has them and as the package's own database states them. */
  readonly source?: { readonly name: string; readonly version: string };
  readonly maintainer?: string;
  /** As a bill of materials states it; absent: whoever the maintainer, the ecosystem or the subject tells. */
  readonly supplier?: Supplier;
  readonly licenses?: readonly string[];
  /** Every place it was seen. */
  readonly evidence: readonly Evidence[];
  /** The OS package that owns the file that proves this one: a relation, not a deletion. */
  readonly ownedBy?: { readonly type: string; readonly name: string };
  /** How far that OS package answers for this one. Absent: it does. */
  readonly answering?: Answering;
  readonly certainty?: Certainty;
  /** Absent: `installed`. */
  readonly role?: PackageRole;
  /** Absent: its own package manager's metadata says so. */
  readonly recovered?: Recovery;
  /** Nothing but its list is there, among so many such that somebody inflated the list or deleted files without the package manager: it is less sure. */
  readonly phantom?: true;
  /** What it says it needs, one dependency each, in its own notation (`numpy<1.24,>=1.22`, `libc6 (>= 2.14)`). */
  readonly requires?: readonly string[];
  /** Whatever else an analyzer knows, flat and in strings. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Absent: it was not asked what the container can load (a bill of materials, a project). */
  readonly exposure?: Exposure;
}

/** The operating system of the image. https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
export interface OperatingSystem {
  readonly id: string;
  readonly versionId?: string;
  readonly codename?: string;
  readonly name: string;
  readonly idLike?: readonly string[];
  readonly evidence?: Evidence;
  /** Why it is believed to be this one, where the release file does not say so: `base-files 11.1+deb11u7 and 46 packages built for Debian 11`. */
  readonly inferred?: string;
}

/** Where a package is looked up, under which name, and which version the answers speak of. */
export interface Lookup {
  /** Namespace: `Debian:11`, `PyPI`, `CPE`. */
  readonly namespace: string;
  readonly name: string;
  /** By its source package, its own name, what it is elsewhere, or NVD's vendor and product (the weakest). */
  readonly by: 'source' | 'name' | 'identity' | 'product';
  readonly version: string;
  /** The stream of a module that the installed build is of (`nodejs:18`), as its label says or its build tells. */
  readonly module?: string;
  /** What the program was built for: `linux`, `windows`; absent: a container's `linux`. */
  readonly os?: string;
  readonly architecture?: string;
  /** NVD's target software that it is: what it is written in, or what a bill of materials says; absent: nothing is known. */
  readonly software?: readonly string[];
}
