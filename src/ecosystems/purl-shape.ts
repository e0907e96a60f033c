import type { Purl } from './purl.ts';

/** What of a package its purl tells, and is told by it. */
export interface PurlFacts {
  readonly name: string;
  readonly version: string;
  readonly architecture?: string | undefined;
  readonly source?: { readonly name: string; readonly version: string } | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** The distribution that a package of an operating system is of, as purls name it. */
interface PurlPlace {
  readonly namespace?: string | undefined;
  /** `debian-11` */
  readonly distro?: string | undefined;
}

/** How packages of one type are written as package URLs, and read from them. */
export interface PurlShape {
  /** The package's purl, to the letter of its type. Undefined where the type demands what the package has not (Maven's group). */
  write(facts: PurlFacts, place?: PurlPlace): Purl | undefined;
  /** The package that a purl states. A version is empty where it has none. */
  read(purl: Purl): PurlFacts;
  /** The parts as the type's definition spells them: `Django_package` -> `django-package`. */
  canonical(purl: Purl): Purl;
}

interface Spelling {
  /** What stands between namespace and name where the package's name has both; absent: names have no namespace. */
  readonly separator?: '/' | ':';
  readonly namespace?: (text: string) => string;
  readonly name?: (text: string, purl: Purl) => string;
  readonly version?: (text: string) => string;
  /** Parts without which the type's definition allows no purl. */
  readonly demands?: readonly ('namespace' | 'version')[];
  /** Facts of a package that the type knows as qualifiers. */
  readonly qualifiers?: readonly string[];
}

export const lower = (text: string): string => text.toLowerCase();

/** The shape of a type whose names are plain or a path: most languages. https://github.com/package-url/purl-spec/tree/main/types-doc */
export function shape(type: string, spelling: Spelling = {}): PurlShape {
  const { separator, demands = [], qualifiers = [] } = spelling;
  const canonical = (purl: Purl): Purl => ({
    ...purl,
    type,
    name: spelling.name?.(purl.name, purl) ?? purl.name,
    ...(purl.namespace !== undefined && { namespace: spelling.namespace?.(purl.namespace) ?? purl.namespace }),
    ...(purl.version !== undefined && { version: spelling.version?.(purl.version) ?? purl.version }),
  });
  return {
    canonical,
    write({ name, version, properties }) {
      const at = separator === undefined ? -1 : name.lastIndexOf(separator);
      const namespace = at > 0 && at < name.length - 1 ? name.slice(0, at) : undefined;
      if (name === '') return undefined;
      if (demands.includes('namespace') && namespace === undefined) return undefined;
      if (demands.includes('version') && version === '') return undefined;
      return canonical({
        type,
        ...(namespace !== undefined && { namespace }),
        name: namespace === undefined ? name : name.slice(at + 1),
        ...(version !== '' && { version }),
        qualifiers: new Map(
          qualifiers.flatMap((key) => (properties?.[key] === undefined ? [] : [[key, properties[key]] as const])),
        ),
      });
    },
    read(purl) {
      const { namespace, name, version = '' } = canonical(purl);
      const known = qualifiers.flatMap((key) => {
        const value = purl.qualifiers.get(key);
        return value === undefined ? [] : [[key, value] as const];
      });
      return {
        name: namespace === undefined || separator === undefined ? name : `${namespace}${separator}${name}`,
        version,
        ...(known.length > 0 && { properties: Object.fromEntries(known) }),
      };
    },
  };
}

interface SystemSpelling {
  readonly name?: (text: string) => string;
  /** Whether an epoch stands in the version (`1:2.30.2`) or is a qualifier, as rpm's type definition has it. */
  readonly epoch: 'version' | 'qualifier';
  /** The source package as the qualifier `upstream`, which Syft reads and writes. */
  readonly upstream: (facts: PurlFacts) => string | undefined;
  readonly source: (upstream: string | undefined, name: string, version: string) => PurlFacts['source'];
}

const EPOCH = /^(\d+):/;

/**
 * The shape of an operating system's packages: the distribution is the namespace, architecture, distribution and source
 * are qualifiers. An epoch is understood wherever it stands: Trivy writes that of a deb as a qualifier too.
 */
export function systemShape(
  type: string,
  { name: spell = (text) => text, epoch, upstream, source }: SystemSpelling,
): PurlShape {
  const canonical = (purl: Purl): Purl => ({
    ...purl,
    type,
    name: spell(purl.name),
    ...(purl.namespace !== undefined && { namespace: lower(purl.namespace) }),
  });
  return {
    canonical,
    write(facts, { namespace, distro } = {}) {
      const { name, version, architecture } = facts;
      if (name === '') return undefined;
      const apart = epoch === 'qualifier' ? EPOCH.exec(version)?.[1] : undefined;
      const plain = apart === undefined ? version : version.replace(EPOCH, '');
      const qualifiers = [
        ['arch', architecture],
        ['distro', distro],
        ['epoch', apart === '0' ? undefined : apart],
        ['upstream', upstream(facts)],
      ] as const;
      return canonical({
        type,
        ...(namespace !== undefined && { namespace }),
        name,
        ...(plain !== '' && { version: plain }),
        qualifiers: new Map(qualifiers.flatMap(([key, value]) => (value ? [[key, value] as const] : []))),
      });
    },
    read(purl) {
      const stated = purl.version ?? '';
      const apart = purl.qualifiers.get('epoch');
      const needed = stated !== '' && !EPOCH.test(stated) && /^[1-9]\d{0,9}$/.test(apart ?? '');
      const version = needed ? `${apart}:${stated}` : stated;
      const architecture = purl.qualifiers.get('arch');
      const from = source(purl.qualifiers.get('upstream'), purl.name, version);
      return {
        name: purl.name,
        version,
        ...(architecture !== undefined && { architecture }),
        ...(from !== undefined && { source: from }),
      };
    },
  };
}
