import type { Analyzer } from '../analyzer.ts';
import { goMod } from './go-mod.ts';
import { projectLocks } from './lock-files.ts';
import { projectManifests } from './manifests.ts';
import { packageLock } from './package-lock.ts';
import { pythonDeclarations } from './python-declarations.ts';
import { unreadDeclarations } from './unread-declarations.ts';

/** What is read of a project besides what is read of an image: what it declares and nothing has installed yet. */
export const projectAnalyzers: readonly Analyzer[] = [
  pythonDeclarations,
  packageLock,
  goMod,
  projectLocks,
  projectManifests,
  unreadDeclarations,
];
