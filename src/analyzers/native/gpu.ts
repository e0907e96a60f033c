import { addTo } from '../../collections.ts';
import { generic } from '../../ecosystems/generic.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import { formatPurl } from '../../ecosystems/purl.ts';
import type { Certainty, Evidence, Package } from '../../model.ts';
import { GPU_PROJECTS } from './gpu-libraries.ts';

/** What people call a component. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['cuda', 'CUDA Toolkit'],
  ['cuda-cudart', 'CUDA Runtime'],
  ['cuda-nvrtc', 'CUDA NVRTC'],
  ['cuda-cupti', 'CUDA CUPTI'],
  ['cuda-nvtx', 'NVTX'],
  ['cuda-nvcc', 'CUDA NVCC'],
  ['cuda-nvjitlink', 'nvJitLink'],
  ['cuda-compat', 'CUDA compatibility driver'],
  ['cublas', 'cuBLAS'],
  ['cufft', 'cuFFT'],
  ['curand', 'cuRAND'],
  ['cusolver', 'cuSOLVER'],
  ['cusparse', 'cuSPARSE'],
  ['cusparselt', 'cuSPARSELt'],
  ['cutensor', 'cuTENSOR'],
  ['cufile', 'cuFile'],
  ['npp', 'NPP'],
  ['nvjpeg', 'nvJPEG'],
  ['cudnn', 'cuDNN'],
  ['nccl', 'NCCL'],
  ['nvshmem', 'NVSHMEM'],
  ['tensorrt', 'TensorRT'],
  ['triton-server', 'Triton Inference Server'],
  ['dcgm', 'DCGM'],
  ['nsight-compute', 'Nsight Compute'],
  ['nsight-systems', 'Nsight Systems'],
  ['nvidia-driver', 'NVIDIA driver libraries'],
  ['nvidia-container-toolkit', 'NVIDIA Container Toolkit'],
  ['mkl', 'oneMKL'],
  ['onednn', 'oneDNN'],
  ['rocm', 'ROCm'],
]);

/**
 * Package names that stand for a component, after the CUDA release was taken off (`-11-8`, `-cu12`, `-cuda-12`).
 * Names from NVIDIA's apt and rpm repositories, its wheels, and conda-forge.
 */
const PACKAGES: readonly (readonly [component: string, pattern: RegExp])[] = [
  ['cuda-cudart', /^(?:nvidia-cuda-runtime|cuda-cudart|cuda-runtime)$/],
  ['cuda', /^(?:cuda|cuda-toolkit|cudatoolkit|nvidia-cuda-toolkit)$/],
  ['cuda-nvrtc', /^(?:nvidia-)?cuda-nvrtc$/],
  ['cuda-cupti', /^(?:nvidia-)?cuda-cupti$/],
  ['cuda-nvtx', /^(?:nvidia-|cuda-)nvtx$/],
  ['cuda-nvcc', /^(?:nvidia-)?cuda-nvcc$/],
  ['cuda-nvjitlink', /^(?:nvidia-|lib)nvjitlink$/],
  ['cuda-compat', /^cuda-compat$/],
  ['cublas', /^(?:nvidia-|lib)cublas$/],
  ['cufft', /^(?:nvidia-|lib)cufft$/],
  ['curand', /^(?:nvidia-|lib)curand$/],
  ['cusolver', /^(?:nvidia-|lib)cusolver$/],
  ['cusparse', /^(?:nvidia-|lib)cusparse$/],
  ['cusparselt', /^(?:nvidia-|lib)?cusparselt\d?$/],
  ['cutensor', /^(?:nvidia-|lib)?cutensor\d?$/],
  ['cufile', /^(?:nvidia-|lib)cufile$/],
  ['npp', /^(?:nvidia-|lib)npp$/],
  ['nvjpeg', /^(?:nvidia-|lib)nvjpeg$/],
  ['cudnn', /^(?:nvidia-|lib)?cudnn\d?$/],
  ['nccl', /^(?:nvidia-|lib)?nccl\d?$/],
  ['nvshmem', /^(?:nvidia-|lib)?nvshmem\d?$/],
  ['tensorrt', /^(?:nvidia-)?tensorrt(?:-libs)?$|^libnvinfer\d{1,2}$/],
  ['dcgm', /^datacenter-gpu-manager(?:-\d.*)?$/],
  ['nsight-compute', /^(?:cuda-)?nsight-compute(?:-\d{4}\.\d+\.\d+)?$/],
  ['nsight-systems', /^(?:cuda-)?nsight-systems(?:-\d{4}\.\d+\.\d+)?$/],
  ['nvidia-container-toolkit', /^nvidia-container-toolkit$|^libnvidia-container1$/],
  ['mkl', /^mkl$|^intel-oneapi-mkl(?:-core)?$/],
  ['onednn', /^onednn(?:-cpu-\w+)?$/],
];

/** Any of them: most packages are none, and asking once is enough for those. */
const ANY = new RegExp(PACKAGES.map(([, pattern]) => pattern.source).join('|'));

/** What is not merged: development files and what is there to be linked against. */
const NOT_A_COPY = /-(?:dev|devel|doc|samples|static)$/;

/** The component a package stands for; undefined for any other. */
export function gpuComponentOf({ type, name }: Pick<Package, 'type' | 'name'>): string | undefined {
  if (type === generic.type) return GPU_PROJECTS.has(name) || LABELS.has(name) ? name : undefined;
  if (typeNamed(type).carriesNative !== true) return undefined;
  const plain = name.toLowerCase().replaceAll('_', '-');
  if (NOT_A_COPY.test(plain)) return undefined;
  const base = plain.replace(/-(?:\d{1,2}-\d{1,2}|cu\d{2,3}|cuda-?\d{2,3}|cuda-\d{1,2}(?:\.\d)?)$/, '');
  return ANY.test(base) ? PACKAGES.find(([, pattern]) => pattern.test(base))?.[0] : undefined;
}

/** `8.6.0.163-1+cuda11.8` -> `8.6.0.163`: what the vendor counts, without epoch and packaging. */
const upstream = ({ type, version }: Package): string => typeNamed(type).upstream?.(version) ?? version;

/** A soname tells the major release only: fewer than three numbers are no version but a hint. */
const precise = (version: string): boolean => /^\d+\.\d+\.\d+/.test(version);

interface Group {
  readonly version: string;
  readonly members: Package[];
}

/**
 * NVIDIA's stack, and what goes with it, as one component each: whether it came as a deb, an rpm, a wheel, from conda,
 * or by a runfile and shows only in `version.json` and sonames, all places of one version are one package. A soname that
 * says `8` joins the 8.x that is there. Packages keep their place in the inventory beside it: they are what is upgraded.
 */
export function gpuComponents(packages: readonly Package[]): Package[] {
  const byComponent = new Map<string, Package[]>();
  for (const pkg of packages) {
    const component = gpuComponentOf(pkg);
    if (component !== undefined) addTo(byComponent, component, pkg);
  }
  return [...byComponent].flatMap(([component, members]) =>
    groups(members).map((group) => componentOf(component, group)),
  );
}

/** Packages without those that a component now stands for: bare sightings, which nobody upgrades by name. */
export const withGpuComponents = (packages: readonly Package[]): Package[] => [
  ...packages.filter((pkg) => pkg.type !== generic.type || gpuComponentOf(pkg) === undefined),
  ...gpuComponents(packages),
];

function groups(members: readonly Package[]): Group[] {
  const byFolder = new Map<string, Group>();
  for (const member of members.filter((pkg) => precise(upstream(pkg)))) {
    const version = upstream(member);
    const group = byFolder.get(version) ?? { version, members: [] };
    group.members.push(member);
    byFolder.set(version, group);
  }
  for (const member of members.filter((pkg) => !precise(upstream(pkg)))) {
    const version = upstream(member);
    const major = version.split('.')[0]!;
    const fitting = [...byFolder.values()].filter((group) => version === '' || group.version.split('.')[0] === major);
    const group = nearest(fitting, member) ?? byFolder.get(version) ?? { version, members: [] };
    group.members.push(member);
    if (!byFolder.has(group.version)) byFolder.set(group.version, group);
  }
  return [...byFolder.values()];
}

/** Of several releases with the same major number, the one that lies in the same folder. */
function nearest(candidates: readonly Group[], member: Package): Group | undefined {
  if (candidates.length <= 1) return candidates[0];
  const shared = (group: Group): number =>
    Math.max(
      0,
      ...group.members.flatMap((other) =>
        other.evidence.map((place) => commonFolders(place.path, member.evidence[0]?.path ?? '')),
      ),
    );
  return [...candidates].sort((group, other) => shared(other) - shared(group))[0];
}

function commonFolders(first: string, other: string): number {
  const [left, right] = [first.split('/'), other.split('/')];
  let count = 0;
  while (count < left.length && left[count] === right[count]) count++;
  return count;
}

const CERTAINTIES: readonly Certainty[] = ['name', 'content', 'exact'];

function componentOf(name: string, { version, members }: Group): Package {
  const evidence = uniquePlaces(members.flatMap((member) => member.evidence));
  const certainty = CERTAINTIES[Math.max(...members.map((pkg) => CERTAINTIES.indexOf(pkg.certainty ?? 'exact')))]!;
  const seenAs = [
    ...new Set(
      members.map((pkg) =>
        pkg.type === generic.type ? (pkg.properties?.soname ?? 'file') : `${pkg.type} ${pkg.name}`,
      ),
    ),
  ];
  return {
    type: generic.type,
    name,
    version,
    purl: formatPurl({ type: generic.type, namespace: 'nvidia', name, version, qualifiers: new Map() }),
    certainty,
    evidence,
    properties: { component: 'gpu', label: LABELS.get(name) ?? name, seenAs: seenAs.slice(0, 32).join(', ') },
  };
}

function uniquePlaces(places: readonly Evidence[]): Evidence[] {
  const seen = new Map<string, Evidence>();
  for (const place of places)
    if (!seen.has(`${place.layer} ${place.path}`)) seen.set(`${place.layer} ${place.path}`, place);
  return [...seen.values()];
}
