import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { type JsonObject, number, text } from '../formats/text/index.ts';
import type { FindingFact } from './scanner.ts';

/** The publisher that Inspector's source stands for: `DEBIAN_CVE` is debian. https://docs.aws.amazon.com/inspector/v2/APIReference/API_PackageVulnerabilityDetails.html */
export const vendor = (source: string | undefined): string =>
  (source ?? 'inspector').toLowerCase().replace(/_(cve|oval).*$/, '');

/** A vulnerable package; keys in lower case as Inspector writes them. https://docs.aws.amazon.com/inspector/v2/APIReference/API_VulnerablePackage.html */
export function packageFacts(
  row: JsonObject,
  fixAvailable: string | undefined,
): Pick<FindingFact, 'package' | 'kind' | 'fix' | 'locations'> & { version?: string; type?: string; layer?: string } {
  const manager = text(row.packageManager);
  const type = manager === 'OS' ? undefined : typeInWords(manager);
  const version = text(row.version);
  const release = text(row.release);
  const epoch = number(row.epoch);
  const fixed = text(row.fixedInVersion);
  const unfixed = fixed === undefined || /^not ?available$/i.test(fixed);
  return {
    package: text(row.name),
    kind: manager === 'OS' || isSystemType(type) ? 'unknown' : 'binary',
    ...withoutUndefined({
      version:
        version === undefined
          ? undefined
          : `${epoch ? `${epoch}:` : ''}${version}${release === undefined ? '' : `-${release}`}`,
      type,
      layer: text(row.sourceLayerHash),
    }),
    fix: {
      state: unfixed ? (fixAvailable === 'NO' ? 'not-fixed' : 'unknown') : 'fixed',
      versions: unfixed ? [] : [fixed],
    },
    locations: [text(row.filePath)],
  };
}
