import { ecosystem } from './ecosystem.ts';
import { generic } from './generic.ts';

/** Names under which NVIDIA's programs come in images, and what its bulletins call them. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['cuda', 'cuda-toolkit'],
  ['cuda-runtime', 'cuda-toolkit'],
  ['triton', 'triton-inference-server'],
  ['tritonserver', 'triton-inference-server'],
  ['tensorrt-llm', 'tensorrt-llm'],
  ['nemo-framework', 'nemo'],
  ['nemo-toolkit', 'nemo'],
  ['megatron-lm', 'megatron-lm'],
  ['nvidia-container-toolkit', 'container-toolkit'],
  ['libnvidia-container', 'container-toolkit'],
]);

/** `NVIDIA CUDA Toolkit` is `cuda-toolkit`: one spelling for what bulletins and images call a product. */
export function nvidiaProduct(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[®™]|\((?:r|tm)\)/g, '')
    .replace(/^nvidia[\s-]+/, '')
    .replace(/[^a-z0-9+.]+/g, '-')
    .replace(/^-|-$/g, '');
  return NAMES.get(plain) ?? plain;
}

/** NVIDIA's own programs and libraries, which no distribution publishes advisories on. */
export const nvidia = ecosystem({ ...generic, name: 'NVIDIA', normalize: nvidiaProduct });
