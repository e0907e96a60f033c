/** A wheel's file name says where it can be installed. https://packaging.python.org/en/latest/specifications/binary-distribution-format/ */
interface WheelName {
  readonly name: string;
  readonly version: string;
  readonly pythons: readonly string[];
  readonly abis: readonly string[];
  readonly platforms: readonly string[];
}

/** Reads `numpy-1.24.4-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl`; undefined for other names. */
export function parseWheelName(file: string): WheelName | undefined {
  if (!file.endsWith('.whl')) return undefined;
  const parts = file.slice(0, -4).split('-');
  if (parts.length < 5 || parts.length > 6) return undefined;
  const [python, abi, platform] = parts.slice(-3) as [string, string, string];
  return {
    name: parts[0] as string,
    version: parts[1] as string,
    pythons: python.split('.'),
    abis: abi.split('.'),
    platforms: platform.split('.'),
  };
}

/** What ends a wheel's name, and says where it can be installed: `cp39-cp39-linux_x86_64`; undefined for the names of other files. */
export function wheelTags(file: string): string | undefined {
  if (!file.endsWith('.whl')) return undefined;
  let at = file.length;
  for (let part = 0; part < 3 && at > 0; part++) at = file.lastIndexOf('-', at - 1);
  return file.slice(at + 1, -4);
}

/** Where a wheel is to go. */
export interface WheelTarget {
  /** `3.9` or `3.9.16` */
  readonly python: string;
  /** `x86_64`; empty: it is not known, and any will do. */
  readonly machine: string;
  /** Alpine and other systems with musl instead of glibc. */
  readonly musl: boolean;
  /** Version of the C library, `2.31`; absent: it is not known, and any will do. */
  readonly libc?: string;
}

/** What old names of platforms ask of glibc. https://peps.python.org/pep-0600/#legacy-manylinux-tags */
const LEGACY: ReadonlyMap<string, string> = new Map([
  ['manylinux1', '2_5'],
  ['manylinux2010', '2_12'],
  ['manylinux2014', '2_17'],
]);

/** A tag of Linux, without the machine that ends it. */
const NAMED = /^(linux|manylinux(?:1|2010|2014)|(?:many|musl)linux_\d+_\d+)_[a-z]\w*$/;

/** Whether a platform tag lets the target in: `any`, `linux_x86_64`, `manylinux_2_28_x86_64`, `musllinux_1_1_aarch64`. */
function platformFits(tag: string, { machine, musl, libc }: WheelTarget): boolean {
  if (tag === 'any' || tag === `linux_${machine}`) return true;
  const name =
    machine === '' ? NAMED.exec(tag)?.[1] : tag.endsWith(`_${machine}`) ? tag.slice(0, -machine.length - 1) : undefined;
  if (name === undefined) return false;
  if (name === 'linux') return true;
  const [, kind, asked] = /^(many|musl)linux_(\d+_\d+)$/.exec(name) ?? ['', 'many', LEGACY.get(name)];
  if (asked === undefined || (kind === 'musl') !== musl) return false;
  if (libc === undefined) return true;
  const [[wantedMajor = 0, wantedMinor = 0], [major = 0, minor = 0]] = [asked.split('_'), libc.split('.')].map(
    (parts) => parts.map(Number),
  ) as [number[], number[]];
  return wantedMajor === major && wantedMinor <= minor;
}

/** Whether pip would take this wheel there. */
export function wheelFits(wheel: WheelName, target: WheelTarget): boolean {
  const [major = '3', minor = '0'] = target.python.split('.');
  const platform = wheel.platforms.some((tag) => platformFits(tag, target));
  return (
    platform &&
    wheel.pythons.some((tag) => {
      const [, kind, first, rest = ''] = /^(py|cp)(\d)(\d*)$/.exec(tag) ?? [];
      if (kind === undefined || first !== major) return false;
      if (kind === 'py') return rest === '' || Number(rest) <= Number(minor);
      if (wheel.abis.includes('abi3')) return Number(rest) <= Number(minor);
      return (
        rest === minor &&
        wheel.abis.some((abi) => abi === 'none' || abi === `cp${major}${minor}` || abi === `cp${major}${minor}m`)
      );
    })
  );
}

/** The version in the name of a source distribution of this project; undefined for other files. */
export function sdistVersion(file: string, name: string, normalize: (name: string) => string): string | undefined {
  const base = /^(.*)\.(?:tar\.gz|zip|tar\.bz2|tgz)$/.exec(file)?.[1];
  if (base === undefined) return undefined;
  // Names may hold dashes: the one that leaves the project's name before it.
  for (let dash = base.indexOf('-'); dash > 0; dash = base.indexOf('-', dash + 1))
    if (normalize(base.slice(0, dash)) === name) return base.slice(dash + 1);
  return undefined;
}

/** Whether pip would take wheels with these tags there; the same few end the names of all versions' wheels, and each is looked at once. */
export function tagsFit(target: WheelTarget): (tags: string) => boolean {
  const known = new Map<string, boolean>();
  return (tags) => {
    let answer = known.get(tags);
    if (answer === undefined) {
      const wheel = parseWheelName(`any-0-${tags}.whl`);
      answer = wheel !== undefined && wheelFits(wheel, target);
      known.set(tags, answer);
    }
    return answer;
  };
}
