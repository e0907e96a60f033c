/**
 * What a package may be called, by purl type: as the specification of its world says, and never as an option (`-o`) or a
 * path. Names come from images; what is none never enters a command, an edit or an address.
 */
const NAMES: Readonly<Record<string, RegExp>> = {
  // https://www.debian.org/doc/debian-policy/ch-controlfields.html#source
  deb: /^[a-z0-9][a-z0-9+.-]*(?::[a-z0-9-]+)?$/i,
  // https://wiki.alpinelinux.org/wiki/APKBUILD_Reference#pkgname; a dot begins virtual packages
  apk: /^[a-z0-9._][a-z0-9._+-]*$/i,
  // https://docs.fedoraproject.org/en-US/packaging-guidelines/Naming/
  rpm: /^[a-z0-9_][a-z0-9._+~^-]*$/i,
  // https://packaging.python.org/en/latest/specifications/name-normalization/
  pypi: /^(?:[a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9])$/i,
  // https://docs.npmjs.com/cli/configuring-npm/package-json#name
  npm: /^(?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9_~][a-z0-9._~-]*$/i,
  // https://docs.conda.io/projects/conda-build/en/latest/concepts/package-naming-conv.html
  conda: /^[a-z0-9_][a-z0-9._-]*$/i,
  // https://guides.rubygems.org/specification-reference/#name
  gem: /^[a-z0-9_][a-z0-9._-]*$/i,
  // https://doc.rust-lang.org/cargo/reference/manifest.html#the-name-field
  cargo: /^[a-z0-9_][a-z0-9_-]*$/i,
  // https://go.dev/ref/mod#module-path
  golang: /^[a-z0-9_][a-z0-9._~/-]*$/i,
  // https://maven.apache.org/guides/mini/guide-naming-conventions.html
  maven: /^[a-z0-9_][a-z0-9._-]*(?:[:/][a-z0-9_][a-z0-9._-]*)?$/i,
};

/** Of other worlds: words with what joins them. */
const OTHER = /^[a-z0-9_@][a-z0-9._+~@/:-]*$/i;

const NAME_LENGTH = 256;

/** Whether a package of this purl type may be called so. */
export const isPackageName = (type: string, name: string): boolean =>
  name.length <= NAME_LENGTH && !name.split('/').includes('..') && (NAMES[type] ?? OTHER).test(name);

/** Whether a text can be a version in a command: one word that is no option, path, or address. */
export const isVersionWord = (text: string): boolean => /^[a-z0-9][a-z0-9.+~:^!_-]{0,255}$/i.test(text);
