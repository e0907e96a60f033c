import type { OperatingSystem, Package, PackageSource } from '../model.ts';
import type { Fixing } from './fixing.ts';
import type { PurlShape } from './purl-shape.ts';

/**
 * What packages of a type are: of the operating system, of a language, of an environment that holds any language (conda),
 * native programs and libraries in no package, models.
 */
export type TypeGroup = 'system' | 'language' | 'environment' | 'native' | 'model' | 'other';

/** What is true of packages of one purl type, whoever publishes advisories on them. */
export interface PackageType {
  /** purl type, by which packages name it. https://github.com/package-url/purl-spec/blob/main/purl-types-index.json */
  readonly type: string;
  readonly group: TypeGroup;
  /** The row of tables and summaries that it is counted in: types of one kind are shown together (`os`, `program`). */
  readonly kind: string;
  /** For people, of the whole kind: `OS packages`, `Python`. */
  readonly label: string;
  /** What scanners and their databases call packages of this type; lower case. */
  readonly words: readonly string[];
  /** How its packages are written as package URLs, and read from them. */
  readonly purl: PurlShape;
  /** What one of its packages may be called, as the specification of its world says; absent: words with what joins them. */
  readonly named?: RegExp;
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
  /** How versions of a package are ordered that has spellings of its own, where one world holds programs of all kinds; undefined: as all others. */
  readonly compareOf?: (name: string) => PackageType['compare'] | undefined;
  /** The version that upstream counts, of a distribution's version (`1:8.6.0-1+cuda11.8` -> `8.6.0`); absent: versions are upstream's. */
  readonly upstream?: (version: string) => string;
  /** The build of a module that a version says it is of; absent: its packages are built in no modules. https://docs.fedoraproject.org/en-US/modularity/ */
  readonly moduleBuild?: (version: string) => string | undefined;
  /** A bulletin on it may name several builds of one package, each of which has the fix: one source, built for several minor releases. */
  readonly severalBuilds?: true;
  /** What none of its systems is without, as analyzers call programs: the C library, and what installs its packages. */
  readonly core?: { readonly library: string; readonly manager: string };
  /** Its packages are compiled into programs, which say what they hold. */
  readonly compiled?: true;
  /** Its database has each package in one version; others may stand beside each other. */
  readonly listedOnce?: true;
  /** How a package is needed that is there in one version and no other: its name, and the version. */
  readonly needsExactly?: RegExp;
  /** Its packages that carry the kernel's source version and none of its code. */
  readonly kernelHeaders?: RegExp;
  /** A path that its packages leave behind where their lists are gone. */
  readonly leftBehind?: string;
  /** Packages of it carry native libraries of other projects (CUDA as a deb, a wheel, a conda package). */
  readonly carriesNative?: true;
  /** How a change of its packages is written. */
  readonly fix: Fixing;
  /** Shell commands that install packages of it, whatever these are called: a word of its own, which `apt-cache` and `app.apk` are not. */
  readonly installs?: RegExp;
  /** The command that makes a user without a password, where its systems have another than shadow's `useradd`. */
  readonly addUser?: (name: string, uid: number) => string;
  /** Scanners that match its packages against advisories, by the name of their lens; absent: all do where it is a distribution's type, else none. */
  readonly matchedBy?: readonly string[];
  /** Trivy's `Results[].Type` and `Target`; one result for each file where it lists by file. Operating systems have their own. */
  readonly trivy: { readonly type: string; readonly target: string; readonly byFile?: true };
}

/** One naming-and-versioning world: packages of a type, and who publishes advisories on them under which name. */
export interface Ecosystem extends PackageType {
  /** As OSV writes it, without the release: `Debian`, `PyPI`. https://ossf.github.io/osv-schema/#defined-ecosystems */
  readonly name: string;
  /** The folder of OSV's exports that serves it; absent: another feed does. https://google.github.io/osv.dev/data/ */
  readonly osv?: string;
  /** What is only true of operating systems' packages. */
  readonly system?: Distribution;
}

/** A distribution of an operating system. */
export interface Distribution {
  /** Its ids in os-release files, its own first. */
  readonly ids: readonly string[];
  /** What scanners and their databases call it besides; lower case. */
  readonly words: readonly string[];
  /** purl namespace of its packages (`debian`). */
  readonly purlNamespace: string;
  /** The advisory namespace for this operating system (`Debian:11`); undefined when it is none of its releases. */
  namespace(os: OperatingSystem): string | undefined;
  /** The advisory namespace of a release that another database names alone (`11`, `unstable`), where that is not what `namespace` says of its `versionId`. */
  readonly release?: (text: string) => string | undefined;
  /** Release numbers by codename (`bookworm` -> `12`). */
  readonly codenames?: ReadonlyMap<string, string>;
  /** Other namespaces with statements on a package of this one in this version: what a subscription fixes is filed apart. */
  readonly alsoFiled?: (namespace: string, version: string) => readonly string[];
  /** Which release an installed package was built for, as far as its name, version and vendor tell; undefined: they do not. */
  readonly traceOf?: (build: Build) => ReleaseTrace | undefined;
  /** The subscription without which a fix in this namespace cannot be had: `Ubuntu Pro`. */
  readonly subscription?: (namespace: string) => string | undefined;
  /** Builds of one package that are numbered apart, by the word for their kind: a fix in one says nothing of another. Undefined: an ordinary one. */
  readonly flavour?: (version: string) => string | undefined;
  /** What a source package that only signs another's binaries signs: advisories are filed under that. https://wiki.debian.org/SecureBoot */
  readonly unsigned?: (source: NonNullable<Package['source']>) => Package['source'];
  /** What its publisher's statements are about: source packages, binary packages, or now one, now the other (Red Hat, SUSE). */
  readonly unit: 'source' | 'binary' | 'both';
  /** What endoflife.date calls it. */
  readonly endOfLife?: string;
  /** Its releases have two numbers (`3.18`, `22.04`); absent: the first says which it is. */
  readonly releaseParts?: 2;
  /** dnf and yum are told the first number only (`$releasever`), as the repositories of Red Hat and its rebuilds are laid out. */
  readonly majorReleasever?: true;
  /** What its package sources name where fixes come from an archive of their own. https://www.debian.org/security/ */
  readonly securityArchive?: RegExp | ((os: OperatingSystem) => RegExp | undefined);
  /** Where apt finds that archive: the suite, and the folder beside the release's own where it has one. https://www.debian.org/security/ */
  readonly securitySuite?: (os: OperatingSystem) => { readonly suite: string; readonly folder?: string } | undefined;
  /** Fixes that come to that archive and never to the release itself: those of these bulletins, or all. */
  readonly neverInRelease?: RegExp | 'all';
  /** The release that a package source is of, by its suite or address, as `ownRelease` calls it; undefined: it names none, or moves on. */
  readonly sourceRelease?: (source: Pick<PackageSource, 'label' | 'address'>) => string | undefined;
  /** What sources of this system's release are of. */
  readonly ownRelease?: (os: OperatingSystem) => string | undefined;
  /** Its package manager stays at the release that is installed until it is told another. */
  readonly lockedRelease?: true;
  /** How images are called after it. https://github.com/docker-library/official-images */
  readonly images?: ImageNames;
  /** What Trivy calls it, by os-release id, where that is not the id. */
  readonly trivyFamilies?: ReadonlyMap<string, string>;
}

/** How official images are called after a distribution and its releases. */
interface ImageNames {
  /** The repository of its own image, whose tags are its releases: `debian:12`. */
  readonly own: string;
  /** How the tag of a language's image says which release it stands on: `bookworm`, `alpine3.18`. */
  readonly release: (os: OperatingSystem) => string | undefined;
  /** Images of languages that stand on it have variants without compilers, called `slim`. */
  readonly slim?: true;
}

/** What its own database says of an installed package of a distribution. */
export interface Build {
  readonly name: string;
  readonly version: string;
  /** Maintainer or vendor. */
  readonly maintainer?: string | undefined;
}

/** The release that a package was built for. */
export interface ReleaseTrace {
  /** As os-release would have it; absent where the distribution has no releases. */
  readonly versionId?: string;
  /** The os-release id, where the distribution has several. */
  readonly id?: string;
  /** The package is what makes a system that release (it brings the release file); others may come from another release. */
  readonly decisive: boolean;
}

/** What a language's world says of itself; the rest follows from its type. */
type Described = Omit<Ecosystem, 'kind' | 'trivy' | 'words'> & Partial<Pick<Ecosystem, 'kind' | 'trivy' | 'words'>>;

/** Completes a world: its type is its kind, its word and Trivy's where it says nothing else. No registration. */
export function ecosystem(value: Described): Ecosystem {
  return { kind: value.type, words: [value.type], trivy: { type: value.type, target: '', byFile: true }, ...value };
}

/** A world of a distribution: what its packages are is the type's, what is published on them its own. */
export const distribution = (type: PackageType, name: string, system: Distribution, osv?: string): Ecosystem => ({
  ...type,
  name,
  system,
  ...(osv === undefined ? {} : { osv }),
});
