import { readJson } from '../../formats/json-values.ts';
import { jsonMembers } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { entries, member, textMember, textsWithin, textWithin } from '../values.ts';
import { type FeedItem, type FeedSource, feed } from './feed.ts';

/** v3.19 came out in December 2023, two a year since; one more than there can be does no harm. */
function newestRelease(): number {
  return 19 + Math.ceil(((Date.now() - Date.UTC(2023, 11)) / (365.25 * 86_400_000)) * 2) + 1;
}

/**
 * Alpine's security database: in which version of a package a vulnerability was fixed. It knows fixed ones only.
 * https://security.alpinelinux.org/ and https://secdb.alpinelinux.org/
 */
export const alpineSecdb = feed({
  name: 'alpine',
  version: 2,
  title: 'Alpine secdb',
  licence: 'MIT (alpine-secdb)',
  byDefault: true,
  maxBytes: LIMITS.feedListBytes,
  async sources(listed) {
    const inMirror = (await listed('alpine'))?.filter((name) => /^(?:v\d+\.\d+|edge)$/.test(name));
    const guessed = Array.from({ length: newestRelease() - 1 }, (_, index) => `v3.${index + 2}`);
    const releases = inMirror ?? [...guessed, 'edge'];
    return releases.flatMap((release) =>
      ['main', 'community'].map(
        (repository): FeedSource => ({
          name: `alpine/${release}/${repository}`,
          path: `alpine/${release}/${repository}.json`,
          url: `https://secdb.alpinelinux.org/${release}/${repository}.json`,
        }),
      ),
    );
  },
  async *parse(document) {
    const namespace = `Alpine:${document.name.split('/')[1]}`;
    yield { kind: 'covers', namespace };
    yield { kind: 'counted', records: 0 };
    let packages = 0;
    for await (const { text: bytes } of jsonMembers(document.chunks(), 'packages.*')) {
      packages += 1;
      yield* readPackage(namespace, bytes);
    }
    // v3.3's community repository has no fix to tell of; that is an answer, not a broken document.
    if (packages === 0) yield { kind: 'counted' };
  },
});

function* readPackage(namespace: string, bytes: Buffer): Generator<FeedItem> {
  yield { kind: 'counted' };
  const entry: unknown = readJson(bytes.toString('utf8'));
  const described = member(entry, 'pkg');
  const name = textMember(described, 'name', 300);
  if (name === undefined) {
    yield { kind: 'rejected', id: bytes.toString('utf8', 0, 60), reason: 'no package name' };
    return;
  }
  for (const [version, listed] of entries(member(described, 'secfixes'))) {
    for (const id of new Set(textsWithin(listed).flatMap(ids))) {
      const isFixed = version !== '0';
      yield {
        kind: 'statement',
        statement: {
          id,
          source: 'alpine',
          namespace: namespace,
          package: name,
          // Version 0 says that Alpine's package never had it.
          state: isFixed ? 'fixed' : 'not-affected',
          ranges: isFixed ? [{ fixed: version }] : [],
        },
      };
    }
  }
}

/**
 * `CVE-2019-1234 GHSA-xxxx`, `CVE_2019-2426`, `CVE 2018-16859`, `CVE-2017-2616 (+ regression fix)`, and the names of patches,
 * `CVE-2017-8073.patch`, `CVE-2017-17434-1`: the CVEs, else the first id.
 */
function ids(line: string): readonly string[] {
  const text = (textWithin(line, 500) ?? '').replaceAll('_', '-');
  const cves = [...text.matchAll(/\bCVE[- ](\d{4}-\d{4,10})\b/g)].map(([, number]) => `CVE-${number}`);
  if (cves.length > 0) return [...new Set(cves)];
  return text
    .split(/[\s,()+]+/)
    .filter((word) => /^[A-Z][A-Za-z]*-[\w-]{3,100}$/.test(word))
    .slice(0, 1);
}
