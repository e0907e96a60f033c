import { withoutEnd } from '../../formats/ends.ts';
import { type AptSource, readAptSources } from '../../formats/text/index.ts';

/** One suite and component of a package archive. https://wiki.debian.org/DebianRepository/Format */
interface DebianIndex {
  /** Address of `Packages` for one architecture, without its compression's suffix. */
  readonly address: string;
  /** `bullseye-security main`, as the user knows it. */
  readonly label: string;
}

/** The indexes that apt of the image would read: sources.list and *.list line by line, *.sources as paragraphs. https://manpages.debian.org/sources.list.5 */
export function debianIndexes(files: ReadonlyMap<string, string>, architecture: string): DebianIndex[] {
  const byName = new Map<string, DebianIndex>();
  for (const [path, text] of files)
    for (const source of readAptSources(text, path.endsWith('.sources')))
      for (const index of indexesOf(source, architecture)) byName.set(index.address, index);
  return [...byName.values()];
}

/** Files of an image that apt reads. */
export const isAptSource = (path: string): boolean =>
  /^etc\/apt\/(?:sources\.list|sources\.list\.d\/[^/]+\.(?:list|sources))$/.test(path);

function* indexesOf(
  { uri: written, suite, components, architectures }: AptSource,
  architecture: string,
): Generator<DebianIndex> {
  if (architectures.length > 0 && !architectures.includes(architecture)) return;
  // `mirror+http` lists and such are apt's own business.
  if (!/^https?:\/\//.test(written)) return;
  const uri = withoutEnd(written, '/');
  if (suite.endsWith('/')) yield { address: `${uri}/${suite}Packages`, label: suite };
  for (const component of suite.endsWith('/') ? [] : components)
    yield {
      address: `${uri}/dists/${suite}/${component}/binary-${architecture}/Packages`,
      label: `${suite} ${component}`,
    };
}
