import { plainName } from '../ecosystems/names.ts';
import { repositoryIn } from '../ecosystems/oci.ts';
import type { Report, Subject } from '../model.ts';

/** What tells one image from another, as far as a result says it. */
export interface ImageMarks {
  /** Digests of manifest and configuration. */
  readonly digests: readonly string[];
  /** What its repositories are called without where they lie: `app` of `registry.example/team/app:1`. */
  readonly repositories: readonly string[];
  readonly architecture?: string | undefined;
  /** The operating system's id. */
  readonly system?: string | undefined;
  /** Its packages, or those that are known of it, by every name that each has. */
  readonly packages: readonly (readonly string[])[];
}

/** What a report of ours says of its image. */
export function marksOf({ subject, os, packages }: Pick<Report, 'subject' | 'os' | 'packages'>): ImageMarks {
  return {
    ...subjectMarks(subject),
    system: os?.id,
    packages: packages.map(({ name, source }) => (source ? [name, source.name] : [name])),
  };
}

/** What a subject alone says. */
export function subjectMarks({
  digest,
  imageId,
  source,
  name,
  repoTags = [],
  repoDigests = [],
  platform,
}: Partial<Subject>): Omit<ImageMarks, 'packages'> {
  // A path is no name of an image.
  const own = (source === 'registry' || source === 'docker') && name !== undefined ? [name] : [];
  const repositories = [...own, ...repoTags, ...repoDigests].map((full) => repositoryIn(full).split('/').at(-1) ?? '');
  return {
    digests: [digest, imageId].filter((value) => value !== undefined),
    // What was loaded by its digest alone is named by that.
    repositories: [...new Set(repositories)].filter((name) => name !== '' && !/^[0-9a-f]{12,64}$/.test(name)),
    architecture: platform?.architecture,
  };
}

/**
 * Why two results are of two images that are not one and the same made anew; undefined where nothing says so. A rebuilt image keeps its
 * repository's name, whatever becomes of its system, and where no name is known, some of its packages.
 */
export function whyOtherImage(then: ImageMarks, now: ImageMarks): string | undefined {
  if (then.digests.some((digest) => now.digests.includes(digest))) return undefined;
  if (then.architecture !== undefined && now.architecture !== undefined && then.architecture !== now.architecture)
    return `it is for ${then.architecture}, and this one for ${now.architecture}`;
  if (then.repositories.length > 0 && now.repositories.length > 0)
    return then.repositories.some((name) => now.repositories.includes(name))
      ? undefined
      : `it is called ${then.repositories[0]}, and this one ${now.repositories[0]}`;
  return haveNothingInCommon(then, now) ? `none of its ${then.packages.length} packages is in this one` : undefined;
}

/** Whether not one package of the first is in the second in any version, and the system is not known to be the same. One package alone may have been taken out. */
export function haveNothingInCommon(
  then: Pick<ImageMarks, 'packages' | 'system'>,
  now: Pick<ImageMarks, 'packages' | 'system'>,
): boolean {
  if (then.packages.length < 2 || (then.system !== undefined && then.system === now.system)) return false;
  const names = new Set(now.packages.flatMap((all) => all.map(plainName)));
  return then.packages.every((all) => !all.some((name) => names.has(plainName(name))));
}
