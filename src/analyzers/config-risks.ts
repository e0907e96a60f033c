import { printable } from '../errors.ts';
import type { ImageConfig } from '../model.ts';
import type { RiskFact } from './analyzer.ts';
import { jupyterCommandRisks } from './jupyter-rules.ts';
import { PLACEHOLDER } from './secret-assignments.ts';
import { findSecrets, mask } from './secret-search.ts';

/** Names of variables that hold a secret. Files, URLs and fingerprints of it have other endings. */
const SECRET_NAME =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASS|API_?KEY|ACCESS_KEY(?:_ID)?|SECRET_KEY|PRIVATE_KEY|CLIENT_SECRET|CREDENTIALS?)$/i;
/** Variables of that form which are public, as images in use set them. */
const PUBLIC_NAMES = new Set(['GPG_KEY', 'NPM_CONFIG_AUTH_TOKEN_PATH', 'NVIDIA_PRODUCT_NAME']);

/**
 * Secrets in an image's configuration: environment, labels and the commands of its history, where build arguments stay.
 * `at` says where: `ENV NAME`, `LABEL name`, `history 3` (from 1), `CMD`. The values are masked.
 */
export function secretsInConfig(config: ImageConfig): readonly RiskFact[] {
  const risks: RiskFact[] = [];
  for (const variable of config.run.Env ?? []) {
    const equals = variable.indexOf('=');
    if (equals > 0) risks.push(...inVariable(variable.slice(0, equals), variable.slice(equals + 1)));
  }
  for (const [name, value] of Object.entries(config.run.Labels ?? {})) {
    risks.push(...inText(String(value), `LABEL ${printable(name, 100)}`, false));
  }
  for (const [name, words] of [
    ['CMD', config.run.Cmd],
    ['ENTRYPOINT', config.run.Entrypoint],
  ] as const) {
    risks.push(...inText((words ?? []).join(' '), name, false));
  }
  for (const [index, { createdBy }] of config.history.entries()) {
    risks.push(...inText(createdBy.replaceAll(' && ', '\n'), `history ${index + 1}`, true));
  }
  return unique(risks);
}

/** Everything risky that an image's configuration alone shows: secrets, and Jupyter started open to all. */
export const risksInConfig = (config: ImageConfig): readonly RiskFact[] => [
  ...secretsInConfig(config),
  ...jupyterCommandRisks(config),
];

function* inVariable(name: string, value: string): Iterable<RiskFact> {
  const at = `ENV ${printable(name, 100)}`;
  const known = [...inText(`${name}=${value}`, at, false)];
  yield* known;
  if (known.length > 0 || !SECRET_NAME.test(name) || PUBLIC_NAMES.has(name)) return;
  if (value.length < 4 || PLACEHOLDER.test(value) || /^(?:[\d.]+|\$.*|~?\/.*|.*\{.*\}.*)$/.test(value)) return;
  yield risk(
    'secret-in-environment',
    'MEDIUM',
    'a variable of the image holds what its name calls a secret',
    mask(value, 0),
    at,
  );
}

function* inText(text: string, at: string, bare: boolean): Iterable<RiskFact> {
  for (const { rule, what, severity, masked } of findSecrets(text.slice(0, 1_000_000), { bare, assignments: bare })) {
    yield risk(rule, severity, `the image configuration holds a ${what}`, masked, at);
  }
}

function risk(rule: string, severity: RiskFact['severity'], title: string, detail: string, at: string): RiskFact {
  return { kind: 'risk', category: 'secret', rule, severity, title, detail, at };
}

/** The same value stands in the environment and in the instruction that set it; both places are worth knowing, once each. */
function unique(risks: readonly RiskFact[]): readonly RiskFact[] {
  const seen = new Map(risks.map((each) => [`${each.rule}\0${each.at}\0${each.detail}`, each]));
  return [...seen.values()];
}
