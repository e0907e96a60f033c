/** Another tag of a base's repository that may stand in its place. */
export interface BaseVariant {
  /** As FROM would name it. */
  readonly name: string;
  /** `newer`: the newest patch of the same version; `slim`: without compilers and headers; `hardened`: less than that. */
  readonly kind: 'newer' | 'slim' | 'hardened';
}

/** `3.9.16-slim-bullseye` as version and words. */
interface Tag {
  readonly tag: string;
  readonly numbers: readonly number[];
  readonly words: ReadonlySet<string>;
}

const HARDENED = new Set(['chiseled', 'distroless', 'fips', 'hardened', 'micro', 'minimal', 'nonroot']);
const SLIM = new Set(['slim', 'lite']);

/** A tag that says a version; undefined for `latest`, `nightly` and pre-releases, of which nobody knows what they stand for. */
function readTag(tag: string): Tag | undefined {
  const [version = '', ...words] = tag.toLowerCase().split('-');
  if (
    !/^v?\d{1,6}(?:\.\d{1,6}){0,4}$/.test(version) ||
    words.some((word) => /^(?:rc|alpha|beta|dev|pre)\d*$/.test(word))
  )
    return undefined;
  return { tag, numbers: version.replace(/^v/, '').split('.').map(Number), words: new Set(words) };
}

const sameWords = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((word) => b.has(word));

/** How the words of a tag would read in a variant of it. CUDA's images call theirs `devel` and `runtime`. */
function wanted({ words }: Tag): { readonly kind: BaseVariant['kind']; fits(other: ReadonlySet<string>): boolean }[] {
  const isSlim = [...words].some((word) => SLIM.has(word) || HARDENED.has(word));
  const runtime = words.has('devel')
    ? new Set([...words].map((word) => (word === 'devel' ? 'runtime' : word)))
    : undefined;
  return [
    { kind: 'newer', fits: (other) => sameWords(words, other) },
    ...(isSlim
      ? []
      : [
          {
            kind: 'slim' as const,
            fits: (other: ReadonlySet<string>) =>
              [...SLIM].some((word) => sameWords(new Set([...words, word]), other)) ||
              (runtime !== undefined && sameWords(runtime, other)),
          },
        ]),
    {
      kind: 'hardened',
      fits: (other) => {
        const more = [...other].filter((word) => !words.has(word));
        const less = [...words].filter((word) => !other.has(word));
        return more.length > 0 && more.every((word) => HARDENED.has(word)) && less.every((word) => SLIM.has(word));
      },
    },
  ];
}

/**
 * The tags of the same repository that may stand in a base's place, one of each kind: of the same version, in its newest patch.
 * Other versions, other distributions and other C libraries (`alpine`) are other decisions than the one that a plan is asked for.
 */
export function baseVariants(repository: string, tag: string, tags: readonly string[]): BaseVariant[] {
  const own = readTag(tag);
  if (own === undefined) return [];
  const all = tags.flatMap((tag) => readTag(tag) ?? []);
  return wanted(own).flatMap(({ kind, fits }): BaseVariant[] => {
    const [best] = all
      .filter((other) => other.tag !== tag && fits(other.words) && isSameVersion(own.numbers, other.numbers))
      .sort((a, b) => compareSegments(b.numbers, a.numbers) || b.numbers.length - a.numbers.length);
    if (best === undefined || (kind === 'newer' && compareSegments(best.numbers, own.numbers) <= 0)) return [];
    return [{ name: `${repository}:${best.tag}`, kind }];
  });
}

/** Whether one is the other in the same or a newer patch; a tag that names no patch moves by itself. */
function isSameVersion(own: readonly number[], other: readonly number[]): boolean {
  const fixed = Math.max(1, Math.min(own.length, 2));
  return (
    own.length === other.length &&
    own.slice(0, own.length > 2 ? fixed : own.length).every((number, at) => number === other[at]) &&
    compareSegments(other, own) >= 0
  );
}

/** Compares versions by their numbers, from the left; a missing number counts as 0. */
function compareSegments(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
