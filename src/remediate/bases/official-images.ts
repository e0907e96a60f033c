import { ecosystems } from '../../ecosystems/index.ts';

/** Languages' official images leave their version in a variable. https://github.com/docker-library/official-images */
export const LANGUAGE_IMAGES: readonly (readonly [variable: string, image: string])[] = [
  ['PYTHON_VERSION', 'python'],
  ['NODE_VERSION', 'node'],
  ['GOLANG_VERSION', 'golang'],
  ['RUBY_VERSION', 'ruby'],
  ['PHP_VERSION', 'php'],
  ['RUST_VERSION', 'rust'],
];

const NAMES = LANGUAGE_IMAGES.map(([, image]) => image).join('|');
const LANGUAGE_IMAGE = new RegExp(`^(?:docker\\.io/library/)?(?:${NAMES}):`);

/** Whether it is a language's official image with compilers and headers, of which there is a variant without. */
export const hasSlimVariant = (name: string): boolean => LANGUAGE_IMAGE.test(name) && !/slim|alpine/.test(name);

/** Releases of the distributions whose slim variants there are, as tags name them. */
const RELEASES = ecosystems.flatMap(({ system }) =>
  system?.images?.slim === true ? [...(system.codenames?.keys() ?? [])] : [],
);
const TAG_OF_RELEASE = new RegExp(`^(.*?)-?(${RELEASES.join('|')})$`);

/** `python:3.9.16-bullseye` -> `python:3.9.16-slim-bullseye`. */
export function slimName(name: string): string {
  const colon = name.lastIndexOf(':');
  const [repository, tag] = colon < 0 ? [name, 'latest'] : [name.slice(0, colon), name.slice(colon + 1)];
  const [, version, release] = TAG_OF_RELEASE.exec(tag) ?? [];
  if (release !== undefined) return `${repository}:${version === '' ? '' : `${version}-`}slim-${release}`;
  return `${repository}:${tag === 'latest' ? 'slim' : `${tag}-slim`}`;
}
