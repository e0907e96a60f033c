import type { FeedInfo, Finding, Report } from '../model.ts';
import { catchesFinding, type Gate } from './gate.ts';

/** Databases of other scanners, which hold what NVD says as well. */
const WITH_RATINGS = /^(?:grype-db|trivy-db)(?:\/|$)/;

/** From that age on, what NVD's data does not know counts as not looked up; before, nobody can be expected to have rated it. */
const OLD_DAYS = 30;

/**
 * Why a gate on severities cannot be judged by these findings: who would rate them could not be had, is not in the mirror, or spoke
 * before they were known. A finding that NVD itself knows and has not rated yet is no reason, nor is one that is newer than data of
 * these days: nobody knows more.
 */
export function unrated(findings: readonly Finding[], report: Reported, gate: Gate): string[] {
  const { level, ...whatever } = gate;
  if (!gate.findings || level === undefined || level === 'UNKNOWN') return [];
  const held = report.database.feeds.filter(({ records }) => records > 0);
  if (held.some(({ name }) => WITH_RATINGS.test(name))) return [];
  const feeds = new Map(held.map((feed) => [feed.name, feed]));
  const missing = new Set<string>();
  const old = new Set<string>();
  let [asked, newer] = [0, 0];
  for (const finding of findings) {
    if (finding.severity !== 'UNKNOWN' || !catchesFinding(whatever, finding)) continue;
    const years = [finding.id, ...finding.aliases].flatMap((id) => nvdYear(id) ?? []);
    const unheld = years.filter((year) => !feeds.has(`nvd/${year}`));
    for (const year of unheld) missing.add(year);
    if (unheld.length > 0) asked++;
    else {
      const dates = years.flatMap((year) => outgrown(finding, feeds.get(`nvd/${year}`), report) ?? []);
      for (const date of dates) old.add(date.slice(0, 10));
      if (dates.length > 0) newer++;
    }
  }
  const none = (count: number): string => (count === 1 ? '1 finding has' : `${count} findings have`);
  return [
    ...(asked === 0
      ? []
      : [`${none(asked)} no severity, since the database does not hold what NVD says of ${listed(missing, 'years')}`]),
    ...(newer === 0
      ? []
      : [
          `${none(newer)} no severity, and NVD's data of ${listed(old, 'dates')} does not know ${newer === 1 ? 'it' : 'them'} yet; plimsoll db update asks for newer`,
        ]),
  ];
}

type Reported = Pick<Report, 'database' | 'needed' | 'created'>;

/**
 * The date of the data of NVD that does not know this finding, where it is old. NVD dates whatever it holds; that another publisher
 * dated it before says nothing of NVD.
 */
function outgrown(
  { publishedByNvd, ratings }: Finding,
  feed: FeedInfo | undefined,
  report: Reported,
): string | undefined {
  const own = feed?.dataDate;
  if (feed === undefined || own === undefined || publishedByNvd !== undefined) return undefined;
  if (ratings.some(({ severity }) => severity !== 'UNKNOWN')) return undefined;
  // In an old year's document nothing changes for long: it is as new as the report says, or as its publisher was asked.
  const { dataDate, checked, fromPublisher } = report.needed?.find(({ name }) => name === feed.name) ?? feed;
  const newest = [own, dataDate ?? own, ...(fromPublisher && checked !== undefined ? [checked] : [])].sort().at(-1)!;
  const age = Date.parse(report.created) - Date.parse(newest);
  return age > OLD_DAYS * 86_400_000 ? newest : undefined;
}

function listed(values: ReadonlySet<string>, noun: string): string {
  const all = [...values].sort();
  return all.length > 3 ? `${all.slice(0, 3).join(', ')} and ${all.length - 3} more ${noun}` : all.join(', ');
}

/** The document of NVD that a CVE is in: its first also holds the years before. */
function nvdYear(id: string): string | undefined {
  const year = /^CVE-(\d{4})-/.exec(id)?.[1];
  return year === undefined ? undefined : String(Math.max(2002, Number(year)));
}
