import type { GateRule, GateVerdict } from '../../model.ts';

/** `HIGH shuts it: 3 caught (CVE-2023-0464 in openssl, ...)`. */
function ruleInWords({ gate, passed, count, examples, unjudged, inGrace, where }: GateRule): string {
  const graced = inGrace === undefined ? [] : [`${inGrace} in their time of grace`];
  if (passed) return [`${gate}: nothing caught`, ...graced].join('; ');
  const more = count > examples.length ? `, and ${count - examples.length} more` : '';
  const caught = count > 0 ? [`${count} caught (${examples.join(', ')}${more})`] : [];
  const open = unjudged ? [`cannot be judged: ${unjudged.join('; ')}`] : [];
  const place = where === undefined ? '' : ` (${where})`;
  return `${gate}${place}: ${[...caught, ...open, ...graced].join('; ')}`;
}

/** What came of all gates, and the rules that decided first. */
export function gateInWords({ passed, rules, policy }: GateVerdict): {
  readonly heading: string;
  readonly lines: readonly string[];
} {
  const deciding = rules.filter((rule) => !rule.passed);
  const asked = rules.filter(({ where }) => where === undefined).map(({ gate }) => gate);
  const open = [
    ...(asked.length > 0 ? [`--fail-on ${asked.join(',')}`] : []),
    ...(policy ? [`the policy of ${policy.file}${policy.preset ? ` (preset ${policy.preset})` : ''}`] : []),
  ];
  return {
    heading: passed ? 'GATE OPEN' : 'GATE SHUT',
    lines: [
      passed
        ? `exit code 0: no rule of ${open.join(' and of ')} caught anything`
        : `exit code 1, by ${deciding.length === 1 ? 'the rule' : 'the rules'} ${deciding.map(({ gate }) => gate).join(', ')}`,
      ...deciding.map(ruleInWords),
      ...(passed ? [] : rules.filter((rule) => rule.passed).map(ruleInWords)),
    ],
  };
}
