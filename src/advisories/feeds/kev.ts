import { readJson } from '../../formats/json-values.ts';
import { jsonMembers } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { date, identifier, textMember } from '../values.ts';
import { feed } from './feed.ts';

/** CISA's catalogue of vulnerabilities known to be exploited. https://www.cisa.gov/known-exploited-vulnerabilities-catalog */
export const kev = feed({
  name: 'kev',
  version: 1,
  title: 'CISA Known Exploited Vulnerabilities',
  licence: 'CC0 1.0',
  byDefault: true,
  maxBytes: LIMITS.feedListBytes,
  async sources() {
    const file = 'known_exploited_vulnerabilities.json';
    return [{ name: 'kev', path: `kev/${file}`, url: `https://www.cisa.gov/sites/default/files/feeds/${file}` }];
  },
  async *parse(document) {
    let released: string | undefined;
    const members = jsonMembers(document.chunks(), 'vulnerabilities.*', (rest) => {
      released = date(rest.dateReleased);
    });
    for await (const { text } of members) {
      yield { kind: 'counted' };
      const entry: unknown = readJson(text.toString('utf8'));
      const id = identifier(textMember(entry, 'cveID'));
      const exploited = date(textMember(entry, 'dateAdded'));
      if (id === undefined || exploited === undefined) {
        yield { kind: 'rejected', id: id ?? '?', reason: 'no cveID or no dateAdded' };
        continue;
      }
      const title = textMember(entry, 'vulnerabilityName', 300);
      yield { kind: 'record', record: { id, exploited, ...(title !== undefined && { title }) } };
    }
    if (released !== undefined) yield { kind: 'published', date: released };
  },
});
