import { apk, deb, rpm } from '../ecosystems/system-types.ts';
import type { Finding, Package } from '../model.ts';

const NAMES: ReadonlyMap<string, RegExp> = new Map([
  [deb.type, /^linux-(?:libc-dev(?:-.*)?|headers-.*|kbuild-.*|source-.*)$/],
  [rpm.type, /^kernel(?:-uek|-lpae|-rt|-default)?-(?:headers|devel)$/],
  [apk.type, /^linux-headers$/],
]);

/** Packages that carry the kernel's source version and none of its code: a container runs its host's kernel. */
export const isKernelHeader = ({ type, name }: Package): boolean => NAMES.get(type)?.test(name) ?? false;

/** Whether the container runs what the finding is about. */
export const isRun = (finding: Finding): boolean => !isKernelHeader(finding.package);
