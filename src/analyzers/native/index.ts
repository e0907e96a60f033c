export { binaries } from './binaries.ts';
export { gpuComponentOf, withGpuComponents } from './gpu.ts';
export { cudaToolkit, nvidiaHeaders, nvidiaPrograms } from './nvidia-files.ts';
export { systemPrograms } from './system-programs.ts';
