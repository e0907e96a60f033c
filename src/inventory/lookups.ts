import { condaIdentity } from '../analyzers/conda/index.ts';
import { gpuComponentOf } from '../analyzers/native/index.ts';
import { cpe } from '../ecosystems/cpe.ts';
import { cpeProducts, languageOf, writtenIn } from '../ecosystems/cpe-products.ts';
import { generic } from '../ecosystems/generic.ts';
import { ecosystemNamed, isSystemType, namespaceOf } from '../ecosystems/index.ts';
import { maven } from '../ecosystems/maven.ts';
import { nvidia } from '../ecosystems/nvidia.ts';
import { conda } from '../ecosystems/others.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { apk, deb, rpm } from '../ecosystems/system-types.ts';
import type { Answering, Lookup, OperatingSystem, Package } from '../model.ts';

type Known = Pick<Package, 'type' | 'name' | 'version' | 'architecture' | 'source' | 'certainty' | 'properties'>;

/**
 * Every place where advisories on a package may be filed; empty where nobody publishes any. Debian's kin file by source package and
 * source version, those of rpm packages by binary package. Conda packages are filed as what they are elsewhere. NVD's products serve only what has no better place, and only
 * where the version is known and not just guessed from a soname.
 */
export function lookupsOf(pkg: Known, os: OperatingSystem | undefined, known?: string): readonly Lookup[] {
  if (pkg.type === conda.type) return condaLookups(pkg);
  if (pkg.type === generic.type) return genericLookups(pkg);
  const namespace = known ?? namespaceOf(pkg.type, os);
  // What nobody publishes on under its own name may be a product of NVD's (C and C++ libraries of Conan).
  if (namespace === undefined)
    return isSystemType(pkg.type) || !pkg.properties?.cpe ? [] : products(pkg.name, pkg.version, pkg.properties);
  const ecosystemOf = ecosystemNamed(namespace);
  const normalize = ecosystemOf?.normalize ?? ((name: string) => name);
  const module = moduleOf(pkg.properties?.modularity);
  // Wolfi and Chainguard say of each machine apart what is fixed, Oracle's and Rocky's bulletins for which they are.
  const machine = isOfMachine(pkg) ? pkg.architecture : undefined;
  const built = {
    ...(module === undefined ? {} : { module }),
    ...(machine === undefined ? {} : { architecture: machine }),
  };
  const byName: Lookup = {
    namespace,
    name: normalize(pkg.name),
    by: 'name',
    version: pkg.version,
    ...built,
  };
  if (pkg.type === maven.type) return mavenLookups(pkg, byName);
  // Distributions of rpm packages publish by binary package, Red Hat's open ones by source.
  const elsewhere = (lookup: Lookup): readonly Lookup[] => [
    lookup,
    ...(ecosystemOf?.system?.alsoFiled?.(namespace, lookup.version) ?? []).map((other) => ({
      ...lookup,
      namespace: other,
    })),
  ];
  if (!pkg.source || ecosystemOf?.system?.unit === 'binary') return elsewhere(byName);
  const { name, version } = sourceOf(pkg);
  const bySource: Lookup = { namespace, name: normalize(name), by: 'source', version, ...built };
  if (ecosystemOf?.system?.unit === 'both' && name !== pkg.name) return [byName, bySource].flatMap(elsewhere);
  const unsigned = ecosystemOf?.system?.unsigned?.(pkg.source);
  return unsigned === undefined ? elsewhere(bySource) : [bySource, { ...bySource, ...unsigned }].flatMap(elsewhere);
}

/** Libraries of 32 bits are of the distribution for 64 bits, whose bulletins name that. */
const isOfMachine = ({ type, architecture }: Known): boolean =>
  type === apk.type || (type === rpm.type && !/^i\d86$/.test(architecture ?? ''));

/** A package, with where statements on the OS packages are filed that own it: those that are there of that name. */
export function askedOfOwner(
  pkg: Package,
  owners: readonly (Known & Pick<Package, 'namespace'>)[],
  os: OperatingSystem | undefined,
  how: Omit<Answering, 'names'> = { isWhole: true, isPart: false },
): Package {
  if (owners.length === 0 || !isSystemType(pkg.ownedBy?.type)) return pkg;
  const questions = owners.flatMap((owner) => lookupsOf(owner, os, owner.namespace));
  const names = [...new Set(questions.map(({ namespace, name }) => `${namespace}/${name}`))];
  // The purl of a package is made when it is asked for, which a copy would not be.
  const epoch = Math.max(0, ...owners.filter(({ type }) => type === deb.type).map(ownEpoch));
  return Object.assign(pkg, { answering: { names, ...how, ...(epoch > 0 ? { epoch } : {}) } });
}

const ownEpoch = (pkg: Known): number => epochOf(sourceOf(pkg).version);

/** The number before the colon of a version of Debian's. https://www.debian.org/doc/debian-policy/ch-controlfields.html#version */
export const epochOf = (version: string): number => Number(/^(\d{1,9}):/.exec(version)?.[1] ?? 0);

/** `nodejs:18:8060020220523160029:ad008a3a` is a build of the stream `nodejs:18`. */
function moduleOf(label: string | undefined): string | undefined {
  return label === undefined ? undefined : /^[^:]+:[^:]+/.exec(label)?.[0];
}

/**
 * Maven's advisories are filed under `group:artifact`. An archive that does not tell its group is asked for under every group that it may be of;
 * one of which not even that can be said is asked for nowhere, and does not count as judged.
 */
function mavenLookups({ name, properties }: Known, byName: Lookup): Lookup[] {
  if (!/[:/]/.test(name)) return [];
  const artifact = byName.name.slice(byName.name.lastIndexOf(':') + 1);
  const groups = properties?.groups?.split(' ') ?? [];
  return [byName, ...groups.map((group): Lookup => ({ ...byName, name: `${group}:${artifact}`, by: 'identity' }))];
}

function condaLookups({ name, version, properties }: Known): Lookup[] {
  const identity = condaIdentity(name, properties?.depends, properties?.dists, properties?.build);
  if (identity?.pypi !== undefined) {
    return [{ namespace: pypi.name, name: pypi.normalize(identity.pypi), by: 'identity', version }];
  }
  return products(identity?.upstream ?? name, version);
}

function genericLookups({ name, version, certainty, type, properties }: Known): Lookup[] {
  if (certainty === 'name' || version === '') return [];
  const component = gpuComponentOf({ type, name });
  const own: Lookup[] =
    component === undefined ? [] : [{ namespace: nvidia.name, name: nvidia.normalize(component), by: 'name', version }];
  const machine = properties?.machine;
  const built = machine === undefined ? {} : { architecture: machine };
  return [...own, ...products(name, version, properties).map((lookup) => ({ ...lookup, ...built }))];
}

/** NVD's names of a program: those that are known, else the one that a bill of materials states, with the software that it is for. */
function products(name: string, version: string, stated: Package['properties'] = {}): Lookup[] {
  const known = cpeProducts(name);
  const names = known.length > 0 || stated.cpe === undefined ? known : [stated.cpe];
  return names.map((product) => {
    const software = writtenIn(product) ?? softwareOf(stated);
    const target = software === undefined ? {} : { software };
    return { namespace: cpe.name, name: product, by: 'product', version, ...target };
  });
}

function softwareOf({ cpeSoftware: named }: NonNullable<Package['properties']>): readonly string[] | undefined {
  return named === undefined ? undefined : [languageOf(named) ?? named];
}
