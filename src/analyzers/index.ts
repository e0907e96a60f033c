import type { Analyzer } from './analyzer.ts';
import { dpkg, dpkgFiles } from './dpkg.ts';
import { osRelease } from './os-release.ts';
import { pythonDist } from './python-dist.ts';

/** Every analyzer. A new one is one file, one fixture and one line here. */
export const analyzers: readonly Analyzer[] = [osRelease, dpkg, dpkgFiles, pythonDist];
