import { describe, expect, it } from 'vitest';
import type { Rating, Statement } from '../../model.ts';
import { preferPrimary, ratingsWithRecords, recordedAs } from './documents.ts';
import { memoryStore } from './memory.ts';

// CVE-2023-0286 in Debian 11's openssl: as the security tracker has it, and as the list of bulletins does.
const tracker: Statement = {
  id: 'CVE-2023-0286',
  source: 'debian',
  namespace: 'Debian:11',
  package: 'openssl',
  aliases: [],
  state: 'fixed',
  ranges: [{ fixed: '1.1.1n-0+deb11u4' }],
  ratings: [],
  note: 'urgency not yet assigned',
  feed: 'debian/tracker',
};
const { note: _, ...withoutNote } = tracker;
const list: Statement = { ...withoutNote, bulletin: 'DSA-5343-1', fixDate: '2023-02-07', feed: 'debian/DSA' };
const both = { ...tracker, bulletin: 'DSA-5343-1', fixDate: '2023-02-07' };

const preferred = (...statements: readonly Statement[]): readonly Statement[] =>
  preferPrimary(statements, (primary, { bulletin, fixDate }) => ({
    ...primary,
    ...(bulletin && { bulletin }),
    ...(fixDate && { fixDate }),
  }));

describe("what several documents say in one publisher's name", () => {
  it("is its own export's word, with the bulletin and the day that the list of bulletins knows, whichever was read first", () => {
    expect(preferred(tracker, list)).toEqual([both]);
    expect(preferred(list, tracker)).toEqual([both]);
  });

  it('takes no bulletin of another fix, and none for what is not fixed', () => {
    const elsewhere = { ...list, ranges: [{ fixed: '1.1.1n-0+deb11u9' }] };
    expect(preferred(tracker, elsewhere)).toEqual([tracker]);
    const open: Statement = { ...tracker, state: 'open', ranges: [] };
    expect(preferred(open, { ...list, ranges: [] })).toEqual([open]);
  });

  it('keeps a bulletin that the export names itself', () => {
    const named = { ...tracker, bulletin: 'DSA-5343' };
    expect(preferred(named, list)).toEqual([named]);
  });

  it('keeps every bulletin of one list, for each may serve another branch', () => {
    const later = { ...list, bulletin: 'DSA-5417-1', ranges: [{ fixed: '1.1.1n-0+deb11u5' }] };
    expect(preferred(list, later)).toEqual([list, later]);
    const other = { ...tracker, id: 'CVE-2022-4304' };
    expect(preferred(list, later, other)).toEqual([list, later, other]);
  });

  it('stays two where two publishers speak', () => {
    const ghsa = { ...tracker, source: 'ghsa', feed: 'osv/PyPI' };
    expect(preferred(tracker, ghsa)).toEqual([tracker, ghsa]);
  });
});

const page = (id: string): string => `https://security-tracker.debian.org/tracker/${id}`;

const rated = (source: string, severity: Rating['severity']): Rating => ({ source, severity, method: 'text' });

describe('the ratings of a statement', () => {
  it("are its own, then those of the vulnerability and of the bulletin in its document's records", () => {
    const records = new Map(
      [
        { id: 'CVE-2023-0286', ratings: [rated('alma', 'HIGH')] },
        { id: 'ALSA-2023:0946', ratings: [rated('alma', 'MEDIUM')] },
      ].map((record) => [record.id, record]),
    );
    const ratings = [rated('alma', 'LOW')];
    const severities = (statement: { id: string; bulletin?: string }): readonly string[] =>
      ratingsWithRecords({ id: statement.id, recorded: recordedAs(statement), ratings }, (id) => records.get(id)).map(
        ({ severity }) => severity,
      );
    expect(severities({ id: 'CVE-2023-0286', bulletin: 'ALSA-2023:0946' })).toEqual(['LOW', 'HIGH', 'MEDIUM']);
    expect(severities({ id: 'CVE-2023-0286' })).toEqual(['LOW', 'HIGH']);
  });

  it('come from records of the same document alone, in memory as in a file, and so do its days and its title', () => {
    const record = {
      id: 'CVE-2023-0286',
      aliases: [],
      title: 'X.400 address type confusion',
      published: '2023-02-07',
      ratings: [rated('debian', 'HIGH')],
    };
    const said = (feed: string): Statement | undefined =>
      memoryStore({ statements: [tracker], vulnerabilities: [{ ...record, feed }] }).statements(
        'Debian:11',
        'openssl',
      )[0];
    const { title, published, ratings } = record;
    expect(said('debian/tracker')).toEqual({ ...tracker, url: page('CVE-2023-0286'), title, published, ratings });
    expect(said('nvd/2023')).toEqual({ ...tracker, url: page('CVE-2023-0286') });
  });

  it('of a store in memory with both documents are one statement under every name', () => {
    const store = memoryStore({ statements: [list, tracker] });
    // The page of the bulletin that it brought, as a database file names it.
    const told = { ...both, url: page('DSA-5343-1') };
    expect(store.statements('Debian:11', 'openssl')).toEqual([told]);
    expect(store.statementsById('CVE-2023-0286')).toEqual([told]);
  });
});
