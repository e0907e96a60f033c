import { cvesIn, isCve } from '../advisories/ids.ts';
import type { FindingFact } from './scanner.ts';

/**
 * What Clair's `fixed_in_version` says. For OSV's ecosystems it is a range as the query of an address (`fixed=1.2.3&introduced=0`), whose
 * `lastAffected` is no fix; `0` and `0:0` are none either.
 * https://github.com/quay/claircore/blob/v1.5.48/updater/osv/osv.go (FixedInVersion), python/matcher.go
 */
export function clairFix(stated: string | undefined): FindingFact['fix'] {
  const isRange = stated !== undefined && /^(?:fixed|introduced|lastAffected)=/.test(stated);
  const version = isRange ? new URLSearchParams(stated).get('fixed') : stated;
  const fixed = version && !/^(?:0:)?0$/.test(version) ? version : undefined;
  return fixed === undefined ? { state: 'not-fixed', versions: [] } : { state: 'fixed', versions: [fixed] };
}

/** How the updater of OSV writes an alias among the links. https://github.com/quay/claircore/blob/v1.5.48/updater/osv/osv.go (aliasBaseURL) */
const ALIAS = /(?:^|\s)https:\/\/osv\.dev\/vulnerability\/([\w.:-]{1,100})(?=\s|$)/g;

/**
 * The vulnerabilities of a row of Clair v4, whose name may go on behind the id (`CVE-2022-29458 ncurses`). A bulletin of a distribution
 * names its CVEs in its links only: one row then speaks of several. The record of OSV names itself, and what else it is called in links.
 */
export function clairIds(
  name: string,
  links: string | undefined,
): readonly Required<Pick<FindingFact, 'id' | 'aliases'>>[] {
  const id = cvesIn(name)[0] ?? name.split(/\s/, 1)[0]!.replace(/:$/, '');
  const aliases = [...(links ?? '').matchAll(ALIAS)]
    .flatMap(([, alias]) => alias ?? [])
    .filter((alias) => alias !== id);
  const isOne = isCve(id) || aliases.length > 0 || /^(?:GHSA|PYSEC|GO)-/.test(id);
  const ids = isOne ? [] : cvesIn(links);
  return ids.length === 0 ? [{ id, aliases }] : ids.map((cve) => ({ id: cve, aliases: [id] }));
}
