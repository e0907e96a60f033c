import { LIMITS } from '../../limits.ts';
import type { StatementState } from '../../model.ts';
import { vectorRating, wordRating } from '../ratings/index.ts';
import { date, identifier, listMember, member, textMember, textsWithin } from '../values.ts';
import { type CsafProduct, type CsafRelation, csafProducts, csafRelations } from './csaf.ts';
import { eachRecord } from './each-record.ts';
import { type FeedItem, type FeedStatement, feed } from './feed.ts';

/**
 * Red Hat's VEX documents, one for each CVE: what is fixed in which release, what will not be, what is out of support, what was
 * never affected. Published as one archive whose name changes daily (`archive_latest.txt` says it), so it is taken from
 * mirrors and configured addresses. https://security.access.redhat.com/data/csaf/v2/vex/
 */
export const redhatVex = feed({
  name: 'redhat',
  version: 2,
  title: 'Red Hat VEX (CSAF)',
  licence: 'CC-BY 4.0',
  byDefault: false,
  maxBytes: LIMITS.feedDatabaseBytes,
  async sources() {
    return [
      { name: 'redhat/vex', path: 'redhat/csaf_vex.tar.zst' },
      { name: 'redhat/folder', path: 'redhat/csaf/' },
    ];
  },
  parse: (document) => eachRecord(document, readDocument),
});

function* readDocument(document: unknown): Generator<FeedItem> {
  if (member(member(document, 'document'), 'csaf_version') === undefined) throw new Error('no CSAF document');
  const impact = textMember(member(member(document, 'document'), 'aggregate_severity'), 'text', 30);
  const tree = member(document, 'product_tree');
  const [products, relations] = [csafProducts(tree), csafRelations(tree)];
  for (const vulnerability of listMember(document, 'vulnerabilities', 10_000))
    yield* readVulnerability(vulnerability, impact, products, relations);
}

function* readVulnerability(
  vulnerability: unknown,
  impact: string | undefined,
  products: ReadonlyMap<string, CsafProduct>,
  relations: ReadonlyMap<string, CsafRelation>,
): Generator<FeedItem> {
  const id = identifier(member(vulnerability, 'cve'));
  if (id === undefined) throw new Error('a vulnerability without a CVE');
  const vectors = listMember(vulnerability, 'scores', 20).flatMap((score) => {
    const vector =
      textMember(member(score, 'cvss_v3'), 'vectorString', 400) ??
      textMember(member(score, 'cvss_v2'), 'vectorString', 400);
    return vector === undefined ? [] : (vectorRating('redhat', vector) ?? []);
  });
  const published = date(member(vulnerability, 'release_date'));
  const description = listMember(vulnerability, 'notes', 50).find(
    (note) => textMember(note, 'category', 50) === 'description',
  );
  const [title, text] = [textMember(vulnerability, 'title', 500), textMember(description, 'text', 8_000)];
  yield {
    kind: 'record',
    record: {
      id,
      ...(title !== undefined && { title }),
      ...(text !== undefined && { description: text }),
      ratings: [...(impact === undefined ? [] : [wordRating('redhat', 'text', impact)]), ...vectors.slice(0, 1)],
      ...(published !== undefined && { published }),
    },
  };
  const remedies = remediesOf(vulnerability);
  const seen = new Set<string>();
  for (const [status, productIds] of statuses(vulnerability)) {
    for (const productId of productIds) {
      const statement = readProduct(status, productId, remedies.get(productId), products, relations);
      if (statement === undefined) continue;
      const { namespace, package: name, state, ranges, modules } = statement;
      const key = JSON.stringify([namespace, name, state, ranges, modules]);
      if (seen.has(key)) continue; // the same for each architecture
      seen.add(key);
      yield { kind: 'statement', statement: { ...statement, id, ...(published !== undefined && { published }) } };
    }
  }
}

const STATUSES = ['fixed', 'known_affected', 'under_investigation', 'known_not_affected'] as const;
type Status = (typeof STATUSES)[number];

function statuses(vulnerability: unknown): readonly (readonly [Status, readonly string[]])[] {
  const status = member(vulnerability, 'product_status');
  return STATUSES.map((name) => [name, textsWithin(member(status, name), 200_000)] as const);
}

/** What Red Hat does about a product: the words of its remediation, the bulletin and its day. */
interface Remedy {
  readonly category: string;
  readonly details: string;
  readonly url?: string;
  readonly date?: string;
}

function remediesOf(vulnerability: unknown): ReadonlyMap<string, Remedy> {
  const remedies = new Map<string, Remedy>();
  for (const remediation of listMember(vulnerability, 'remediations', 10_000)) {
    const category = textMember(remediation, 'category', 50) ?? '';
    if (category === 'workaround' || category === 'mitigation') continue;
    const [url, day] = [textMember(remediation, 'url', 500), date(member(remediation, 'date'))];
    const remedy = {
      category,
      details: textMember(remediation, 'details', 200) ?? '',
      ...(url !== undefined && { url }),
      ...(day !== undefined && { date: day }),
    };
    for (const productId of textsWithin(member(remediation, 'product_ids'), 200_000)) remedies.set(productId, remedy);
  }
  return remedies;
}

function stateOf(status: Status, remedy: Remedy | undefined): StatementState {
  if (status === 'fixed') return 'fixed';
  if (status === 'known_not_affected') return 'not-affected';
  if (status === 'under_investigation') return 'undetermined';
  if (/will not fix/i.test(remedy?.details ?? '')) return 'will-not-fix';
  if (/out of support/i.test(remedy?.details ?? '')) return 'end-of-life';
  return /deferred/i.test(remedy?.details ?? '') ? 'deferred' : 'open';
}

function readProduct(
  status: Status,
  productId: string,
  remedy: Remedy | undefined,
  products: ReadonlyMap<string, CsafProduct>,
  relations: ReadonlyMap<string, CsafRelation>,
): Omit<FeedStatement, 'id'> | undefined {
  const relation = relations.get(productId);
  const namespace = namespaceOf(products.get(relation?.platform ?? '')?.cpe ?? '');
  const component =
    relation === undefined ? undefined : rpmOf(relation.component, products.get(relation.component)?.purl);
  if (namespace === undefined || component === undefined) return undefined;
  const state = stateOf(status, remedy);
  if (state === 'fixed' && component.version === undefined) return undefined;
  const bulletin = state === 'fixed' ? /RH[SBE]A-\d{4}:\d+/.exec(remedy?.url ?? '')?.[0] : undefined;
  return {
    source: 'redhat',
    namespace,
    package: component.name,
    state,
    ...(component.module !== undefined && { modules: component.module }),
    ranges: state === 'not-affected' ? [] : [state === 'fixed' ? { fixed: component.version! } : {}],
    ...(remedy !== undefined && state !== 'fixed' && { note: remedy.details }),
    ...(bulletin !== undefined && {
      bulletin,
      url: `https://access.redhat.com/errata/${bulletin}`,
      ...(remedy?.date !== undefined && { fixDate: remedy.date }),
    }),
  };
}

/** Only the releases themselves; extended and special streams have versions of their own under other CPEs. */
function namespaceOf(cpe: string): string | undefined {
  const release = /^cpe:\/[ao]:redhat:enterprise_linux:(\d+)(?:[.:]|$)/.exec(cpe)?.[1];
  return release === undefined ? undefined : `Red Hat:${release}`;
}

/** A package as a component of a platform. */
interface Rpm {
  readonly name: string;
  readonly version?: string;
  /** The stream it is a build of; empty: of a module, and not told of which stream. */
  readonly module?: readonly string[];
}

/**
 * Name, version and module stream of a component: from its purl, else from its id (`openssl-1:1.1.1k-12.el8_9.x86_64`, a bare name,
 * or both behind the module: `nodejs:18/nodejs`, `nodejs:18:8080020230718120226:63b34585:nodejs-1:18.16.1-1.module+el8...`).
 */
function rpmOf(id: string, purl: string | undefined): Rpm | undefined {
  const stream = /^([\w.+-]+:[\w.+-]+)(?::\d+:[0-9a-f]+)?[:/](?=[A-Za-z])/.exec(id);
  if (purl !== undefined) {
    const parts = /^pkg:rpm\/redhat\/([^@?]+)(?:@([^?]+))?(?:\?(.*))?$/.exec(purl);
    if (!parts) return undefined; // containers, and modules themselves
    const qualifiers = new URLSearchParams(parts[3] ?? '');
    const epoch = /^\d+$/.exec(qualifiers.get('epoch') ?? '')?.[0];
    const version = parts[2] === undefined ? undefined : decodeURIComponent(parts[2]);
    const module = /^[^:]+:[^:]+/.exec(qualifiers.get('rpmmod') ?? '')?.[0] ?? stream?.[1];
    return {
      name: decodeURIComponent(parts[1]!),
      ...(version !== undefined && { version: epoch && epoch !== '0' ? `${epoch}:${version}` : version }),
      ...modular(module, version),
    };
  }
  const bare = stream === null ? id : id.slice(stream[0].length);
  const nevra = /^(.+)-(?:(\d+):)?([^-:]+-[^-]+)\.(?:src|noarch|x86_64|aarch64|i686|ppc64le|s390x)$/.exec(bare);
  if (!nevra) return /^[\w.+-]+$/.test(bare) ? { name: bare, ...modular(stream?.[1], undefined) } : undefined;
  const version = nevra[2] && nevra[2] !== '0' ? `${nevra[2]}:${nevra[3]}` : nevra[3]!;
  return { name: nevra[1]!, version, ...modular(stream?.[1], version) };
}

function modular(stream: string | undefined, version: string | undefined): Pick<Rpm, 'module'> {
  if (stream !== undefined) return { module: [stream] };
  return version !== undefined && /[.-]module[+_]el\d/.test(version) ? { module: [] } : {};
}
