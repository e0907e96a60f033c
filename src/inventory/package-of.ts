import type { PackageFact } from '../analyzers/analyzer.ts';
import { generic } from '../ecosystems/generic.ts';
import { isSystemType, purlOf } from '../ecosystems/index.ts';
import { formatPurl } from '../ecosystems/purl.ts';
import { orDefect } from '../errors.ts';
import type { Owner } from '../layers/ownership.ts';
import type { Evidence, OperatingSystem, Package } from '../model.ts';
import { compareText } from '../versions/order.ts';
import { lookupsOf } from './lookups.ts';

/** A package of what one file (or document) states of it. `stated` is the purl that a document gives it. */
export function packageOf(
  fact: PackageFact,
  imageOs: OperatingSystem | undefined,
  evidence: readonly Evidence[],
  owner: Owner | undefined,
  stated?: string,
): Package {
  const system = isSystemType(fact.type);
  // A system inside this one is of a release of its own.
  const { builtFor } = fact;
  const own = builtFor === undefined ? imageOs : { ...builtFor, name: builtFor.id };
  const os = fact.role === 'nested' && system ? undefined : own;
  const namespace = lookupsOf(fact, os)[0]?.namespace;
  const { kind: _, needs: __, goCompilers: ___, disputed: ____, brings: _____, builtFor: ______, ...rest } = fact;
  return {
    ...rest,
    ...(namespace === undefined ? {} : { namespace: namespace }),
    // Made now, though a table shows none: with a function of its own each package would have a shape of its own, which V8 keeps in 800 bytes.
    purl: orDefect(
      () => stated ?? purlOf(fact, system ? os : undefined),
      () => formatPurl({ type: generic.type, name: fact.name, version: fact.version, qualifiers: new Map() }),
    ),
    evidence,
    ...(owner ? { ownedBy: owner } : {}),
  };
}

/** The order of packages in an inventory. */
export const byName = (a: Package, b: Package): number =>
  compareText(a.type, b.type) || compareText(a.name, b.name) || compareText(a.version, b.version);
