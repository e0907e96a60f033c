import { DEBIAN_RELEASES } from '../../ecosystems/debian.ts';
import { LIMITS } from '../../limits.ts';
import { identifier } from '../values.ts';
import { speaksOfFlaw } from './bulletins.ts';
import { type FeedItem, type FeedSource, feed } from './feed.ts';
import { lines } from './lines.ts';

const TRACKER = 'https://salsa.debian.org/security-tracker-team/security-tracker/-/raw/master/data';

/**
 * Debian's lists of security advisories (DSA) and of those for long-term support (DLA): which bulletin fixed what in which
 * version, and on which day. https://www.debian.org/security/
 */
export const debianLists = feed({
  name: 'debian-lists',
  version: 2,
  title: 'Debian DSA and DLA lists',
  licence: 'MIT (Debian security tracker)',
  byDefault: true,
  maxBytes: LIMITS.feedListBytes,
  async sources(listed) {
    const names = (await listed('debian')) ?? [];
    return ['DSA', 'DLA'].map((kind): FeedSource => {
      // A mirror that keeps several days' lists: the newest by its name.
      const dated = names
        .filter((name) => new RegExp(`^${kind}-list[\\w.-]*\\.txt$`).test(name))
        .sort()
        .at(-1);
      return {
        name: `debian/${kind}`,
        path: dated === undefined ? `debian/${kind}/list` : `debian/${dated}`,
        url: `${TRACKER}/${kind}/list`,
      };
    });
  },
  async *parse(document) {
    let bulletin: Bulletin | undefined;
    for await (const line of lines(document.chunks())) {
      const head = /^\[(\d\d) (\w{3}) (\d{4})\]\s+(\S+)\s*(.*)$/.exec(line);
      if (head) {
        bulletin = readHead(head);
        yield { kind: 'counted' };
        if (bulletin === undefined) yield { kind: 'rejected', id: head[4]!, reason: 'no date or id that is known' };
        else yield* bulletinItems(bulletin);
      } else if (bulletin !== undefined) yield* readLine(bulletin, line);
      else if (line.trim() !== '')
        yield { kind: 'rejected', id: document.name, reason: `a line before the first bulletin: ${line.slice(0, 60)}` };
    }
  },
});

interface Bulletin {
  readonly id: string;
  readonly date: string;
  readonly title?: string;
  vulnerabilities: readonly string[];
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function readHead([, day, month, year, id, title]: RegExpExecArray): Bulletin | undefined {
  const number = MONTHS.indexOf(month!) + 1;
  if (number === 0 || identifier(id) === undefined) return undefined;
  const date = `${year}-${String(number).padStart(2, '0')}-${day}`;
  return { id: id!, date, ...(title && { title: title.trim() }), vulnerabilities: [] };
}

function* bulletinItems({ id, date, title }: Bulletin): Generator<FeedItem> {
  yield { kind: 'record', record: { id, published: date, modified: date, ...(title !== undefined && { title }) } };
}

/** `\t{CVE-... CVE-...}` and `\t[bookworm] - webkit2gtk 2.46.6-1~deb12u1`; notes are for people. */
function* readLine(bulletin: Bulletin, line: string): Generator<FeedItem> {
  const ids = /^\s+\{([^}]*)\}/.exec(line);
  if (ids) {
    bulletin.vulnerabilities = ids[1]!
      .split(/\s+/)
      .filter((id) => identifier(id) !== undefined && /^(?:CVE|TEMP)-/.test(id));
    return;
  }
  const fix = /^\s+\[(\w+)\] - (\S+) (\S+)/.exec(line);
  // A regression update names no vulnerability: it repairs the fix, it fixes nothing.
  if (!fix || (bulletin.vulnerabilities.length === 0 && !speaksOfFlaw(bulletin.id, bulletin.title))) return;
  const [, codename, name, version] = fix;
  if (version!.startsWith('<')) return; // <not-affected>, <end-of-life>, <unfixed>: the tracker says it better
  yield {
    kind: 'statement',
    statement: {
      id: bulletin.id,
      bulletin: bulletin.id,
      source: 'debian',
      namespace: `Debian:${DEBIAN_RELEASES.get(codename!) ?? codename}`,
      package: name!,
      state: 'fixed',
      ranges: [{ fixed: version! }],
      ...(bulletin.vulnerabilities.length > 0 && { vulnerabilities: bulletin.vulnerabilities }),
      fixDate: bulletin.date,
    },
  };
}
