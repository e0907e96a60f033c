import type { PackageRole } from '../../model.ts';

/** Folders in which package managers keep what they may install, and which no program imports from. */
const CACHES: readonly RegExp[] = [
  // Not Deno's: programs run from there, and nothing is installed anywhere else (https://docs.deno.com/runtime/fundamentals/modules/).
  /(?:^|\/)\.cache\/(?:pip|uv|pypoetry|pdm|huggingface|conda|yarn|go-build|pre-commit|pipenv|bazel|node-gyp|ms-playwright-go|virtualenv)\//,
  // Wherever `--cache-dir`, `UV_CACHE_DIR` or `VIRTUALENV_OVERRIDE_APP_DATA` moved it.
  /(?:^|\/)archive-v\d\/[\w-]{8,40}\//,
  /(?:^|\/)wheel\/[^/]+\/(?:image|embed)\/\d+\/[^/]+\/[^/]+\//,
  /(?:^|\/)(?:(?:mini|ana|mamba|micromamba|miniforge|mambaforge)(?:conda|forge)?\d?|conda|\.conda|\.mamba)\/pkgs\//,
  /(?:^|\/)\.(?:npm|yarn\/berry|pnpm-store)\//,
  /(?:^|\/)\.(?:m2\/repository|gradle\/caches|ivy2\/cache|cargo\/registry|sbt\/boot|bundle\/cache|nuget\/packages|composer\/cache)\//,
  /(?:^|\/)go\/pkg\/mod\//,
  /(?:^|\/)ensurepip\/_bundled\//,
  /(?:^|\/)(?:usr\/)?share\/python-wheels\//,
  /(?:^|\/)var\/cache\//,
  /(?:^|\/)\.bun\/install\/cache\//,
  // Where pip unpacks and builds before it installs, left by a build that was broken off.
  /(?:^|\/)pip-(?:install|unpack|req-build|build-env|wheel|ephem-wheel-cache|metadata|modern-metadata|standalone-pip|uninstall|download)-\w{8}\//,
  /(?:^|\/)tmp\/pip-(?:install|unpack|req-build|build-env|wheel|ephem-wheel-cache|metadata|modern-metadata|standalone-pip|uninstall|download)-[^/]*\//,
  // A folder that somebody put aside: Python imports from none of that name.
  /(?:^|\/)(?:site|dist)-packages[._-](?:bak|backup|old|orig|save|saved|disabled)[^/]*\//,
  /(?:^|\/)(?:site|dist)-packages\/\.(?:trash|Trash|bak|backup|old)[^/]*\//,
  // What desktops and pipx throw away (https://specifications.freedesktop.org/trash-spec/latest/).
  /(?:^|\/)(?:share\/Trash\/files|pipx\/\.?trash)\//,
  // What pnpm found of another package manager, and what npm had moved aside when it was broken off: Node looks for neither name.
  /(?:^|\/)node_modules\/(?:@[^/]+\/)?\.(?:ignored(?:_[^/]*|\/.*)?|[^/]+-\w{8})\/package\.json$/,
  // What pip could not delete: `~umpy` for `numpy` (`-umpy` before pip 19.0.2), which nothing imports and pip does not list.
  /(?:^|\/)(?:site|dist)-packages\/[~-][^/]*(?:\/|$)/,
  // `--target` has folders of any name.
  /(?:^|\/)~[^/]*\.(?:dist|egg)-info(?:\/|$)/,
];

/** Folders in which one Python package carries copies of others. */
const VENDORED =
  /(?:^|\/)_vendor(?:ed_packages)?\/|(?:site|dist)-packages\/(?:[^/]+\/)*(?:extern|third_party|vendor)\//;

/** What the tests of an installed package, or of Python itself, read: not what anybody installed. */
const TESTS =
  /(?:^|\/)(?:(?:site|dist)-packages|node_modules)\/(?:[^/]+\/)*(?:tests?|testing|__tests__|test[-_]?data|fixtures|__fixtures__)\/|(?:^|\/)lib\/python\d[\d.]*t?\/(?:test|(?:lib2to3|distutils)\/tests)\//;

/** What a file's folder says of why the file is there; undefined: simply installed. Holds for whatever an analyzer finds in it. */
export function roleOfPath(path: string): PackageRole | undefined {
  if (CACHES.some((pattern) => pattern.test(path)) || isCondaPackage(path)) return 'cache';
  if (TESTS.test(path)) return 'test';
  return VENDORED.test(path) ? 'vendored' : undefined;
}

/** `ANY/pkgs/NAME-VERSION-BUILD/`: conda, under whatever name it was installed. */
function isCondaPackage(path: string): boolean {
  const folder = /(?:^|\/)[^/]+\/pkgs\/([^/]+)\//.exec(path)?.[1];
  return folder !== undefined && /^[^/]+-[\d.][^/-]*-[^/\d-]*\d[^/-]*$/.test(folder);
}

/** A library in a wheel's own folder belongs to that wheel; gives the wheel's name as its folder spells it. */
export function bundledIn(path: string): string | undefined {
  const inside = /(?:^|\/)(?:site|dist)-packages\/([^/]+)\//.exec(path)?.[1];
  return inside?.replace(/\.(?:libs|dylibs)$/, '');
}
