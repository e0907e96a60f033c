/**
 * Folders that distributions put things into: an OS package that puts something elsewhere is a vendor's own, and nobody patches what it
 * carries. Of `opt`, Red Hat's software collections are theirs.
 * https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html
 */
export const OF_DISTRIBUTIONS = /^(?:usr\/(?!local\/)|lib(?:32|64|x32)?\/|s?bin\/|etc\/|boot\/|opt\/rh\/)/;

/** How distributions call a package of another world. */
const PREFIX = /^(?:python[\d.]*|py3|pypy3?|ruby[\d.]*|rubygem|rubygems|node|nodejs|php|perl|golang|rust|lib|r-cran)-?/;
const SUFFIX = /-(?:java|perl|ruby|js|python|py3|common|wheel|minimal)$/;

/** Words of names and folders that say nothing of whose they are. */
const OF_NOBODY: ReadonlySet<string> = new Set(
  (
    'usr lib libexec share local bin sbin etc opt var boot linux gnu musl x aarch arm amd python py pypy site dist packages package node nodejs modules ' +
    'java jvm jar jars lib ruby rubygems rubygem gem gems specifications integration default all vendor perl php go golang rust cargo src common core ' +
    'data doc tools utils util dev js cli server client base full minimal so el fc vendored third party'
  ).split(' '),
);

/** A name without what spellings differ in, and without the group or scope before it. */
export const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^.*[/:]/, '')
    .replace(/[-_.]/g, '');

/** What a distribution's name for a thing may mean: `python3-jinja2` is `jinja2`. */
export function plainNames(owner: string): readonly string[] {
  const system = owner.toLowerCase();
  const bare = system.replace(PREFIX, '');
  return [system, bare, bare.replace(SUFFIX, '')].map(plain).filter((name) => name !== '');
}

/** Whether an OS package of one of these names is a language package itself, under its distribution's name for it. */
export const isSameThing = (name: string, owners: readonly string[]): boolean =>
  owners.some((owner) => plainNames(owner).includes(plain(name)));

/** Whether one of the words of a file's or folder's name is one of these names: `chromium` in `usr/lib/chromium`, `curl` in `libcurl.so.4`. */
export function sharesWord(part: string, owners: readonly string[]): boolean {
  const own = wordsOf(part.replace(/\.so[.\d]*$/, ''));
  return owners.some((owner) => wordsOf(owner).some((word) => own.includes(word)));
}

/** Whether an OS package of this name can be the source of one of the others: one name is part of the other, or they share a word. */
export const isKin = (source: string, others: readonly string[]): boolean =>
  sharesWord(source, others) ||
  plainNames(source).some((name) =>
    others.flatMap(plainNames).some((other) => isPart(name, other) || isPart(other, name)),
  );

/** Two letters are part of too many words. */
const isPart = (name: string, other: string): boolean => name === other || (name.length > 2 && other.includes(name));

/**
 * Whether an OS package can have brought what lies there, so that nobody need look into it: in a distribution's folders, or a vendor's in folders or
 * files of its name (`usr/local/cuda-11.8` and `libnppc.so.11` of `libnpp-11-8`). Who adds a line to a list claims what is an application's.
 */
export function mayOwn(path: string, owner: string): boolean {
  if (OF_DISTRIBUTIONS.test(path)) return true;
  const words = wordsOf(owner);
  return path.split('/').some((part) => wordsOf(part).some((word) => words.some((own) => isBegun(word, own))));
}

const isBegun = (word: string, own: string): boolean => word === own || (own.length > 2 && word.startsWith(own));

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .slice(0, 200)
    .replace(/^lib(?=[a-z]{2})/, '')
    .split(/[^a-z]+/)
    .filter((word) => word.length > 1 && !OF_NOBODY.has(word));
