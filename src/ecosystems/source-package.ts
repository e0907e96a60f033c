interface Built {
  readonly name: string;
  readonly version: string;
  readonly source?: { readonly name: string; readonly version: string } | undefined;
}

/**
 * The source package that something was built from, as the advisories of a distribution name it: the package itself where none is stated. What a
 * record leaves empty is as the binary's. https://www.debian.org/doc/debian-policy/ch-controlfields.html#source
 */
export function sourceOf(pkg: Built): { readonly name: string; readonly version: string } {
  const { name, version, source } = pkg;
  if (source === undefined) return pkg;
  if (source.name !== '' && source.version !== '') return source;
  return { name: source.name || name, version: source.version || version };
}
