import { addTo } from '../../collections.ts';
import { rpm } from '../../ecosystems/system-types.ts';
import type { Package } from '../../model.ts';
import { compareRpm } from '../../versions/rpm.ts';
import type { BrokenRelation } from './deb-needs.ts';

/** `openssl-libs(x86-64) = 1:3.0.7-6.el9_2` */
interface Requirement {
  readonly name: string;
  readonly operator: string;
  readonly version: string;
}

/** Reads a requirement with a version; undefined for one without. */
function requirement(text: string): Requirement | undefined {
  const [name, operator, version, more] = text.split(' ');
  return name && operator && version && more === undefined && /^(?:[<>]=?|=)$/.test(operator)
    ? { name, operator, version }
    : undefined;
}

/** Of two versions of which one has no release, releases do not count; `compareRpm` sees to that. */
function holds({ operator, version }: Requirement, have: string): boolean {
  const order = compareRpm(have, version);
  return (
    (order === 0 && operator.includes('=')) || (order < 0 && operator[0] === '<') || (order > 0 && operator[0] === '>')
  );
}

/** A package provides its own name, also with its architecture behind: `openssl-libs(x86-64)`. */
const named = (capability: string): string =>
  /^([^()]+)(?:\((?:[a-z0-9]+-\d+)\))?$/.exec(capability)?.[1] ?? capability;

/**
 * What installed rpm packages need and would not have when `changed` (by name) were in these versions. Only what is needed by a
 * package's name is judged: what a new version provides besides is not known. Packages that change bring requirements of their
 * own; several installed copies (kernels, two architectures) satisfy with any of them.
 */
export function brokenRequirements(
  packages: readonly Package[],
  changed: ReadonlyMap<string, string>,
): BrokenRelation[] {
  const installed = new Map<string, string[]>();
  for (const { type, name, version } of packages) if (type === rpm.type) addTo(installed, name, version);
  return packages.flatMap((owner) => {
    if (owner.type !== rpm.type || changed.has(owner.name)) return [];
    return (owner.requires ?? []).flatMap((text): BrokenRelation[] => {
      const need = requirement(text);
      const target = named(need?.name ?? '');
      const to = changed.get(target);
      if (need === undefined || to === undefined || holds(need, to)) return [];
      return installed.get(target)?.some((have) => holds(need, have)) ? [{ owner, text, target }] : [];
    });
  });
}
