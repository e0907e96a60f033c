import type { GateRule, GateVerdict } from '../../model.ts';

/** `HIGH shuts it: 3 caught (CVE-2023-0464 in openssl, ...)`. */
function ruleInWords({ gate, passed, count, examples, unjudged }: GateRule): string {
  if (passed) return `${gate}: nothing caught`;
  const more = count > examples.length ? `, and ${count - examples.length} more` : '';
  const caught = count > 0 ? [`${count} caught (${examples.join(', ')}${more})`] : [];
  const open = unjudged ? [`cannot be judged: ${unjudged.join('; ')}`] : [];
  return `${gate}: ${[...caught, ...open].join('; ')}`;
}

/** What came of all gates, and the rules that decided first. */
export function gateInWords({ passed, rules }: GateVerdict): {
  readonly heading: string;
  readonly lines: readonly string[];
} {
  const deciding = rules.filter((rule) => !rule.passed);
  return {
    heading: passed ? 'GATE OPEN' : 'GATE SHUT',
    lines: [
      passed
        ? `exit code 0: no rule of --fail-on ${rules.map(({ gate }) => gate).join(',')} caught anything`
        : `exit code 1, by ${deciding.length === 1 ? 'the rule' : 'the rules'} ${deciding.map(({ gate }) => gate).join(', ')}`,
      ...deciding.map(ruleInWords),
      ...(passed ? [] : rules.filter((rule) => rule.passed).map(ruleInWords)),
    ],
  };
}
