import { isSystemType, packageOfPurl, typeInWords } from '../ecosystems/index.ts';
import { type Purl, parsePurl } from '../ecosystems/purl.ts';

export { isSystemType as isOsType, parsePurl as purlParts, typeInWords as purlType };

/** The name an ecosystem knows a package by, from a purl: `group:artifact` for Maven, `@scope/name` for npm. */
export const purlName = (parts: Purl): string => packageOfPurl(parts).name;

/** True for the ids that stand for one vulnerability everywhere. */
export function isCve(id: string): boolean {
  return /^CVE-\d{4}-\d{4,}$/i.test(id);
}

/** True for the ids of advisories that speak of several vulnerabilities, and are therefore nobody's alias. */
export function isBulletin(id: string): boolean {
  return /^(?:DSA|DLA|DTSA|ELA|USN|LSN|RHSA|RHBA|RHEA|ALSA|ALBA|ALEA|RLSA|RXSA|ELSA|ALAS\w*|SUSE-\w+|openSUSE-\w+|MGASA)-/i.test(
    id,
  );
}

/** The CVE ids in a text, upper case, each once. */
export function cvesIn(source: string | undefined): readonly string[] {
  return source === undefined
    ? []
    : [...new Set((source.match(/\bCVE-\d{4}-\d{4,9}\b/gi) ?? []).map((id) => id.toUpperCase()))];
}
