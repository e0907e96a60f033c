/** A wheel's file name says where it can be installed. https://packaging.python.org/en/latest/specifications/binary-distribution-format/ */
export interface WheelName {
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

/** Where a wheel is to go. */
export interface WheelTarget {
  /** `3.9` or `3.9.16` */
  readonly python: string;
  /** `x86_64` */
  readonly machine: string;
  /** Alpine and other systems with musl instead of glibc. */
  readonly musl: boolean;
}

/** Whether pip would take this wheel there. How new the C library is, is not looked at. */
export function wheelFits(wheel: WheelName, { python, machine, musl }: WheelTarget): boolean {
  const [major = '3', minor = '0'] = python.split('.');
  const libc = musl ? /^musllinux_/ : /^manylinux/;
  const platform = wheel.platforms.some(
    (one) => one === 'any' || (one.endsWith(`_${machine}`) && (libc.test(one) || one === `linux_${machine}`)),
  );
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
