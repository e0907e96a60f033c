import { printable } from '../errors.ts';
import { grouped } from '../formats/grouped.ts';
import type { AttestedPackage, AttestedSbom, Notice } from '../model.ts';

/** Names told in the sentence; the JSON report has them all. */
const NAMED = 3;

/** What a reader has to know of one attached SBOM, in a sentence: a warning where it leaves out or changes what the files hold. */
export function attestedNotice(sbom: AttestedSbom): Notice {
  const who = describe(sbom);
  const { comparison } = sbom;
  if (comparison === undefined)
    return { level: 'info', code: 'attestation-unread', message: `${who} was not compared: ${sbom.problem ?? ''}` };
  const { counts, missing, phantom, versions } = comparison;
  const stranger = sbom.namesImage === false ? ' It says that it is about another image.' : '';
  const parts = [
    counts.missing > 0
      ? `does not list ${many(counts.missing, 'package that is', 'packages that are')} in the image${kinds(missing, counts.missing)}: ${some(missing.map(text), counts.missing)}`
      : '',
    counts.versions > 0
      ? `has ${many(counts.versions, 'package', 'packages')} in another version: ${some(
          versions.map(({ name, files, attested }) => `${name} ${files.join(', ')} (listed as ${attested.join(', ')})`),
          counts.versions,
        )}`
      : '',
    counts.phantom > 0
      ? `lists ${many(counts.phantom, 'package that is', 'packages that are')} not there: ${some(phantom.map(text), counts.phantom)}`
      : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) {
    const agrees = `${who} lists what the files hold: ${many(counts.agreed, 'package agrees', 'packages agree')}.${stranger}`;
    return { level: 'info', code: 'attestation-agrees', message: ended(agrees) };
  }
  const omits = counts.missing > 0 || counts.versions > 0;
  return {
    level: omits ? 'warning' : 'info',
    code: omits ? 'attestation-omits' : 'attestation-differs',
    message: ended(`${who} ${parts.join('; it ')}.${stranger}`),
  };
}

const ended = (sentence: string): string => printable(sentence.replace(/\.$/, ''), 2_000);

function describe({ creator, created, format, signatureVerified, signer }: AttestedSbom): string {
  const proof =
    signer === undefined ? 'signature not checked' : `${signatureVerified ? 'signed' : 'not signed'} by ${signer}`;
  const made = [creator ?? format, created?.slice(0, 10), proof].filter((part) => part !== undefined);
  return `the attached SBOM (${made.join(', ')})`;
}

const many = (count: number, noun: string, more: string): string => `${grouped(count)} ${count === 1 ? noun : more}`;

const text = ({ name, version }: AttestedPackage): string => printable(`${name} ${version}`, 120);

function some(texts: readonly string[], count: number): string {
  const shown = texts.slice(0, NAMED);
  const rest = count - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${grouped(rest)} more` : ''}`;
}

/** ` (200 conda, 14 pypi)`, where there is more than one kind. */
function kinds(packages: readonly AttestedPackage[], count: number): string {
  const counted = new Map<string, number>();
  for (const { type } of packages) counted.set(type, (counted.get(type) ?? 0) + 1);
  if (counted.size < 2 || packages.length < count) return '';
  const sorted = [...counted].sort((a, b) => b[1] - a[1]);
  return ` (${sorted.map(([type, number]) => `${number} ${type}`).join(', ')})`;
}
