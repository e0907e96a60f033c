import { withoutEnd } from '../../formats/ends.ts';
import { deb822 } from '../../formats/text/index.ts';

/** One suite and component of a package archive. https://wiki.debian.org/DebianRepository/Format */
interface DebianIndex {
  /** Address of `Packages` for one architecture, without its compression's suffix. */
  readonly address: string;
  /** `bullseye-security main`, as the user knows it. */
  readonly label: string;
}

const FIELDS = new Set(['types', 'uris', 'suites', 'components', 'architectures', 'enabled']);

/** The indexes that apt of the image would read: sources.list and *.list line by line, *.sources as paragraphs. https://manpages.debian.org/sources.list.5 */
export function debianIndexes(files: ReadonlyMap<string, string>, architecture: string): DebianIndex[] {
  const byName = new Map<string, DebianIndex>();
  for (const [path, text] of files)
    for (const index of path.endsWith('.sources') ? fromParagraphs(text, architecture) : fromLines(text, architecture))
      byName.set(index.address, index);
  return [...byName.values()];
}

/** Files of an image that apt reads. */
export const isAptSource = (path: string): boolean =>
  /^etc\/apt\/(?:sources\.list|sources\.list\.d\/[^/]+\.(?:list|sources))$/.test(path);

function* fromLines(text: string, architecture: string): Generator<DebianIndex> {
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*deb(?:\s+\[([^\]]*)\])?\s+(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) continue;
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const only = /(?:^|\s)arch=(\S+)/.exec(options)?.[1];
    if (only !== undefined && !only.split(',').includes(architecture)) continue;
    yield* indexesOf([uri], [suite], components.split(/\s+/).filter(Boolean), architecture);
  }
}

function* fromParagraphs(text: string, architecture: string): Generator<DebianIndex> {
  const words = (value: string | undefined): string[] => (value ?? '').split(/\s+/).filter(Boolean);
  const uncommented = text.replace(/^#.*(?:\n|$)/gm, '');
  for (const paragraph of deb822(uncommented, FIELDS)) {
    if (!words(paragraph.get('types')).includes('deb') || /^no$/i.test(paragraph.get('enabled') ?? '')) continue;
    const only = words(paragraph.get('architectures'));
    if (only.length > 0 && !only.includes(architecture)) continue;
    yield* indexesOf(
      words(paragraph.get('uris')),
      words(paragraph.get('suites')),
      words(paragraph.get('components')),
      architecture,
    );
  }
}

function* indexesOf(
  uris: readonly string[],
  suites: readonly string[],
  components: readonly string[],
  architecture: string,
): Generator<DebianIndex> {
  for (const written of uris) {
    // `mirror+http` lists and such are apt's own business.
    if (!/^https?:\/\//.test(written)) continue;
    const uri = withoutEnd(written, '/');
    for (const suite of suites) {
      if (suite.endsWith('/')) yield { address: `${uri}/${suite}Packages`, label: suite };
      for (const component of suite.endsWith('/') ? [] : components)
        yield {
          address: `${uri}/dists/${suite}/${component}/binary-${architecture}/Packages`,
          label: `${suite} ${component}`,
        };
    }
  }
}
