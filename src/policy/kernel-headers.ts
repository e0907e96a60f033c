import { typeNamed } from '../ecosystems/index.ts';
import type { Finding, Package } from '../model.ts';

/** Packages that carry the kernel's source version and none of its code: a container runs its host's kernel. */
export const isKernelHeader = ({ type, name }: Package): boolean => typeNamed(type).kernelHeaders?.test(name) === true;

/** Whether the container runs what the finding is about. */
export const isRun = (finding: Finding): boolean => !isKernelHeader(finding.package);
