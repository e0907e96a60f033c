/** A library of NVIDIA's stack (or AMD's, Intel's) by its file name. */
interface GpuLibrary {
  /** The component it belongs to. */
  readonly project: string;
  /** As far as the name tells: `11.8.89` from `libcudart.so.11.8.89`, `8` from `libcudnn.so.8`. */
  readonly version: string;
}

/** Which component a library belongs to. Names: https://docs.nvidia.com/cuda/cuda-installation-guide-linux/ and each library's own documentation. */
const LIBRARIES: readonly (readonly [project: string, pattern: RegExp])[] = [
  ['cuda-cudart', /^libcudart\.so/],
  ['cuda-nvrtc', /^libnvrtc(?:-builtins)?\.so/],
  ['cuda-cupti', /^libcupti\.so/],
  ['cuda-nvtx', /^libnvToolsExt\.so/],
  ['cuda-nvjitlink', /^libnvJitLink\.so/],
  ['cublas', /^lib(?:cublas|cublasLt|nvblas)\.so/],
  ['cufft', /^libcufftw?\.so/],
  ['curand', /^libcurand\.so/],
  ['cusolver', /^libcusolver(?:Mg)?\.so/],
  ['cusparse', /^libcusparse\.so/],
  ['cusparselt', /^libcusparseLt\.so/],
  ['cutensor', /^libcutensor(?:Mg)?\.so/],
  ['cufile', /^libcufile(?:_rdma)?\.so/],
  ['npp', /^libnpp\w+\.so/],
  ['nvjpeg', /^libnvjpeg\.so/],
  ['cudnn', /^libcudnn(?:_\w+)?\.so/],
  ['nccl', /^libnccl\.so/],
  ['nvshmem', /^libnvshmem\w*\.so/],
  ['tensorrt', /^libnv(?:infer|onnxparser|parsers|infer_\w+)(?:_plugin|_dispatch|_lean|_vc_plugin)?\.so/],
  ['triton-server', /^libtriton(?:server|repoagent)\w*\.so/],
  ['dcgm', /^lib(?:dcgm|nvperf_dcgm)\w*\.so/],
  ['nvidia-driver', /^lib(?:cuda|nvidia-[\w-]+|nvcuvid|nvoptix)\.so/],
  ['nvidia-container-toolkit', /^libnvidia-container(?:-go)?\.so/],
  ['rocm', /^lib(?:amdhip64|rocblas|MIOpen|hsa-runtime64|rccl|rocfft|rocsparse)\.so/],
  ['mkl', /^libmkl_(?:core|rt|intel_lp64|gnu_thread|intel_thread)\.so/],
  ['onednn', /^libdnnl\.so/],
  ['oneccl', /^libccl\.so/],
  ['magma', /^libmagma\.so/],
  ['openmpi', /^libmpi\.so\.40/],
  ['ucx', /^libuc[pst]\.so/],
];

/** The component of a library file, undefined for any other file; stubs to link against count as nothing. */
export function gpuLibrary(name: string): GpuLibrary | undefined {
  const library = LIBRARIES.find(([, pattern]) => pattern.test(name));
  if (library === undefined) return undefined;
  const version = /\.so\.(\d+(?:\.\d+)*)$/.exec(name)?.[1] ?? '';
  return { project: library[0], version };
}

/** Every component name this table knows. */
export const GPU_PROJECTS: ReadonlySet<string> = new Set(LIBRARIES.map(([project]) => project));
