import type { Finding, Report } from '../model.ts';
import { catchesFinding, type Gate } from './gate.ts';

/** Databases of other scanners, which hold what NVD says as well. */
const WITH_RATINGS = /^(?:grype-db|trivy-db)(?:\/|$)/;

/**
 * Why a gate on severities cannot be judged by these findings: who would rate them could not be had, or is not in the mirror. A finding
 * that NVD itself knows and has not rated yet is no reason: nobody knows more.
 */
export function unrated(findings: readonly Finding[], { database }: Pick<Report, 'database'>, gate: Gate): string[] {
  const { level, ...whatever } = gate;
  if (!gate.findings || level === undefined || level === 'UNKNOWN') return [];
  const held = new Set(database.feeds.filter(({ records }) => records > 0).map(({ name }) => name));
  if ([...held].some((name) => WITH_RATINGS.test(name))) return [];
  const missing = new Set<string>();
  const asked = findings.filter((finding) => {
    if (finding.severity !== 'UNKNOWN' || !catchesFinding(whatever, finding)) return false;
    const years = [finding.id, ...finding.aliases].flatMap((id) => nvdYear(id) ?? []);
    const unheld = years.filter((year) => !held.has(`nvd/${year}`));
    for (const year of unheld) missing.add(year);
    return unheld.length > 0;
  });
  if (asked.length === 0) return [];
  const years = [...missing].sort();
  const shown =
    years.length > 3 ? `${years.slice(0, 3).join(', ')} and ${years.length - 3} more years` : years.join(', ');
  const what = asked.length === 1 ? '1 finding has' : `${asked.length} findings have`;
  return [`${what} no severity, since the database does not hold what NVD says of ${shown}`];
}

/** The document of NVD that a CVE is in: its first also holds the years before. */
function nvdYear(id: string): string | undefined {
  const year = /^CVE-(\d{4})-/.exec(id)?.[1];
  return year === undefined ? undefined : String(Math.max(2002, Number(year)));
}
