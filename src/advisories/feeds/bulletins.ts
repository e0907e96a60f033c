/** What bulletins of distributions announce besides flaws: their titles, as Debian's and Ubuntu's lists have them. */
const MAINTENANCE =
  /\bregression|\bend[- ]of[- ](?:life|support)|\btime ?zone|\bdatabase update|\bnew (?:upstream|package|version)|\bbug ?fix|\bversion number|^(?:\S+ - )?update$/i;

/**
 * Whether a bulletin that names no CVE speaks of a flaw all the same, for which it is then the only id. Advisories on bugs and
 * enhancements do not; a second bulletin of the same number repairs the fix of the first; Ubuntu's are about flaws where they say
 * so. https://security-team.debian.org/security_tracker.html#issues-not-warranting-a-security-advisory
 */
export function speaksOfFlaw(id: string, title = ''): boolean {
  if (/^[A-Z]+[BE]A-\d/.test(id) || id.startsWith('LSN-')) return false;
  const repaired = /^(?:DSA|DLA|USN)-\d+-(\d+)$/.exec(id)?.[1];
  if (repaired === undefined) return true;
  if (Number(repaired) > 1 || MAINTENANCE.test(title)) return false;
  return !id.startsWith('USN-') || /vulnerabilit/i.test(title);
}
