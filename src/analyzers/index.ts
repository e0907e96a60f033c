import type { Analyzer } from './analyzer.ts';
import { apk } from './apk.ts';
import { binaries } from './binaries.ts';
import { conda } from './conda.ts';
import { condaExplicit } from './conda-explicit.ts';
import { dotnet } from './dotnet.ts';
import { dpkg, dpkgFiles } from './dpkg.ts';
import { javaArchives } from './java-archives.ts';
import { jdk } from './jdk.ts';
import { julia } from './julia.ts';
import { npm } from './npm.ts';
import { cudaToolkit, nvidiaHeaders, nvidiaPrograms } from './nvidia-files.ts';
import { osRelease } from './os-release.ts';
import { phpComposer } from './php-composer.ts';
import { pythonEgg, pythonWheelFile } from './python-archives.ts';
import { pythonDist } from './python-dist.ts';
import { pythonDirectUrl, pythonEditable } from './python-editable.ts';
import { pythonLocks } from './python-locks.ts';
import { pythonVendor } from './python-vendor.ts';
import { rPackages } from './r-packages.ts';
import { releaseFiles } from './release-files.ts';
import { rpm, rpmManifest } from './rpm.ts';
import { rubyGems } from './ruby-gems.ts';
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
  cudaToolkit,
  nvidiaHeaders,
  nvidiaPrograms,
  binaries,
];
