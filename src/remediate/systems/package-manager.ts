import { isSystemType, typeNamed } from '../../ecosystems/index.ts';
import type { Package } from '../../model.ts';

/** Names of all packages of the operating system that its own database lists. */
export function namesOfSystem(packages: readonly Package[]): ReadonlySet<string> {
  return new Set(
    packages.filter(({ type, recovered }) => isSystemType(type) && recovered === undefined).map(({ name }) => name),
  );
}

/**
 * Why nothing in the image can upgrade packages of this type: it has the system's own packages and no package manager, as distroless
 * images, those of Chainguard and UBI micro. Undefined where one is there, or only a part of the packages is known.
 */
export function whyNoManager(type: string, names: ReadonlySet<string>): string | undefined {
  const { tools } = typeNamed(type).fix;
  if (tools === undefined || tools.any.some((name) => names.has(name))) return undefined;
  if (!tools.basis.some((name) => names.has(name))) return undefined;
  return `the image has no package manager (${tools.any[0]}), so that nothing in it can upgrade packages: build from a newer base image`;
}
