import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, object, text } from '../../formats/text/index.ts';
import { analyzer, type PackageFact, unknown } from '../analyzer.ts';

const gpu = (name: string, version: string, certainty: 'exact' | 'name' = 'exact', label?: string): PackageFact => ({
  type: 'generic',
  name,
  version,
  certainty,
  ...(label === undefined ? {} : { properties: { label } }),
});

/** Keys of version.json whose component goes by another name here. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['cuda', 'cuda'],
  ['libcublas', 'cublas'],
  ['libcufft', 'cufft'],
  ['libcufile', 'cufile'],
  ['libcurand', 'curand'],
  ['libcusolver', 'cusolver'],
  ['libcusparse', 'cusparse'],
  ['libnpp', 'npp'],
  ['libnvjpeg', 'nvjpeg'],
  ['libnvjitlink', 'cuda-nvjitlink'],
  ['nvidia_driver', 'nvidia-driver'],
  ['nsight_compute', 'nsight-compute'],
  ['nsight_systems', 'nsight-systems'],
]);

/**
 * The CUDA toolkit tells its components in `version.json` (11.1 and later) or `version.txt`, however it was installed.
 * https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/index.html
 */
export const cudaToolkit = analyzer({
  name: 'cuda-toolkit',
  version: 1,
  files: [
    'usr/local/cuda*/version.json',
    'usr/local/cuda*/version.txt',
    'opt/nvidia/cuda*/version.json',
    'opt/cuda/version.json',
  ],
  maxBytes: 1024 * 1024,
  *read(file) {
    if (file.path.endsWith('.txt')) {
      const version = /^CUDA Version (\d+\.\d+(?:\.\d+)*)/m.exec(file.text())?.[1];
      if (version !== undefined) yield gpu('cuda', version);
      return;
    }
    const parsed = readJson(file.text()) as Json;
    if (!isObject(parsed)) return yield unknown('no JSON object');
    for (const [key, entry] of Object.entries(parsed)) {
      const version = text(object(entry).version);
      if (version === undefined || !/^\d/.test(version)) continue;
      // The toolkit's own version may carry a build date: 11.8.20220929 is 11.8.0.
      const exact = key === 'cuda' ? version.replace(/^(\d+\.\d+)\.20\d{6}$/, '$1.0') : version;
      yield gpu(NAMES.get(key) ?? key.replaceAll('_', '-'), exact, 'exact', text(object(entry).name));
    }
  },
});

interface Header {
  readonly name: string;
  readonly file: string;
  readonly macros: readonly string[];
}

const HEADERS: readonly Header[] = [
  { name: 'cudnn', file: 'cudnn_version.h', macros: ['CUDNN_MAJOR', 'CUDNN_MINOR', 'CUDNN_PATCHLEVEL'] },
  { name: 'nccl', file: 'nccl.h', macros: ['NCCL_MAJOR', 'NCCL_MINOR', 'NCCL_PATCH'] },
  {
    name: 'tensorrt',
    file: 'NvInferVersion.h',
    macros: ['NV_TENSORRT_MAJOR', 'NV_TENSORRT_MINOR', 'NV_TENSORRT_PATCH', 'NV_TENSORRT_BUILD'],
  },
];

/** Development headers of cuDNN, NCCL and TensorRT state the release to the last number, which sonames do not. */
export const nvidiaHeaders = analyzer({
  name: 'nvidia-headers',
  version: 1,
  files: HEADERS.map(({ file }) => `**/${file}`),
  maxBytes: 1024 * 1024,
  *read(file) {
    const header = HEADERS.find((kind) => file.path.endsWith(`/${kind.file}`));
    if (header === undefined) return;
    const content = file.text();
    const numbers = header.macros.map(
      (macro) => new RegExp(`^#define[ \\t]+${macro}[ \\t]+(\\d+)`, 'm').exec(content)?.[1],
    );
    const known = numbers.slice(0, 3);
    if (known.every((number) => number !== undefined))
      yield gpu(header.name, numbers.filter((number) => number !== undefined).join('.'));
  },
});

/** NVIDIA's programs that keep no package data: versions from a file of their own, or from the folder they live in. */
export const nvidiaPrograms = analyzer({
  name: 'nvidia-programs',
  version: 1,
  files: [
    'opt/tritonserver/TRITON_VERSION',
    'opt/nvidia/nsight-systems/*/**/nsys',
    'opt/nvidia/nsight-compute/*/ncu',
    'usr/local/cuda*/nsight-systems-*/**/nsys',
    'usr/local/cuda*/nsight-compute-*/ncu',
  ],
  stream(entry) {
    const triton = entry.path.endsWith('/TRITON_VERSION');
    let head = '';
    return {
      push(chunk) {
        if (triton && head.length < 64) head += chunk.toString('latin1', 0, 64);
        return Number.POSITIVE_INFINITY;
      },
      *end() {
        const told = /^\s*(\d+\.\d+\.\d+\w*)/.exec(head)?.[1];
        if (triton) {
          if (told !== undefined) yield gpu('triton-server', told);
          return;
        }
        const match = /(nsight-(?:systems|compute))[/-](\d{4}\.\d+(?:\.\d+)*)\//.exec(entry.path);
        if (match !== null) yield gpu(match[1]!, match[2]!, 'name');
      },
    };
  },
});
