import { LIMITS } from '../../limits.ts';
import { deb822 } from './deb822.ts';

/** One suite of an archive, as an image's apt is told of it. https://manpages.debian.org/sources.list.5 */
export interface AptSource {
  /** As written: `http://mirror.example/debian/`. */
  readonly uri: string;
  /** `bullseye-security`; with a slash at its end it is a folder, and has no components. */
  readonly suite: string;
  readonly components: readonly string[];
  /** The only ones it is for; empty: all. */
  readonly architectures: readonly string[];
  /** The moment of a snapshot that its options name: `20240301T000000Z`. */
  readonly snapshot?: string;
}

const FIELDS = new Set(['types', 'uris', 'suites', 'components', 'architectures', 'enabled', 'snapshot']);
const words = (value: string | undefined): string[] => (value ?? '').split(/\s+/).filter(Boolean);

/** Enabled sources of binary packages: of `sources.list` and `*.list` line by line, of `*.sources` (`isDeb822`) by the paragraph. What is more than `LIMITS.aptSourceWords` is left out, and `isWholeAptSources` says so. */
export function readAptSources(text: string, isDeb822: boolean): AptSource[] {
  return isDeb822 ? fromParagraphs(text) : text.split(/\r?\n/).flatMap(fromLine);
}

/** Whether all that a file names is among its sources: else a paragraph multiplied out to more than the budget. */
export const isWholeAptSources = (sources: readonly AptSource[]): boolean =>
  sources.reduce((sum, source) => sum + costOf(source), 0) <= LIMITS.aptSourceWords;

const costOf = ({ components, architectures }: Omit<AptSource, 'uri' | 'suite'>): number =>
  1 + components.length + architectures.length;

function fromLine(line: string): AptSource[] {
  const match = /^\s*deb(?:\s+\[([^\]]*)\])?\s+(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
  if (!match) return [];
  const [, options = '', uri = '', suite = '', components = ''] = match;
  const only = /(?:^|\s)arch=(\S+)/.exec(options)?.[1];
  const snapshot = /(?:^|\s)snapshot=(\S+)/.exec(options)?.[1];
  return [
    {
      uri,
      suite,
      components: words(components),
      architectures: only === undefined ? [] : only.split(','),
      ...(snapshot === undefined ? {} : { snapshot }),
    },
  ];
}

function fromParagraphs(text: string): AptSource[] {
  const sources: AptSource[] = [];
  let cost = 0;
  const uncommented = text.replace(/^#.*(?:\n|$)/gm, '');
  for (const paragraph of deb822(uncommented, FIELDS)) {
    if (!words(paragraph.get('types')).includes('deb') || /^(?:no|false)$/i.test(paragraph.get('enabled') ?? ''))
      continue;
    const snapshot = paragraph.get('snapshot');
    const all = {
      components: words(paragraph.get('components')),
      architectures: words(paragraph.get('architectures')),
      ...(snapshot === undefined || /^(?:enable|yes|no|disable)$/i.test(snapshot) ? {} : { snapshot }),
    };
    for (const uri of words(paragraph.get('uris')))
      for (const suite of words(paragraph.get('suites'))) {
        sources.push({ uri, suite, ...all });
        // The one that is too many is kept: by it the rest is known to be left out.
        cost += costOf(all);
        if (cost > LIMITS.aptSourceWords) return sources;
      }
  }
  return sources;
}
