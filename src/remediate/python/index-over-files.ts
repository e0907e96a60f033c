import { pypi } from '../../ecosystems/pypi.ts';
import { comparePep440 } from '../../versions/pep440.ts';
import { type IndexFile, type IndexVersion, installable, obstacleOf } from './installable.ts';
import { parseWheelName, sdistVersion, type WheelTarget } from './wheel-tags.ts';

/** The index as the planner sees it; failures become `problems`, and the rest of the plan still comes. */
export interface PythonIndex {
  /** Every file of a project; empty where it is not there, undefined where no index could be asked. */
  files(name: string): Promise<readonly IndexFile[] | undefined>;
  /** Installable versions for this interpreter, ascending; undefined where no index could be asked. */
  versions(
    name: string,
    target: WheelTarget,
    installed: string | undefined,
  ): Promise<readonly IndexVersion[] | undefined>;
  /** `Requires-Dist` of a version; undefined where nobody can say; `failed` where the index was asked and broke off, or its time was over. */
  requires(name: string, version: string, target: WheelTarget): Promise<readonly string[] | 'failed' | undefined>;
  /** Why this version cannot be installed there, to be read behind its name; undefined where it can, or nobody can say. */
  obstacle(
    name: string,
    version: string,
    target: WheelTarget,
    installed: string | undefined,
  ): Promise<string | undefined>;
  /** What a wheel lists as its files (`RECORD`), by the end of it alone; undefined where that could not be had. Absent: nobody is asked. */
  recordedFiles?(wheel: IndexFile): Promise<string | undefined>;
  /** sha256 of every file of a version, for requirements with hashes. */
  hashes(name: string, version: string): Promise<readonly string[]>;
  readonly problems: ReadonlySet<string>;
  readonly by: string;
  /** Why nobody is asked any more, before everything was known; absent or undefined: they still are. */
  over?(): string | undefined;
  /** Hosts of the indexes that are asked. */
  readonly hosts?: readonly string[];
}

/** What follows from the files of a project, wherever they are known from. */
export function indexOverFiles(
  files: PythonIndex['files'],
  more: Pick<PythonIndex, 'requires' | 'recordedFiles' | 'problems' | 'by' | 'over' | 'hosts'> & {
    /** Why nothing is promised of a version that the page lists, as far as was asked. */
    refused?(name: string, version: string): string | undefined;
  },
): PythonIndex {
  const { refused, ...asked } = more;
  return {
    ...asked,
    files,
    async versions(name, target, installed) {
      const known = await files(name);
      return known && installable(name, known, target, installed);
    },
    async obstacle(name, version, target, installed) {
      const known = await files(name);
      return known && (obstacleOf(name, version, known, target, installed) ?? refused?.(name, version));
    },
    async hashes(name, version) {
      return ((await files(name)) ?? []).flatMap((file) => {
        const own = parseWheelName(file.filename)?.version ?? sdistVersion(file.filename, name, pypi.normalize);
        return own !== undefined && comparePep440(own, version) === 0 && file.sha256 ? [file.sha256] : [];
      });
    },
  };
}
