import { withoutUndefined } from '../collections.ts';
import { text, texts } from '../formats/text/index.ts';
import { ratings, scoreRating } from './ratings.ts';
import { digestOfReference } from './references.ts';
import type { SarifRun } from './sarif.ts';
import type { FindingFact, ReportBody } from './scanner.ts';
import { typeOfName, typeOfPlace } from './trivy-places.ts';

/**
 * `trivy image -f sarif`: one result per (vulnerability, package), the details in the message.
 * Secrets, misconfigurations and licences share the file and are no vulnerabilities.
 */
export function readTrivySarif(run: SarifRun): ReportBody {
  const image = text(run.properties.imageName) ?? texts(run.properties.repoTags)[0];
  const digests = texts(run.properties.repoDigests);
  return {
    ...withoutUndefined({ version: run.version }),
    subject: {
      ...withoutUndefined({
        name: image,
        digest: digestOfReference(digests[0]) ?? digestOfReference(image),
        imageId: text(run.properties.imageID),
      }),
      repoDigests: digests,
    },
    findings: sarifFacts(run),
  };
}

function* sarifFacts(run: SarifRun): Generator<FindingFact> {
  for (const { result, rule, fields } of run.results) {
    const name = rule?.name ?? '';
    if (/^(Secret|Misconfiguration|License)/i.test(name)) continue;
    const id = /^(?:\[\w+\] )?(\S+)/.exec(result.ruleId ?? '')?.[1];
    const os = name.startsWith('OsPackage');
    const fixed =
      fields
        .get('Fixed Version')
        ?.split(/,\s*/)
        .filter((version) => version !== '') ?? [];
    const place = result.locations[0]?.uri;
    yield {
      id,
      package: fields.get('Package'),
      kind: os ? 'binary' : 'unknown',
      ...withoutUndefined({
        version: fields.get('Installed Version'),
        type: os
          ? undefined
          : (typeOfPlace(place) ?? typeOfName(fields.get('Package'), fields.get('Installed Version'))),
        severity: fields.get('Severity') ?? rule?.severityTag,
        title: rule?.short,
        url: rule?.helpUri,
      }),
      ratings: ratings(scoreRating('any', rule?.score, undefined, '3.1')),
      fix: { state: fixed.length > 0 ? 'fixed' : 'not-fixed', versions: fixed },
      locations: os ? [] : [place],
    };
  }
}
