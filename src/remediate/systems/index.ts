export { removablePackages, unloadedPackages } from './deb-needs.ts';
export { isOsSource, type OsIndex, osIndex } from './package-index.ts';
export { namesOfSystem } from './package-manager.ts';
export { isOsPackage, type OsPlan, planOs, planWholesale } from './plan.ts';
export { rpmRelease } from './rpm-sources.ts';
