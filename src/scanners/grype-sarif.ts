import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { ratings, scoreRating } from './ratings.ts';
import { digestOfReference } from './references.ts';
import type { SarifRun } from './sarif.ts';
import type { FindingFact, ReportBody } from './scanner.ts';

/** A version, where it says one: who builds it himself has `[not provided]` there, or 0.0.0-dev. */
export function builtVersion(said: string | undefined): string | undefined {
  return said === undefined || said.startsWith('[') || said.startsWith('0.0.0') ? undefined : said;
}

/** What a result says of its own package: its rule is shared by all types, versions and places of one name. */
export const SARIF_TOLD =
  /(?:^A (?<severity>[a-z]{1,20}) vulnerability in (?<type>\S{1,40}) package: .{0,300})?, version (?<version>\S{1,200}) was found\b/;

/** The place in the image: `IMAGE@sha256:LAYER:/path`. */
const PLACE = /@sha256:[0-9a-f]{64}:(\/.*)$/;

/**
 * `grype -o sarif`: one rule per (vulnerability, package), the details in its help. Its severity word has only four
 * values: what JSON calls negligible or unknown is written as low.
 * https://github.com/anchore/grype/blob/main/grype/presenter/sarif/presenter.go
 */
export function readGrypeSarif(run: SarifRun): ReportBody {
  const place = run.results.flatMap(({ result }) => result.locations.flatMap((location) => location.names))[0] ?? '';
  const reference =
    /^(.*?@sha256:[0-9a-f]{64})@sha256:[0-9a-f]{64}:/.exec(place)?.[1] ??
    /^(.*?)@sha256:[0-9a-f]{64}:/.exec(place)?.[1];
  const feeds = run.results
    .map(({ fields }) => fields.get('Data Namespace'))
    .find((feed) => feed?.includes(':distro:'));
  const low = run.results.filter(({ fields }) => fields.get('Severity') === 'low').length;
  return {
    ...withoutUndefined({ version: builtVersion(run.version) }),
    subject: withoutUndefined({
      name: reference,
      digest: digestOfReference(reference),
      os: feeds?.split(':distro:')[1],
    }),
    findings: [...sarifFacts(run)],
    notes:
      low === 0 ? [] : [{ code: 'coarse', message: 'SARIF of Grype writes negligible and unknown as low', count: low }],
  };
}

function* sarifFacts(run: SarifRun): Generator<FindingFact> {
  for (const { result, rule, fields } of run.results) {
    const name = fields.get('Package');
    const id =
      fields.get('Vulnerability') ??
      /^Vulnerability (\S+)/.exec(rule?.help ?? '')?.[1] ??
      result.ruleId?.replace(`-${name}`, '');
    const ofRule = typeInWords(fields.get('Type'));
    const own = typeInWords(result.type);
    const type = own ?? ofRule;
    // A program and a package of one name share a rule: of what it says then only the vulnerability is also this one's.
    const isRules = own === undefined || own === ofRule;
    const fixed = isRules ? (fields.get('Fix Version') ?? '') : undefined;
    const score = isRules ? rule?.score : undefined;
    yield {
      id,
      package: name,
      kind: isSystemType(type) ? 'binary' : 'unknown',
      ...withoutUndefined({
        version: result.version ?? fields.get('Version'),
        type,
        severity: isRules ? fields.get('Severity') : result.severity,
        feed: isRules ? fields.get('Data Namespace') : undefined,
        match: isRules ? rule?.name : undefined,
        title: rule?.short,
      }),
      ratings: ratings(score === undefined || score === 0 ? undefined : scoreRating('nvd', score, undefined, '3.1')),
      // A score of 0.0 is what is written when no source gives one.
      ...(score === 0 && { validity: 'unanalysed' as const }),
      fix:
        fixed === undefined
          ? { state: 'unknown', versions: [] }
          : { state: fixed === '' ? 'not-fixed' : 'fixed', versions: fixed === '' ? [] : fixed.split(/,\s*/) },
      locations: [PLACE.exec(result.locations[0]?.names[0] ?? '')?.[1] ?? fields.get('Location')],
      ...(result.suppressed !== undefined && { suppressed: result.suppressed }),
    };
  }
}
