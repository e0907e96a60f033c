import { jsonSplitter } from '../../formats/text/index.ts';
import { date, identifier, textOf } from '../values.ts';
import { feed } from './feed.ts';

/** CISA's catalogue of vulnerabilities known to be exploited. https://www.cisa.gov/known-exploited-vulnerabilities-catalog */
export const kev = feed({
  name: 'kev',
  version: 1,
  title: 'CISA Known Exploited Vulnerabilities',
  licence: 'CC0 1.0',
  byDefault: true,
  async sources() {
    const file = 'known_exploited_vulnerabilities.json';
    return [{ name: 'kev', path: `kev/${file}`, url: `https://www.cisa.gov/sites/default/files/feeds/${file}` }];
  },
  async *parse(document) {
    const splitter = jsonSplitter(['vulnerabilities']);
    for await (const chunk of document.chunks()) {
      for (const { text } of splitter.write(chunk)) {
        yield { kind: 'counted' };
        const entry: unknown = JSON.parse(text.toString('utf8'));
        const id = identifier(textOf(entry, 'cveID'));
        const exploited = date(textOf(entry, 'dateAdded'));
        if (id === undefined || exploited === undefined) {
          yield { kind: 'rejected', id: id ?? '?', reason: 'no cveID or no dateAdded' };
          continue;
        }
        const title = textOf(entry, 'vulnerabilityName', 300);
        yield { kind: 'record', record: { id, exploited, ...(title !== undefined && { title }) } };
      }
    }
    splitter.end();
    const released = date(JSON.parse(splitter.scalars.get('dateReleased') ?? 'null'));
    if (released !== undefined) yield { kind: 'published', date: released };
  },
});
