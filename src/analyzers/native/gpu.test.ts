import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import type { Package } from '../../model.ts';
import { gpuComponentOf, gpuComponents, withGpuComponents } from './gpu.ts';
import { gpuLibrary } from './gpu-libraries.ts';
import { cudaToolkit, nvidiaHeaders, nvidiaPrograms } from './nvidia-files.ts';

const place = (path: string, layer = 0) => ({ path, layer, diffID: 'sha256:0', analyzer: 'test' });
const seen = (type: string, name: string, version: string, path: string, more: Partial<Package> = {}): Package => ({
  type,
  name,
  version,
  purl: `pkg:${type}/${name}@${version}`,
  evidence: [place(path)],
  ...more,
});

describe('the GPU stack as components', () => {
  it('cuDNN as a wheel and its libraries are one, with every place', () => {
    const wheel = seen('pypi', 'nvidia-cudnn-cu11', '8.5.0.96', 'sp/nvidia_cudnn_cu11-8.5.0.96.dist-info/METADATA');
    const libraries = seen('generic', 'cudnn', '8', 'sp/nvidia/cudnn/lib/libcudnn.so.8', {
      certainty: 'name',
      properties: { soname: 'libcudnn.so.8' },
    });
    const [cudnn, ...others] = gpuComponents([wheel, libraries]);
    expect(others).toEqual([]);
    expect(cudnn).toMatchObject({
      type: 'generic',
      name: 'cudnn',
      version: '8.5.0.96',
      purl: 'pkg:generic/nvidia/cudnn@8.5.0.96',
      certainty: 'exact',
      properties: { component: 'gpu', label: 'cuDNN', seenAs: 'pypi nvidia-cudnn-cu11, libcudnn.so.8' },
    });
    expect(cudnn!.evidence.map(({ path }) => path)).toEqual([
      'sp/nvidia_cudnn_cu11-8.5.0.96.dist-info/METADATA',
      'sp/nvidia/cudnn/lib/libcudnn.so.8',
    ]);
  });

  it('two releases of the same stay two, and a soname goes to the nearer one', () => {
    const packages = gpuComponents([
      seen('deb', 'libcudnn8', '8.6.0.163-1+cuda11.8', 'var/lib/dpkg/status'),
      seen('pypi', 'nvidia-cudnn-cu11', '8.5.0.96', 'opt/env/sp/nvidia_cudnn_cu11-8.5.0.96.dist-info/METADATA'),
      seen('generic', 'cudnn', '8', 'opt/env/sp/nvidia/cudnn/lib/libcudnn.so.8', { certainty: 'name' }),
    ]);
    expect(packages.map(({ version, evidence }) => [version, evidence.length])).toEqual([
      ['8.6.0.163', 1],
      ['8.5.0.96', 2],
    ]);
  });

  it('a soname alone is a component that says no more than it knows', () => {
    expect(
      gpuComponents([
        seen('generic', 'cuda-cudart', '11.0', 'torch/lib/libcudart-e409450e.so.11.0', { certainty: 'name' }),
      ]),
    ).toMatchObject([{ name: 'cuda-cudart', version: '11.0', certainty: 'name' }]);
  });

  it('debs, rpms and wheels of any CUDA release are known by name; what only developers need is not a copy', () => {
    const component = (type: string, name: string) => gpuComponentOf({ type, name });
    expect(component('deb', 'libcublas-11-8')).toBe('cublas');
    expect(component('rpm', 'cuda-cudart-12-2')).toBe('cuda-cudart');
    expect(component('deb', 'libnccl2')).toBe('nccl');
    expect(component('deb', 'libnvinfer8')).toBe('tensorrt');
    expect(component('deb', 'datacenter-gpu-manager')).toBe('dcgm');
    expect(component('deb', 'nsight-compute-2022.3.0')).toBe('nsight-compute');
    expect(component('pypi', 'nvidia_cuda_runtime_cu12')).toBe('cuda-cudart');
    expect(component('pypi', 'tensorrt-cu12')).toBe('tensorrt');
    expect(component('conda', 'cudatoolkit')).toBe('cuda');
    expect(component('deb', 'libcublas-dev-11-8')).toBeUndefined();
    expect(component('pypi', 'torch')).toBeUndefined();
    expect(component('npm', 'nccl')).toBeUndefined();
  });

  it('bare sightings give way to the component, packages that can be upgraded stay', () => {
    const wheel = seen('pypi', 'nvidia-cudnn-cu11', '8.5.0.96', 'a');
    const all = withGpuComponents([
      wheel,
      seen('generic', 'cudnn', '8', 'b', { certainty: 'name' }),
      seen('generic', 'openssl', '3.0.8', 'c'),
    ]);
    expect(all.map(({ type, name, version }) => `${type} ${name} ${version}`)).toEqual([
      'pypi nvidia-cudnn-cu11 8.5.0.96',
      'generic openssl 3.0.8',
      'generic cudnn 8.5.0.96',
    ]);
  });
});

describe('where the stack tells its version', () => {
  it('version.json of a CUDA toolkit, as in nvidia/cuda:11.8.0-devel', () => {
    const json = JSON.stringify({
      cuda: { name: 'CUDA SDK', version: '11.8.20220929' },
      cuda_cudart: { name: 'CUDA Runtime (cudart)', version: '11.8.89' },
      libcublas: { name: 'CUDA cuBLAS', version: '11.11.3.6' },
      nsight_compute: { name: 'Nsight Compute', version: '2022.3.0.22' },
      nvidia_fs: { name: 'NVIDIA file-system', version: '2.13.5' },
    });
    expect(facts(cudaToolkit, 'usr/local/cuda-11.8/version.json', json)).toMatchObject([
      { name: 'cuda', version: '11.8.0', properties: { label: 'CUDA SDK' } },
      { name: 'cuda-cudart', version: '11.8.89' },
      { name: 'cublas', version: '11.11.3.6' },
      { name: 'nsight-compute', version: '2022.3.0.22' },
      { name: 'nvidia-fs', version: '2.13.5' },
    ]);
    expect(facts(cudaToolkit, 'usr/local/cuda/version.txt', 'CUDA Version 10.2.89\n')).toMatchObject([
      { name: 'cuda', version: '10.2.89' },
    ]);
  });

  it('headers of cuDNN, NCCL and TensorRT', () => {
    expect(
      facts(
        nvidiaHeaders,
        'usr/include/cudnn_version.h',
        '#define CUDNN_MAJOR 8\n#define CUDNN_MINOR 6\n#define CUDNN_PATCHLEVEL 0\n',
      ),
    ).toMatchObject([{ name: 'cudnn', version: '8.6.0' }]);
    expect(
      facts(nvidiaHeaders, 'usr/include/nccl.h', '#define NCCL_MAJOR 2\n#define NCCL_MINOR 15\n#define NCCL_PATCH 5\n'),
    ).toMatchObject([{ name: 'nccl', version: '2.15.5' }]);
    expect(facts(nvidiaHeaders, 'usr/include/nccl.h', '#define NCCL_MAJOR 2\n')).toEqual([]);
  });

  it('Triton by its file, Nsight by its folder', () => {
    expect(facts(nvidiaPrograms, 'opt/tritonserver/TRITON_VERSION', '2.34.0\n')).toMatchObject([
      { name: 'triton-server', version: '2.34.0' },
    ]);
    expect(facts(nvidiaPrograms, 'opt/nvidia/nsight-systems/2023.1.2/target-linux-x64/nsys', '#!')).toMatchObject([
      { name: 'nsight-systems', version: '2023.1.2', certainty: 'name' },
    ]);
  });

  it.each([
    ['libcudart.so.11.8.89', { project: 'cuda-cudart', version: '11.8.89' }],
    ['libnvinfer.so.8.6.1', { project: 'tensorrt', version: '8.6.1' }],
    ['libcublasLt.so.12', { project: 'cublas', version: '12' }],
    ['libcuda.so.525.60.13', { project: 'nvidia-driver', version: '525.60.13' }],
    ['libz.so.1', undefined],
  ])('%s', (name, expected) => {
    expect(gpuLibrary(name)).toEqual(expected);
  });
});
