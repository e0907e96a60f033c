import type { PackageRole } from '../../model.ts';

/** Folders in which package managers keep what they may install, and which no program imports from. */
const CACHES: readonly RegExp[] = [
  /(?:^|\/)\.cache\/(?:pip|uv|pypoetry|pdm|huggingface|conda|yarn|go-build)\//,
  /(?:^|\/)(?:(?:mini|ana|mamba|micromamba|miniforge|mambaforge)(?:conda|forge)?\d?|conda|\.conda)\/pkgs\//,
  /(?:^|\/)\.(?:npm|yarn|pnpm-store)\//,
  /(?:^|\/)\.(?:m2\/repository|gradle\/caches|ivy2\/cache|cargo\/registry)\//,
  /(?:^|\/)go\/pkg\/mod\/cache\//,
  /(?:^|\/)ensurepip\/_bundled\//,
];

/** Folders in which one Python package carries copies of others. */
const VENDORED =
  /(?:^|\/)_vendor(?:ed_packages)?\/|(?:site|dist)-packages\/(?:[^/]+\/)*(?:extern|third_party|vendor)\//;

/** What a file's folder says of why the file is there; undefined: simply installed. */
export function roleOf(path: string): PackageRole | undefined {
  if (CACHES.some((pattern) => pattern.test(path)) || isCondaPackage(path)) return 'cache';
  return VENDORED.test(path) ? 'vendored' : undefined;
}

/** `opt/ANY/pkgs/NAME-VERSION-BUILD/`: conda under a name of its own. */
function isCondaPackage(path: string): boolean {
  const folder = /(?:^|\/)opt\/[^/]+\/pkgs\/([^/]+)\//.exec(path)?.[1];
  return folder !== undefined && folder.split('-').length >= 3;
}

/** A library in a wheel's own folder belongs to that wheel; gives the wheel's name as its folder spells it. */
export function bundledIn(path: string): string | undefined {
  const inside = /(?:^|\/)(?:site|dist)-packages\/([^/]+)\//.exec(path)?.[1];
  return inside?.replace(/\.(?:libs|dylibs)$/, '');
}
