import { PlimsollError } from '../../errors.ts';

/** A project, a branch or tag of it, and a part of what is there. */
interface ProjectTarget {
  readonly path: string;
  readonly ref?: string | undefined;
  readonly part?: string | undefined;
}

/** Reads `[HOST/]OWNER/PROJECT[@REF][#PART]`. Throws `reference` for anything else. */
export function projectTarget(target: string): ProjectTarget {
  const [, path, ref, part] = /^([^@#\s]{3,300})(?:@([^#\s]{1,250}))?(?:#(.{1,250}))?$/.exec(target) ?? [];
  const names = path?.split('/') ?? [];
  if (path !== undefined && names.length >= 2 && names.every((name) => name !== '' && !/^\.{1,2}$/.test(name)))
    return { path, ref, part };
  throw new PlimsollError('reference', 'this names no project', {
    where: target,
    hint: 'write OWNER/PROJECT, with @BRANCH behind it where another than the default one is meant',
  });
}
