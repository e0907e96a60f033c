import type { Package, Recovery } from '../../model.ts';

/** What proves a package that no package manager lists. */
const RECOVERED_FROM: Readonly<Record<Recovery, string>> = {
  'lower-layer': 'a lower layer lists it',
  documentation: 'its changelog is there',
  trace: 'its package manager left a trace of it',
  code: 'its code says so',
  'lock-file': 'a lock file names it, and its folder is there',
  unpacked: 'unpacked from a packed program',
  wheel: 'its files are those of known wheels',
};

/** What is unusual in the proof that these packages are there, in words: nothing of what a package manager lists and files bear out. */
export function proofInWords(packages: readonly Package[]): readonly string[] {
  // `not known: nearest to 2.25.1`
  const untold = packages.find(({ version, properties }) => version === '' && properties?.versions)?.properties
    ?.versions;
  const recovered = packages.find((pkg) => pkg.recovered !== undefined)?.recovered;
  return [
    ...(recovered === undefined ? [] : [`recovered: ${RECOVERED_FROM[recovered]}`]),
    ...(untold === undefined ? [] : [`version ${untold}`]),
    ...(isPhantom(packages) ? ['phantom: nothing but its list is there'] : []),
  ];
}

/** The same for formats that programs read: the words of the JSON report. */
export function proofMarks(packages: readonly Package[]): { readonly recovered?: Recovery; readonly phantom?: true } {
  const recovered = packages.find((pkg) => pkg.recovered !== undefined)?.recovered;
  return { ...(recovered && { recovered }), ...(isPhantom(packages) && { phantom: true }) };
}

/** Where something of one of them is there, what is wrong with it counts as ever. */
const isPhantom = (packages: readonly Package[]): boolean =>
  packages.length > 0 && packages.every((pkg) => pkg.phantom);
