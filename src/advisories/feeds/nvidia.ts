import { nvidiaProduct, nvidia as nvidiaWorld } from '../../ecosystems/nvidia.ts';
import { readJson } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import type { AffectedRange } from '../../model.ts';
import { vectorRating } from '../ratings/index.ts';
import { date, identifier, listMember, member, textMember, textsWithin } from '../values.ts';
import { csafProducts } from './csaf.ts';
import { type FeedItem, feed } from './feed.ts';

/**
 * NVIDIA's security bulletins, as CSAF: CUDA, Triton, TensorRT-LLM, NeMo, the container toolkit, drivers and the rest.
 * https://www.nvidia.com/en-us/security/ and https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html
 */
export const nvidiaBulletins = feed({
  name: 'nvidia',
  version: 1,
  title: 'NVIDIA security bulletins, CSAF',
  licence: 'NVIDIA; free to read and process',
  byDefault: true,
  maxBytes: LIMITS.feedArchiveBytes,
  async sources() {
    return [
      {
        name: 'nvidia',
        path: 'nvidia/csaf/',
        url: 'https://codeload.github.com/NVIDIA/product-security/zip/refs/heads/main',
      },
    ];
  },
  async *parse(document) {
    yield { kind: 'covers', namespace: nvidiaWorld.name };
    for await (const file of document.files()) {
      if (!file.name.endsWith('.json')) continue;
      try {
        const bulletin: unknown = readJson(file.read().toString('utf8'));
        if (member(member(bulletin, 'document'), 'csaf_version') === undefined) continue; // provider metadata, CVE records
        yield { kind: 'counted' };
        yield* readBulletin(bulletin);
      } catch (error) {
        yield { kind: 'counted' };
        yield { kind: 'rejected', id: file.name, reason: (error as Error).message };
      }
    }
  },
});

interface Head {
  readonly bulletin: string;
  readonly url: string;
  readonly released?: string;
  readonly changed?: string;
}

function* readBulletin(bulletin: unknown): Generator<FeedItem> {
  const tracking = member(member(bulletin, 'document'), 'tracking');
  const id = textMember(tracking, 'id', 50);
  if (id === undefined) throw new Error('no tracking id');
  const [released, changed] = [
    date(member(tracking, 'initial_release_date')),
    date(member(tracking, 'current_release_date')),
  ];
  const head: Head = {
    bulletin: `NVIDIA-${id}`,
    url: `https://nvidia.custhelp.com/app/answers/detail/a_id/${encodeURIComponent(id)}`,
    ...(released !== undefined && { released }),
    ...(changed !== undefined && { changed }),
  };
  const title = textMember(member(bulletin, 'document'), 'title', 300);
  yield {
    kind: 'record',
    record: {
      id: head.bulletin,
      ...(title !== undefined && { title }),
      ...(released !== undefined && { published: released }),
      ...(changed !== undefined && { modified: changed }),
    },
  };
  const products = csafProducts(member(bulletin, 'product_tree'));
  for (const vulnerability of listMember(bulletin, 'vulnerabilities', 10_000))
    yield* readVulnerability(head, vulnerability, products);
}

/** Long because it is one record, read in the order of its fields. */
function* readVulnerability(
  head: Head,
  vulnerability: unknown,
  products: ReturnType<typeof csafProducts>,
): Generator<FeedItem> {
  const id = identifier(member(vulnerability, 'cve'));
  if (id === undefined) {
    yield { kind: 'rejected', id: head.bulletin, reason: 'a vulnerability without a CVE' };
    return;
  }
  const ratings = listMember(vulnerability, 'scores', 50).flatMap((score) => {
    const vector = ['cvss_v4', 'cvss_v3'].flatMap(
      (key) => textMember(member(score, key), 'vectorString', 400) ?? [],
    )[0];
    return vector === undefined ? [] : (vectorRating('nvidia', vector) ?? []);
  });
  const description = listMember(vulnerability, 'notes', 20)
    .map((note) => textMember(note, 'text', 4_000))
    .find((text) => text !== undefined);
  const rating = ratings[0];
  yield {
    kind: 'record',
    record: {
      id,
      ...(rating !== undefined && { ratings: [rating] }),
      ...(description !== undefined && { description }),
      ...(head.changed !== undefined && { modified: head.changed }),
    },
  };
  const status = member(vulnerability, 'product_status');
  const fixes = new Map<string, string>();
  for (const productId of textsWithin(member(status, 'fixed'))) {
    const product = products.get(productId);
    const version = product && versionIn(product.name);
    if (product && version) fixes.set(product.path.join('\n'), version);
  }
  const seen = new Set<string>();
  for (const productId of textsWithin(member(status, 'known_affected'))) {
    const product = products.get(productId);
    // An image is Linux: what only concerns Windows is left out.
    if (product === undefined || (/windows/i.test(product.platform ?? '') && !/linux/i.test(product.platform ?? '')))
      continue;
    const name = nvidiaProduct(product.path.at(-1) ?? product.name);
    const range = rangeOf(product.name, fixes.get(product.path.join('\n')));
    const key = `${name} ${JSON.stringify(range)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield {
      kind: 'statement',
      statement: {
        id,
        bulletin: head.bulletin,
        url: head.url,
        source: 'nvidia',
        namespace: nvidiaWorld.name,
        package: name,
        state: range === undefined ? 'undetermined' : range.fixed === undefined ? 'open' : 'fixed',
        ranges: range === undefined ? [] : [range],
        note: product.name,
        ...(head.released !== undefined && { published: head.released, fixDate: head.released }),
      },
    };
  }
}

const VERSION = /\bv?(\d+(?:\.\d+)+[\w.-]*|r?\d{2}\.\d{2}\b|\d+(?=\s*$))/;

/** CUDA's `11.6 Update 2` is 11.6.2. */
function versionIn(name: string): string | undefined {
  return VERSION.exec(name.replace(/(\d{1,9}\.\d{1,9}) update (\d{1,9})/i, '$1.$2'))?.[1];
}

/** `All versions prior to CUDA Toolkit v12.2`, `12.8 and earlier`, `0.4.3`: what the name of an affected product says. Undefined: nothing clear. */
function rangeOf(name: string, fixed: string | undefined): AffectedRange | undefined {
  const version = versionIn(name);
  if (version !== undefined) {
    if (/(?:prior to|up to) and including|up to\b|and (?:earlier|prior|below)|or (?:earlier|lower)|<=/i.test(name))
      return fixed === undefined || fixed === version ? { lastAffected: version } : { fixed };
    if (/prior to|before|earlier than|below|</i.test(name)) return { fixed: version };
  }
  if (fixed !== undefined) return { fixed };
  if (version !== undefined) return { lastAffected: version };
  return /^all\b/i.test(name) ? {} : undefined;
}
