import { pathIn } from '../../formats/paths.ts';
import type { Change, PlanStep } from '../plan.ts';
import type { BuildFiles } from './build-files.ts';
import type { DockerfileMatch } from './dockerfile-match.ts';

/** What the edits of a plan rest on. */
export interface EditPlanning {
  readonly build: BuildFiles;
  /** Absent: there is no Dockerfile, but a project's files. */
  readonly match?: DockerfileMatch;
  readonly steps: readonly PlanStep[];
  /** Layers that brought what a step changes. */
  layersOf(step: PlanStep): readonly number[];
  /** Whether the base image brought it: then it is changed where the image begins, not among what is declared. */
  inherited(change: Change): boolean;
  /** The pip of a step's environment. */
  pip(step: PlanStep): string;
  /** sha256 digests of a version's files, where an index was asked. */
  hashes(name: string, version: string): Promise<readonly string[]>;
  /** The user that the image's configuration names. */
  readonly user: string | undefined;
  /** Whether a file has a say in what a step changes; default: all have. */
  concerns?(step: PlanStep, path: string): boolean;
  /** Whether what others ask for brings this change by itself, once those are changed. */
  comesAlong?(change: Change): boolean;
  /** Whose requirements bring what a change is of, at any distance, by normalised name. */
  bringersOf?(change: Change): ReadonlySet<string>;
}

/** Whether a lock pins what a step changes, and its program takes it there whether or not it is declared. */
export const isLocked = ({ build, concerns }: EditPlanning, step: PlanStep): boolean =>
  build.locks.some(({ folder, file }) => concerns?.(step, pathIn(folder, file)) ?? true);
