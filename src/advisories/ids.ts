import type { Vulnerability } from '../model.ts';

const CVE = /^CVE-\d{4}-\d{4,19}$/;

/** Whether an id is a CVE's. https://www.cve.org/Resources/General/CVE-ID-Syntax */
export function isCve(id: string): boolean {
  return CVE.test(id);
}

/** An id as it is compared: a CVE's in upper case and GitHub's with its own capitals, without blanks, whatever a report or a record made of it. */
export function canonicalId(id: string): string {
  const bare = id.trim();
  const upper = bare.toUpperCase();
  if (isCve(upper)) return upper;
  return GITHUB.test(bare) ? `GHSA${bare.slice(4).toLowerCase()}` : bare;
}

/** https://github.com/github/advisory-database#ghsa-ids */
const GITHUB = /^GHSA(?:-[0-9a-z]{4}){3}$/i;

/** NVD's words for a CVE that is another one: `This candidate is a duplicate of`, `was MERGED into`, `is subsumed by`, `is covered by`. */
const REPLACED = /duplicate|merged|subsumed|covered by|instead|in favou?r of/i;

/**
 * The CVE that a rejected one was given up for, by the reason that stands in its record in place of a description. One that was split names several, and
 * which of them is meant nobody can say.
 * https://nvd.nist.gov/vuln/vulnerability-status
 */
export function replacementOf({
  id,
  state,
  description = '',
}: Pick<Vulnerability, 'id' | 'state' | 'description'>): string | undefined {
  if (state !== 'rejected' || !REPLACED.test(description)) return undefined;
  const others = cvesIn(description).filter((other) => other !== id);
  return others.length === 1 ? others[0] : undefined;
}

/** True for the ids of advisories that speak of several vulnerabilities, and are therefore nobody's alias. */
export function isBulletin(id: string): boolean {
  return /^(?:DSA|DLA|DTSA|ELA|USN|LSN|RHSA|RHBA|RHEA|ALSA|ALBA|ALEA|RLSA|RXSA|ELSA|ALAS\w*|SUSE-\w+|openSUSE-\w+|MGASA)-/i.test(
    id,
  );
}

/** Revisions of one bulletin: of thirty years of Debian's and Ubuntu's few have more than four. */
const REVISIONS = 9;

/**
 * A bulletin by the ids under which publishers file it: `DSA-5343` stands for `DSA-5343-1` and what corrected that later, `USN-5844` for its parts. Empty of
 * what names its revision, or has none. https://www.debian.org/security/
 */
export function revisionsOf(id: string): readonly string[] {
  return /^(?:DSA|DLA|DTSA|ELA|USN|LSN)-\d+$/i.test(id)
    ? Array.from({ length: REVISIONS }, (_, at) => `${id.toUpperCase()}-${at + 1}`)
    : [];
}

/** The CVE ids in a text, upper case, each once. */
export function cvesIn(source: string | undefined): readonly string[] {
  return source === undefined
    ? []
    : [...new Set((source.match(/\bCVE-\d{4}-\d{4,9}\b/gi) ?? []).map((id) => id.toUpperCase()))];
}

/** The documents of NVD, one for each year of CVE numbers, that hold these vulnerabilities; the first holds the years before it, too. */
export function nvdDocuments(ids: Iterable<string>): ReadonlySet<string> {
  const years = [...ids].flatMap((id) => /^CVE-(\d{4})-/.exec(id)?.[1] ?? []);
  return new Set(years.map((year) => `nvd/${Math.max(2002, Number(year))}`));
}

/** Ids whose first number is a year; that of a DSA, DLA or USN counts on. */
const YEARLY = /^(?:CVE|GO|PYSEC|RUSTSEC|PSF|RSEC|JLSEC|ALSA|RLSA|RHSA|ALAS\d*)-(\d{4})[-:]/;

/** The day before which nothing was published under an id of this year: numbers of a year are given out from the December ahead of it. */
export function earliestDay(id: string): string | undefined {
  const year = YEARLY.exec(id)?.[1];
  return year === undefined ? undefined : `${Number(year) - 1}-12-01T00:00:00Z`;
}
