import { go } from '../ecosystems/go.ts';
import type { Inventory, Notice } from '../model.ts';

/** How many packages are named where their versions are not known. */
const NAMED = 3;

/** What a project is judged by, and what of it could not be. */
export function projectNotices({ unpinned, packages }: Inventory): Notice[] {
  if (unpinned === undefined) return [];
  const declared: Notice = {
    level: 'info',
    code: 'declared-only',
    message: 'judged as declared: what an installer adds or changes is not known before there is an image',
  };
  // A go.mod requires modules in the versions that are built, but of Go itself the least that builds it.
  const isOfGo = packages.some(
    ({ type, evidence }) => type === go.type && evidence.some(({ path }) => /(?:^|\/)go\.mod$/.test(path)),
  );
  const toolchain: Notice = {
    level: 'info',
    code: 'toolchain-open',
    message:
      "Go's standard library is not judged: go.mod names the least Go that builds it, and a program says with which it was built",
  };
  const said = isOfGo ? [declared, toolchain] : [declared];
  if (unpinned.length === 0) return said;
  const named = unpinned.slice(0, NAMED).map(({ requirement }) => requirement);
  const message = `${unpinned.length} ${unpinned.length === 1 ? 'declaration is' : 'declarations are'} not assessed, for want of an exact version (${named.join('; ')}${unpinned.length > NAMED ? '; ...' : ''}): lock the project (uv lock, pip-compile, conda-lock), or scan the image`;
  return [...said, { level: 'warning', code: 'not-pinned', message }];
}
