import { OS_TYPES, type PackageRule } from './lens.ts';

/** Types of packages that a scanner reads; conda, self-built programs and what is only declared are ruled on beside. */
export function onlyTypes(types: readonly string[], says: string, cite: string): PackageRule {
  return { code: 'inventory.lang-gate', when: { exceptTypes: types }, says, cite };
}

/** Conda's packages are listed at most. */
export function noConda(says: string, cite: string): PackageRule {
  return { code: 'inventory.conda', when: { types: ['conda'] }, says, cite };
}

/** Programs that no package manager installed. */
export function noSelfBuilt(says: string, cite: string): PackageRule {
  return { code: 'inventory.source-built', when: { types: ['generic', 'bitnami'] }, says, cite };
}

/** Libraries inside other packages that only their content or name gives away. */
export function noEmbedded(says: string, cite: string): PackageRule {
  return { code: 'inventory.embedded', when: { roles: ['vendored'], certainties: ['content', 'name'] }, says, cite };
}

/** Libraries that only a list inside another package names (`_vendor/vendor.txt` of pip). */
export function noVendorLists(says: string, cite: string): PackageRule {
  const paths = ['*/vendor.txt', '*/vendored.txt', '*_vendor/requirements.txt', '*/patched.txt'];
  return { code: 'inventory.embedded', when: { roles: ['vendored'], paths }, says, cite };
}

/** What a lock file or a package manager's cache names. */
export function onlyInstalled(says: string, cite: string): PackageRule {
  return { code: 'inventory.lang-gate', when: { roles: ['declared', 'cache', 'test', 'nested'] }, says, cite };
}

/** Language packages whose files a package of the distribution owns. */
export function notOwned(says: string, cite: string): PackageRule {
  return { code: 'ownership.suppression', when: { owned: true, exceptTypes: OS_TYPES }, says, cite };
}

/** Nothing but packages of the distribution. */
export function onlyDistribution(says: string, cite: string): readonly PackageRule[] {
  return [
    { code: 'inventory.conda', when: { types: ['conda'] }, says, cite },
    { code: 'inventory.source-built', when: { types: ['generic', 'bitnami'] }, says, cite },
    { code: 'inventory.lang-gate', when: { exceptTypes: OS_TYPES }, says, cite },
  ];
}
