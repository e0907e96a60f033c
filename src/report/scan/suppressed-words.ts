import type { Report, Suppressed } from '../../model.ts';
import { riskPlace } from '../../policy/risk-place.ts';

/** What it is: `CVE-2023-0464 in openssl 1.1.1n`. */
export function suppressedInWords({ finding, risk }: Suppressed): string {
  if (finding) return `${finding.id} in ${finding.package.name} ${finding.package.version}`;
  return risk ? `${risk.title} in ${riskPlace(risk)}` : '';
}

/** How much exceptions took out of the count; undefined where there was nothing. */
export function suppressedCount({ suppressed = [] }: Report): string | undefined {
  if (suppressed.length === 0) return undefined;
  const findings = suppressed.filter(({ finding }) => finding).length;
  const risks = suppressed.length - findings;
  const parts = [
    ...(findings > 0 ? [`${findings} finding${findings === 1 ? '' : 's'}`] : []),
    ...(risks > 0 ? [`${risks} risk${risks === 1 ? '' : 's'}`] : []),
  ];
  const unproven = suppressed.filter(({ by }) => by.unverified).length;
  const whose = unproven === 0 ? '' : `; ${unproven} on the word of VEX whose signature was not checked`;
  return `exceptions took ${parts.join(' and ')} out of the count (counted per installed package)${whose}`;
}
