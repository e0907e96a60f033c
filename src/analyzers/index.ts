import type { Analyzer } from './analyzer.ts';
import { condaExplicit } from './conda/explicit-list.ts';
import { conda } from './conda/installed.ts';
import { jupyterConfig } from './configuration/jupyter-config.ts';
import { notebook } from './configuration/notebook.ts';
import { bitnami } from './languages/bitnami.ts';
import { cargoLock } from './languages/cargo-lock.ts';
import { dotnet } from './languages/dotnet.ts';
import { javaArchives } from './languages/java-archives.ts';
import { jdk } from './languages/jdk.ts';
import { julia } from './languages/julia.ts';
import { npm } from './languages/npm.ts';
import { phpComposer } from './languages/php-composer.ts';
import { rPackages } from './languages/r-packages.ts';
import { rubyGems } from './languages/ruby-gems.ts';
import { toolchainFiles } from './languages/toolchain-files.ts';
import { compressedModel } from './models/compressed-model.ts';
import { gguf } from './models/gguf.ts';
import { huggingface } from './models/huggingface.ts';
import { kerasH5 } from './models/keras-h5.ts';
import { numpyArray } from './models/numpy.ts';
import { onnx } from './models/onnx.ts';
import { pickle } from './models/pickle.ts';
import { safetensors } from './models/safetensors.ts';
import { modelTar } from './models/tar.ts';
import { tensorflowGraph } from './models/tensorflow-graph.ts';
import { modelZip } from './models/zip.ts';
import { binaries } from './native/binaries.ts';
import { cudaToolkit, nvidiaHeaders, nvidiaPrograms } from './native/nvidia-files.ts';
import { pythonEgg, pythonWheelFile } from './python/archives.ts';
import { pythonDist } from './python/distributions.ts';
import { pythonDirectUrl, pythonEditable } from './python/editable.ts';
import { pythonLocks } from './python/locks.ts';
import { pythonVendor } from './python/vendored.ts';
import { secrets } from './secrets/secrets.ts';
import { apk } from './systems/apk.ts';
import { dpkg, dpkgFiles } from './systems/dpkg.ts';
import { osRelease } from './systems/os-release.ts';
import { releaseFiles } from './systems/release-files.ts';
import { rpm, rpmManifest } from './systems/rpm.ts';

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
