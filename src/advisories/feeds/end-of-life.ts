import { distributionNamespace, ecosystems } from '../../ecosystems/index.ts';
import { PlimsollError } from '../../errors.ts';
import { readJson } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import { date, listWithin, member, textMember } from '../values.ts';
import { feed } from './feed.ts';

/** Distributions by what endoflife.date calls them. */
const PRODUCTS: ReadonlyMap<string, string> = new Map(
  ecosystems.flatMap(({ system }) =>
    system?.endOfLife === undefined ? [] : [[system.endOfLife, system.ids[0]!] as const],
  ),
);

/** Until when releases of distributions are supported. https://endoflife.date/docs/api */
export const endOfLifeDates = feed({
  name: 'end-of-life',
  version: 1,
  title: 'endoflife.date',
  licence: 'MIT (endoflife.date)',
  byDefault: true,
  maxBytes: LIMITS.feedListBytes,
  async sources() {
    return [...PRODUCTS.keys()].map((product) => ({
      name: `eol/${product}`,
      path: `eol/${product}.json`,
      url: `https://endoflife.date/api/${product}.json`,
    }));
  },
  async *parse(document) {
    const product = document.name.slice(document.name.indexOf('/') + 1);
    const name = PRODUCTS.get(product) ?? product;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of document.chunks()) {
      size += chunk.length;
      if (size > BYTES) throw new PlimsollError('limit', `a list of releases is larger than ${BYTES} bytes`);
      chunks.push(chunk);
    }
    for (const cycle of listWithin(readJson(Buffer.concat(chunks).toString('utf8')), 10_000)) {
      yield { kind: 'counted' };
      const namespace = distributionNamespace(name, textMember(cycle, 'cycle', 50) ?? '');
      if (namespace === undefined) {
        yield { kind: 'rejected', id: document.name, reason: 'a release without a name' };
        continue;
      }
      // `true` and `false` stand where a day is not known.
      const [released, ends, extended] = ['releaseDate', 'eol', 'extendedSupport'].map((key) =>
        date(member(cycle, key)),
      );
      const lts = date(member(cycle, 'lts'));
      yield {
        kind: 'release',
        release: {
          namespace,
          ...(released !== undefined && { released }),
          ...(ends !== undefined && { endOfLife: ends }),
          ...((extended ?? lts) !== undefined && { endOfExtendedLife: (extended ?? lts)! }),
        },
      };
    }
  },
});

const BYTES = 4 * 1024 * 1024;
