/** Secrets in variables, labels, commands and file names: by name where the name is known, by shape where it is not. */

/** A secret that was found; its value never leaves this file unmasked. */
export interface FoundSecret {
  /** Variable, label or option that holds it; empty in free text. */
  readonly name: string;
  /** What it is: `an AWS secret key`. */
  readonly what: string;
  /** Enough to recognise it by. */
  readonly masked: string;
}

/** Shapes that prove themselves: prefixes that the publishers chose so that scanners can find them. */
const SHAPES: readonly { readonly what: string; readonly shape: RegExp; readonly prefixless?: true }[] = [
  { what: 'an AWS access key id', shape: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/ },
  { what: 'a GitHub token', shape: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255})\b/ },
  { what: 'a GitLab token', shape: /\bglpat-[A-Za-z0-9_-]{20,64}/ },
  { what: 'a Hugging Face token', shape: /\bhf_[A-Za-z0-9]{30,64}\b/ },
  { what: 'an OpenAI key', shape: /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,200}/ },
  { what: 'an Anthropic key', shape: /\bsk-ant-[A-Za-z0-9_-]{32,200}/ },
  { what: 'a PyPI token', shape: /\bpypi-[A-Za-z0-9_-]{50,300}/ },
  { what: 'an npm token', shape: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: 'a Slack token', shape: /\bxox[abposr]-[A-Za-z0-9-]{10,100}/ },
  { what: 'a Google API key', shape: /\bAIza[A-Za-z0-9_-]{35}\b/ },
  { what: 'a private key', prefixless: true, shape: /-----BEGIN (?:[A-Z]{2,12} ){0,2}PRIVATE KEY-----/ },
  { what: 'a Databricks token', shape: /\bdapi[0-9a-f]{32}\b/ },
  {
    what: 'a password in an address',
    prefixless: true,
    shape: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^/\s:@$]{1,64}:[^/\s:@$]{3,128}@/,
  },
];

/** Names that say secret, with the ends that say otherwise (`PASSWORD_FILE` is a path, `TOKENIZERS_PARALLELISM` no token). */
const SECRET_NAME =
  /(?:^|[_.-])(?:PASSWORD|PASSWD|PASS|PWD|SECRET|SECRETS|TOKEN|API_?KEY|APIKEY|ACCESS_?KEY|PRIVATE_?KEY|SECRET_?KEY|CREDENTIALS?|AUTH_?KEY)$/i;
/** Working directories, helper programs, and the special tokens and counts of language models. */
const NOT_SECRET_NAME =
  /(?:^|_)(?:OLDPWD|PWD|SSH_ASKPASS)$|(?:^|_)(?:BOS|EOS|PAD|UNK|MASK|SEP|CLS|MAX|MIN|NUM|NEW|STOP|START|END|SPECIAL|IMAGE|PER)_TOKEN$/i;
const SAME_WORD = /(?:^|[_.-])[A-Z0-9]{2,}(?:PASSWORD|SECRET|APIKEY|TOKEN)$/i;

/** Values that are no secrets: empty, a variable, a path, a placeholder. */
const EMPTY_VALUE =
  /^(?:|\$.*|\/.*|file:.*|true|false|yes|no|none|null|\d{1,4}|changeme|change_me|xxx+|\*+|<.*>|\{\{.*\}\}|your[-_ ].*|example.*|placeholder|dummy|test)$/i;

/** The publisher's prefix and the length: enough to find it, too little to use it. */
const masked = (secret: string): string =>
  secret.length <= 16 ? '***' : `${secret.slice(0, 4)}…, ${secret.length} characters`;

/** A secret without a known prefix shows nothing of itself. */
const hidden = (secret: string): string => `${secret.length} characters`;

/** The first secret that its shape gives away. */
function secretShape(text: string): FoundSecret | undefined {
  const sample = text.slice(0, 65_536);
  for (const { what, shape, prefixless } of SHAPES) {
    const match = shape.exec(sample);
    if (match !== null) return { name: '', what, masked: prefixless ? hidden(match[0]) : masked(match[0]) };
  }
  return undefined;
}

/** True where a variable, label or option of this name holds a secret. */
export const isSecretName = (name: string): boolean =>
  !NOT_SECRET_NAME.test(name) && (SECRET_NAME.test(name) || SAME_WORD.test(name));

/** Secrets in one named value. */
export function secretIn(name: string, value: string): FoundSecret | undefined {
  const shaped = secretShape(value);
  if (shaped !== undefined) return { ...shaped, name };
  if (!isSecretName(name) || EMPTY_VALUE.test(value.trim())) return undefined;
  return { name, what: 'a secret by its name', masked: hidden(value) };
}

/** Secrets among variables or labels. */
export function secretVariables(variables: ReadonlyMap<string, string>): FoundSecret[] {
  return [...variables].flatMap(([name, value]) => secretIn(name, value) ?? []);
}

/** Secrets in a command or an instruction: shapes, `NAME=value`, `--password value`, `user:password@`. */
export function secretsInCommand(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  const shaped = secretShape(text);
  if (shaped !== undefined) found.push(shaped);
  const sample = text.slice(0, 65_536);
  for (const match of sample.matchAll(
    /(?:^|[\s"';&|])(?:--?)?([A-Za-z][A-Za-z0-9_.-]{1,60})(?:=|\s)(["']?)([^\s"';&|]{1,200})\2/g,
  )) {
    const name = match[1]!;
    const secret =
      isSecretName(name) || isSecretName(name.replaceAll('-', '_'))
        ? secretIn(name.replaceAll('-', '_'), match[3]!)
        : undefined;
    if (secret === undefined) continue;
    // `pass the --token flag`: a word after a space counts only for an option.
    const option = /^[\s"';&|]?--?/.test(match[0]);
    const assigned = match[0].includes('=');
    if (assigned || option) found.push({ ...secret, name });
  }
  return found;
}

/** File names that hold credentials by convention. */
const SECRET_FILES: readonly { readonly what: string; readonly path: RegExp }[] = [
  { what: 'SSH private key', path: /(?:^|\/)(?:\.ssh\/)?id_(?:rsa|dsa|ecdsa|ed25519)$/ },
  { what: 'AWS credentials', path: /(?:^|\/)\.aws\/credentials$/ },
  {
    what: 'Google Cloud credentials',
    path: /(?:^|\/)(?:\.config\/gcloud\/(?:application_default_credentials\.json|credentials\.db|legacy_credentials\/.+)|service[-_]account[\w-]*\.json)$/,
  },
  { what: 'Azure credentials', path: /(?:^|\/)\.azure\/(?:accessTokens\.json|msal_token_cache\.(?:json|bin))$/ },
  { what: 'Kubernetes credentials', path: /(?:^|\/)\.kube\/config$/ },
  { what: 'Docker registry credentials', path: /(?:^|\/)\.docker\/config\.json$/ },
  { what: 'credentials for hosts', path: /(?:^|\/)(?:\.netrc|_netrc|\.pgpass|\.my\.cnf|\.git-credentials)$/ },
  { what: 'PyPI credentials', path: /(?:^|\/)\.pypirc$/ },
  {
    what: 'Hugging Face token',
    path: /(?:^|\/)(?:\.cache\/huggingface\/(?:token|stored_tokens)|\.huggingface\/token)$/,
  },
  { what: 'Kaggle token', path: /(?:^|\/)\.?kaggle\/kaggle\.json$/ },
  { what: 'Terraform state', path: /(?:^|\/)terraform\.tfstate$/ },
  { what: 'environment file', path: /(?:^|\/)\.env(?:\.(?:local|prod|production|secret))?$/ },
  { what: 'HashiCorp Vault token', path: /(?:^|\/)\.vault-token$/ },
];

/** Places where those names are examples, tests or documentation. */
const EXAMPLES = /(?:^|\/)(?:usr\/share\/doc|tests?|testdata|fixtures|examples?|docs?|node_modules\/[^/]+\/test)\//i;

/** What a file of this path holds by convention; undefined for ordinary files. */
export function secretFile(path: string): string | undefined {
  if (EXAMPLES.test(path)) return undefined;
  return SECRET_FILES.find((one) => one.path.test(path))?.what;
}
