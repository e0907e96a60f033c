import { PlimsollError } from '../errors.ts';
import { type Finding, SEVERITIES, type Severity, severityRank } from '../model.ts';
import { mayBeLoaded } from '../policy/exposure.ts';

/** What a plan is to reach. */
export interface Goal {
  /** As the user wrote it. */
  readonly text: string;
  /** Whether a finding has to go. Findings without a fix are never asked for. */
  wants(finding: Finding): boolean;
  /** Whether it is one that the words mean and that has no fix; of none where they ask for what is fixable alone. */
  cannotAsk(finding: Finding): boolean;
}

const HELP =
  'such as "no fixable HIGH", "no fixable CRITICAL", "no loaded HIGH", "no exploited", "no CVE-2022-40897" or "no fixable"';

/**
 * Reads a goal: `no` followed by words that narrow it, joined by commas or "and". A severity means that and worse; `exploited`
 * is what CISA lists, `loaded` what the container loads when it starts, `importable` what it can load; ids name single vulnerabilities; `only HIGH` would be another tool. Throws `usage`.
 */
export function parseGoal(text: string): Goal {
  const words = text
    .trim()
    .replace(/^no\s+/i, '')
    .split(/[\s,]+|\band\b/i)
    .filter(
      (word) => word !== '' && !/^(?:and|or|fixable|findings?|vulnerabilit(?:y|ies)|everything|all)$/i.test(word),
    );
  const ids = new Set<string>();
  let least: Severity | undefined;
  let exploited = false;
  let reach: 'loaded' | 'importable' | undefined;
  for (const word of words) {
    const severity = SEVERITIES.find((severity) => severity === word.toUpperCase());
    if (severity !== undefined)
      least = least === undefined || severityRank(severity) < severityRank(least) ? severity : least;
    else if (/^(?:exploited|kev)$/i.test(word)) exploited = true;
    else if (/^importable$/i.test(word)) reach = 'importable';
    else if (/^loaded$/i.test(word)) reach ??= 'loaded';
    else if (/^[A-Z][A-Z0-9]*-[A-Z0-9:-]*[0-9a-z]+[A-Za-z0-9-]*$/i.test(word) && /\d/.test(word))
      ids.add(word.toUpperCase());
    else
      throw new PlimsollError('usage', `the goal has a word that says nothing: "${word}"`, { hint: `write ${HELP}` });
  }
  const means = (finding: Finding): boolean => {
    if (ids.size > 0 && ![finding.id, ...finding.aliases].some((id) => ids.has(id.toUpperCase()))) return false;
    if (exploited && finding.exploited === undefined) return false;
    if (reach !== undefined && !mayBeLoaded(finding, reach === 'importable')) return false;
    return least === undefined || severityRank(finding.severity) >= severityRank(least);
  };
  const narrows = ids.size > 0 || exploited || reach !== undefined || least !== undefined;
  const asksForFixable = !narrows || /\bfixable\b/i.test(text);
  return {
    text: text.trim() || 'no fixable',
    wants: (finding) => finding.fix.state === 'fixed' && means(finding),
    cannotAsk: (finding) => !asksForFixable && finding.fix.state !== 'fixed' && means(finding),
  };
}
