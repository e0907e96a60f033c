export { binaries } from './binaries.ts';
export { carriedContents, closedFiles } from './closed-files.ts';
export { closedPrograms } from './closed-programs.ts';
export { goPrograms } from './go-programs.ts';
export { gpuComponentOf, withGpuComponents } from './gpu.ts';
export { listedPrograms } from './listed-programs.ts';
export { cudaToolkit, nvidiaHeaders, nvidiaPrograms } from './nvidia-files.ts';
export { PART_TYPES, PARTS, type Part, packageAt, partOf } from './system-parts.ts';
export { systemPrograms } from './system-programs.ts';
