import type { Analyzer } from './analyzer.ts';
import { apk } from './apk.ts';
import { binaries } from './binaries.ts';
import { bitnami } from './bitnami.ts';
import { cargoLock } from './cargo-lock.ts';
import { compressedModel } from './compressed-model.ts';
import { conda } from './conda.ts';
import { condaExplicit } from './conda-explicit.ts';
import { dotnet } from './dotnet.ts';
import { dpkg, dpkgFiles } from './dpkg.ts';
import { gguf } from './gguf.ts';
import { huggingface } from './huggingface.ts';
import { javaArchives } from './java-archives.ts';
import { jdk } from './jdk.ts';
import { julia } from './julia.ts';
import { jupyterConfig } from './jupyter-config.ts';
import { kerasH5 } from './keras-h5.ts';
import { modelTar } from './model-tar.ts';
import { modelZip } from './model-zip.ts';
import { notebook } from './notebook.ts';
import { npm } from './npm.ts';
import { numpyArray } from './numpy.ts';
import { cudaToolkit, nvidiaHeaders, nvidiaPrograms } from './nvidia-files.ts';
import { onnx } from './onnx.ts';
import { osRelease } from './os-release.ts';
import { phpComposer } from './php-composer.ts';
import { pickle } from './pickle.ts';
import { pythonEgg, pythonWheelFile } from './python-archives.ts';
import { pythonDist } from './python-dist.ts';
import { pythonDirectUrl, pythonEditable } from './python-editable.ts';
import { pythonLocks } from './python-locks.ts';
import { pythonVendor } from './python-vendor.ts';
import { rPackages } from './r-packages.ts';
import { releaseFiles } from './release-files.ts';
import { rpm, rpmManifest } from './rpm.ts';
import { rubyGems } from './ruby-gems.ts';
import { safetensors } from './safetensors.ts';
import { secrets } from './secrets.ts';
import { tensorflowGraph } from './tensorflow-graph.ts';
import { toolchainFiles } from './toolchain-files.ts';

/** Every analyzer. A new one is one file, one fixture and one line here. */
export const analyzers: readonly Analyzer[] = [
  osRelease,
  dpkg,
  dpkgFiles,
  pythonDist,
  releaseFiles,
  apk,
  rpm,
  rpmManifest,
  pythonEgg,
  pythonWheelFile,
  pythonDirectUrl,
  pythonEditable,
  pythonVendor,
  pythonLocks,
  conda,
  condaExplicit,
  npm,
  javaArchives,
  jdk,
  rubyGems,
  phpComposer,
  dotnet,
  rPackages,
  julia,
  toolchainFiles,
  cargoLock,
  bitnami,
  cudaToolkit,
  nvidiaHeaders,
  nvidiaPrograms,
  binaries,
  pickle,
  modelZip,
  modelTar,
  compressedModel,
  numpyArray,
  kerasH5,
  tensorflowGraph,
  onnx,
  safetensors,
  gguf,
  huggingface,
  notebook,
  jupyterConfig,
  secrets,
];
