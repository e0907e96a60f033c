import { printable } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { ImageConfig } from '../../model.ts';
import type { RiskFact } from '../analyzer.ts';
import { findSecrets, mask, PLACEHOLDER, type SearchOptions, withoutSecrets } from '../secrets/index.ts';
import { jupyterCommandRisks } from './jupyter-rules.ts';

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
    const name = variable.slice(0, equals);
    if (equals > 0) risks.push(...inVariable(name, variable.slice(equals + 1), `ENV ${printable(name, 100)}`));
  }
  for (const [name, value] of Object.entries(config.run.Labels ?? {})) {
    risks.push(...inText(String(value), `LABEL ${printable(name, 100)}`, false));
  }
  for (const [name, words] of [
    ['CMD', config.run.Cmd],
    ['ENTRYPOINT', config.run.Entrypoint],
    ['SHELL', config.run.Shell],
    ['HEALTHCHECK', config.run.Healthcheck?.Test],
  ] as const) {
    risks.push(...inText((words ?? []).join(' '), name, false));
  }
  for (const instruction of config.run.OnBuild ?? []) risks.push(...inText(instruction, 'ONBUILD', true));
  for (const [index, { createdBy, comment }] of config.history.entries()) {
    if (comment !== undefined) risks.push(...inText(comment, `history ${index + 1}`, false));
    for (const [name, value] of buildArguments(createdBy))
      risks.push(...inVariable(name, value, `history ${index + 1}`));
    risks.push(...inText(createdBy.replaceAll(' && ', '\n'), `history ${index + 1}`, true));
  }
  return unique(risks);
}

/** Everything risky that an image's configuration alone shows: secrets, and Jupyter started open to all. */
export const risksInConfig = (config: ImageConfig): readonly RiskFact[] => [
  ...secretsInConfig(config),
  ...jupyterCommandRisks(config),
];

/** `RUN |2 A=b C=d /bin/sh -c ...`: the values of build arguments, as builders write them before the command. */
function buildArguments(createdBy: string): (readonly [name: string, value: string])[] {
  const text = createdBy.slice(0, LONGEST_TEXT);
  const start = /^(?:RUN )?\|[0-9]{1,3} /.exec(text)?.[0].length;
  if (start === undefined) return [];
  const shell = text.indexOf(' /bin/', start);
  const list = text.slice(start, shell < 0 ? undefined : shell);
  return list.split(' ').flatMap((word) => {
    const equals = word.indexOf('=');
    return equals > 0 ? [[word.slice(0, equals), word.slice(equals + 1)] as const] : [];
  });
}

function* inVariable(name: string, value: string, at: string): Iterable<RiskFact> {
  const known = [...inText(`${name}=${value}`, at, false)];
  yield* known;
  if (known.length > 0 || !isSecretVariable(name, value)) return;
  yield risk(
    'secret-in-environment',
    'MEDIUM',
    'a variable of the image holds what its name calls a secret',
    mask(value, 0),
    at,
  );
}

/** The name says that the value is a secret, and the value could be one. */
function isSecretVariable(name: string, value: string): boolean {
  if (!SECRET_NAME.test(name) || PUBLIC_NAMES.has(name)) return false;
  return (
    value.length >= 4 &&
    !PLACEHOLDER.test(value) &&
    !/^(?:[\d.]+|\$.*|~?\/.*|[^{]*\{.*\}.*)$/.test(value.slice(0, LIMITS.pathBytes))
  );
}

const TEXT: SearchOptions = { bare: false, assignments: false };
const COMMAND: SearchOptions = { bare: true, assignments: true };
/** Characters of one text of the configuration that are searched. */
const LONGEST_TEXT = 1_000_000;

function* inText(text: string, at: string, bare: boolean): Iterable<RiskFact> {
  for (const { rule, what, severity, masked } of findSecrets(text.slice(0, LONGEST_TEXT), bare ? COMMAND : TEXT)) {
    yield risk(rule, severity, `the image configuration holds a ${what}`, masked, at);
  }
}

function risk(rule: string, severity: RiskFact['severity'], title: string, detail: string, at: string): RiskFact {
  return { kind: 'risk', category: 'secret', rule, severity, title, detail, at };
}

/** The same value stands in the environment and in the instruction that set it; both places are worth knowing, once each. */
function unique(risks: readonly RiskFact[]): readonly RiskFact[] {
  const seen = new Map(risks.map((risk) => [`${risk.rule}\0${risk.at}\0${risk.detail}`, risk]));
  return [...seen.values()];
}

/**
 * The configuration as reports may show it: the same secrets that `secretsInConfig` finds, masked wherever they stand.
 * A value that the environment gives away is masked in the history too, where its instruction repeats it.
 */
export function maskedConfig(config: ImageConfig): ImageConfig {
  const hide = hider(config);
  const { Env, Labels, Cmd, Entrypoint, Shell, OnBuild, Healthcheck } = config.run;
  const words = (list: readonly string[] | null | undefined): readonly string[] | null | undefined =>
    list?.map((it) => hide(it));
  return {
    ...config,
    run: {
      ...config.run,
      ...(Env === undefined ? {} : { Env: Env.map((variable) => hide(variable)) }),
      ...(Labels
        ? { Labels: Object.fromEntries(Object.entries(Labels).map(([name, value]) => [name, hide(String(value))])) }
        : {}),
      ...(Cmd ? { Cmd: words(Cmd) } : {}),
      ...(Entrypoint ? { Entrypoint: words(Entrypoint) } : {}),
      ...(Shell ? { Shell: words(Shell) } : {}),
      ...(OnBuild ? { OnBuild: words(OnBuild) } : {}),
      ...(Healthcheck?.Test
        ? { Healthcheck: { ...Healthcheck, Test: Healthcheck.Test.map((word) => hide(word)) } }
        : {}),
    },
    history: config.history.map((step) => ({
      ...step,
      createdBy: hide(step.createdBy),
      ...(step.comment === undefined ? {} : { comment: hide(step.comment) }),
    })),
  };
}

/** What masks texts of this image: instructions of its layers, for example. */
export function hider(config: Pick<ImageConfig, 'run' | 'history'>): (text: string) => string {
  const variables = (config.run.Env ?? []).map((variable) => {
    const equals = variable.indexOf('=');
    return [variable.slice(0, Math.max(equals, 0)), variable.slice(equals + 1)] as const;
  });
  const all = [...variables, ...config.history.flatMap(({ createdBy }) => buildArguments(createdBy))];
  const secret = all.filter(([name, value]) => isSecretVariable(name, value)).map(([, value]) => value);
  const values = [...new Set(secret)].slice(0, LIMITS.configSecrets).sort((a, b) => b.length - a.length);
  return (text) => {
    // Masked first by what is known of formats: that mask may show which kind of token it was.
    let clean = text.length > LONGEST_TEXT ? text : commandWithoutSecrets(text);
    // What its own name gives away is masked however many there are.
    clean = clean.replace(/\b([A-Za-z_]\w*)=(\S+)/g, (whole, name: string, value: string) =>
      isSecretVariable(name, value) ? `${name}=${mask(value, 0)}` : whole,
    );
    for (const value of values) clean = clean.replaceAll(value, () => mask(value, 0));
    return clean;
  };
}

/** The commands of one instruction are searched one by one, as `secretsInConfig` does, and stand together again afterwards. */
const commandWithoutSecrets = (text: string): string =>
  text
    .split(' && ')
    .map((command) => withoutSecrets(command, COMMAND))
    .join(' && ');
