import { child, children, childText, readXml, type XmlElement } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { isCve } from '../ids.ts';
import { wordRating } from '../ratings/index.ts';
import { date, identifier } from '../values.ts';
import { type FeedItem, type FeedSource, feed } from './feed.ts';

/** Releases whose repositories carry such a file, the folder a mirror has it in, our namespace, and who publishes it. */
const RELEASES: readonly { readonly folder: string; readonly namespace: string; readonly source: string }[] = [
  { folder: 'amazon/1', namespace: 'Amazon Linux:1', source: 'amazon' },
  { folder: 'amazon/2', namespace: 'Amazon Linux:2', source: 'amazon' },
  { folder: 'amazon/2023', namespace: 'Amazon Linux:2023', source: 'amazon' },
  { folder: 'oracle/7', namespace: 'Oracle Linux:7', source: 'oracle' },
  { folder: 'oracle/8', namespace: 'Oracle Linux:8', source: 'oracle' },
  { folder: 'oracle/9', namespace: 'Oracle Linux:9', source: 'oracle' },
];

/**
 * Security bulletins (ALAS, ELSA) from `updateinfo.xml`, which distributions of rpm packages put beside their packages: which
 * version of which package fixes which CVEs. The file's address in a repository changes with every build of it, so it is taken
 * from mirrors and configured addresses only. https://dnf-plugins-core.readthedocs.io/ and https://alas.aws.amazon.com/
 */
export const updateinfo = feed({
  name: 'updateinfo',
  version: 2,
  title: 'Amazon Linux and Oracle Linux bulletins (updateinfo.xml)',
  licence: "each distribution's",
  byDefault: false,
  maxBytes: LIMITS.feedYearBytes,
  async sources() {
    return RELEASES.map(({ folder }): FeedSource => ({ name: folder, path: `${folder}/updateinfo.xml.gz` }));
  },
  async *parse(document) {
    const release = RELEASES.find(({ folder }) => folder === document.name);
    if (release === undefined) throw new Error(`no release is called ${document.name}`);
    yield { kind: 'covers', namespace: release.namespace };
    for await (const element of updates(document.chunks())) {
      yield { kind: 'counted' };
      try {
        yield* readUpdate(readXml(element), release.namespace, release.source);
      } catch (error) {
        yield { kind: 'rejected', id: /<id>([^<]{1,60})/.exec(element)?.[1] ?? '?', reason: (error as Error).message };
      }
    }
  },
});

/** One bulletin is small; the file of all of them is not, and is never held whole. */
const UPDATE_CHARACTERS = 16 * 1024 * 1024;

/** The `<update>` elements of the document, one text each. They do not nest. */
async function* updates(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let seen = false;
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('</update>'); end >= 0; end = rest.indexOf('</update>')) {
      const begin = rest.search(/<update[\s>]/);
      if (begin < 0 || begin > end) throw new Error('an update that ends without having begun');
      seen = true;
      yield rest.slice(begin, end + '</update>'.length);
      rest = rest.slice(end + '</update>'.length);
    }
    if (rest.length > UPDATE_CHARACTERS) throw new Error(`one update is longer than ${UPDATE_CHARACTERS} characters`);
  }
  if (!/<\/updates>\s*$/.test(rest) && (seen || !/<updates\s*\/>\s*$/.test(rest)))
    throw new Error('the document ends in the middle');
}

function* readUpdate(update: XmlElement, namespace: string, source: string): Generator<FeedItem> {
  const id = identifier(childText(update, 'id'));
  if (id === undefined) throw new Error('no id');
  const cves = children(child(update, 'references'), 'reference')
    .map(({ attributes }) => attributes.get('id') ?? '')
    .filter(isCve);
  const issued = date(child(update, 'issued')?.attributes.get('date') ?? '');
  const modified = date(child(update, 'updated')?.attributes.get('date') ?? '');
  const title = childText(update, 'title');
  const description = childText(update, 'description');
  const severity = childText(update, 'severity');
  yield {
    kind: 'record',
    record: {
      id,
      ...(title !== undefined && { title: title.slice(0, 500) }),
      ...(description !== undefined && { description: description.slice(0, 8_000) }),
      ...(severity !== undefined && { ratings: [wordRating(source, 'text', severity)] }),
      ...(issued !== undefined && { published: issued }),
      ...(modified !== undefined && { modified }),
    },
  };
  if (update.attributes.get('type') !== undefined && update.attributes.get('type') !== 'security' && cves.length === 0)
    return;
  const seen = new Set<string>();
  for (const collection of children(child(update, 'pkglist'), 'collection')) {
    const module = child(collection, 'module')?.attributes;
    const stream =
      module?.get('name') && module.get('stream') ? `${module.get('name')}:${module.get('stream')}` : undefined;
    for (const { attributes } of children(collection, 'package')) {
      const [name, version, release] = ['name', 'version', 'release'].map((key) => attributes.get(key));
      if (!name || !version || !release) continue;
      const epoch = attributes.get('epoch');
      const fixed = `${epoch && epoch !== '0' ? `${epoch}:` : ''}${version}-${release}`;
      // The same fix stands there once for each architecture.
      if (seen.has(`${name} ${fixed} ${stream}`)) continue;
      seen.add(`${name} ${fixed} ${stream}`);
      const isModular = stream !== undefined || /[.-]module[+_]el\d/.test(fixed);
      yield {
        kind: 'statement',
        statement: {
          id,
          bulletin: id,
          source,
          namespace: namespace,
          package: name,
          state: 'fixed',
          ranges: [{ fixed }],
          ...(isModular && { modules: stream === undefined ? [] : [stream] }),
          ...(cves.length > 0 && { vulnerabilities: [...new Set(cves)] }),
          ...(issued !== undefined && { fixDate: issued, published: issued }),
        },
      };
    }
  }
}
