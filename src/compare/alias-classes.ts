import { isCve } from '../scanners/names.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';

/**
 * Ids that stand for one vulnerability. Bulletins (DSA, RHSA, USN, ALAS) speak of several: never a bridge between ids.
 */
const SINGLE =
  /^(?:CVE|GHSA|PYSEC|GO|RUSTSEC|OSV|SNYK|PSF|MAL|BIT|GMS|DEBIAN-CVE|UBUNTU-CVE|ALPINE-CVE|CGA|JLSEC|TEMP)-/i;

/** Which ids are one vulnerability. */
export interface AliasClasses {
  /** The name of a finding's class: its CVE where there is one, else the GHSA, else the publisher's id. */
  of(finding: Pick<ForeignFinding, 'id' | 'aliases'>): string;
}

/**
 * Joins ids that findings (or the database) call aliases of each other. Two CVEs are two vulnerabilities, whatever
 * record claims both: an id that would join them joins the first only, and is left to its findings.
 */
export function aliasClasses(
  findings: readonly Pick<ForeignFinding, 'id' | 'aliases'>[],
  more?: (id: string) => readonly string[],
): AliasClasses {
  const parent = new Map<string, string>();
  const cve = new Map<string, string>();
  const root = (id: string): string => {
    let current = id;
    while (parent.get(current) !== undefined && parent.get(current) !== current) current = parent.get(current)!;
    parent.set(id, current);
    return current;
  };
  const add = (id: string): string => {
    if (!parent.has(id)) {
      parent.set(id, id);
      if (isCve(id)) cve.set(id, id);
    }
    return root(id);
  };
  const join = (a: string, b: string): void => {
    const [left, right] = [add(a), add(b)];
    if (left === right) return;
    const [leftCve, rightCve] = [cve.get(left), cve.get(right)];
    if (leftCve !== undefined && rightCve !== undefined && leftCve !== rightCve) return;
    parent.set(right, left);
    const known = leftCve ?? rightCve;
    if (known !== undefined) cve.set(left, known);
  };
  const asked = new Set<string>();
  const ask = (id: string): void => {
    if (more === undefined || asked.has(id)) return;
    asked.add(id);
    for (const alias of more(id)) if (SINGLE.test(alias) && SINGLE.test(id)) join(id, canonical(alias));
  };
  for (const finding of findings) {
    const id = canonical(finding.id);
    add(id);
    if (SINGLE.test(id)) for (const alias of finding.aliases) if (SINGLE.test(alias)) join(id, canonical(alias));
    ask(id);
    for (const alias of finding.aliases) if (SINGLE.test(alias)) ask(canonical(alias));
  }
  const members = new Map<string, string[]>();
  for (const id of parent.keys()) {
    const list = members.get(root(id)) ?? [];
    list.push(id);
    members.set(root(id), list);
  }
  const names = new Map([...members].map(([top, ids]) => [top, cve.get(top) ?? ids.sort(byRank)[0]!]));
  return {
    of({ id, aliases }) {
      const own = canonical(id);
      const name = names.get(root(own)) ?? own;
      if (isCve(name)) {
        // A record of several CVEs is joined to one of them; this finding may be about another.
        const mine = aliases.filter(isCve).map(canonical);
        if (!isCve(own) && mine.length === 1 && mine[0] !== name) return mine[0]!;
        return name;
      }
      return name;
    },
  };
}

/** `DEBIAN-CVE-2023-1` is CVE-2023-1 under the name that OSV files it by. */
function canonical(id: string): string {
  const inner = /^(?:DEBIAN|UBUNTU|ALPINE)-(CVE-\d{4}-\d+)$/i.exec(id)?.[1] ?? id;
  return isCve(inner) ? inner.toUpperCase() : inner;
}

const ORDER = [/^CVE-/, /^GHSA-/, /^PYSEC-/, /^(?:GO|RUSTSEC|OSV)-/];

function byRank(a: string, b: string): number {
  const rank = (id: string): number => {
    const found = ORDER.findIndex((pattern) => pattern.test(id));
    return found < 0 ? ORDER.length : found;
  };
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
