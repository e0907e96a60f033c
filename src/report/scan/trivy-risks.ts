import type { Risk, RiskCategory } from '../../model.ts';
import { riskPlace } from '../../policy/risk-place.ts';
import { trivySeverity } from './trivy-entries.ts';

/**
 * Risks as Trivy's report has room for them: secrets as its secrets, everything else as misconfigurations, one result for
 * each file. https://trivy.dev/docs/latest/configuration/reporting/#json
 */
export function* riskResults(risks: readonly Risk[]): Generator<Record<string, unknown>> {
  const places = new Map<string, { readonly secret: boolean; readonly path: string; readonly risks: Risk[] }>();
  for (const risk of risks) {
    const secret = risk.category === 'secret';
    const key = `${secret}\0${risk.evidence.path}`;
    const known = places.get(key);
    if (known) known.risks.push(risk);
    else places.set(key, { secret, path: risk.evidence.path, risks: [risk] });
  }
  for (const { secret, path, risks: risksThere } of places.values()) {
    const Target = path === '' ? 'image configuration' : `/${path}`;
    if (secret) yield { Target, Class: 'secret', Secrets: risksThere.map(secretEntry) };
    else
      yield {
        Target,
        Class: 'config',
        Type: 'plimsoll',
        MisconfSummary: { Successes: 0, Failures: risksThere.length },
        Misconfigurations: risksThere.map(misconfigurationEntry),
      };
  }
}

function secretEntry(risk: Risk): Record<string, unknown> {
  const line = Number(/^(?:line )?(\d+)/.exec(risk.at ?? '')?.[1] ?? 0);
  const { digest, diffID } = risk.evidence;
  return {
    RuleID: risk.rule,
    Category: 'General',
    Severity: trivySeverity(risk.severity),
    Title: risk.title,
    StartLine: line,
    EndLine: line,
    Code: { Lines: null },
    // What was found is a secret: only its kind and place are told.
    Match: risk.detail ?? risk.title,
    Layer: { ...(digest === undefined ? {} : { Digest: digest }), DiffID: diffID },
  };
}

const KINDS: Readonly<Record<RiskCategory, string>> = {
  model: 'Model File',
  notebook: 'Notebook',
  secret: 'Secret',
  configuration: 'Image Configuration',
};

function misconfigurationEntry(risk: Risk): Record<string, unknown> {
  return {
    Type: KINDS[risk.category],
    ID: risk.rule,
    Title: risk.title,
    Description: risk.detail ?? risk.title,
    Message: `${risk.title} in ${riskPlace(risk)}`,
    Severity: trivySeverity(risk.severity),
    Status: 'FAIL',
    Layer: { DiffID: risk.evidence.diffID },
    CauseMetadata: { Provider: 'plimsoll', Service: risk.category },
  };
}
