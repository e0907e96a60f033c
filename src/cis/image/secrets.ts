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

/** Forms in which programs are told a secret, with the place of it. */
const TOLD_SECRETS: readonly { readonly what: string; readonly form: RegExp }[] = [
  { what: 'a bearer token', form: /\b(?:Bearer|token)\s+([A-Za-z0-9._~+/-]{16,}=*)/ },
  { what: 'a password for hosts', form: /\bmachine\s+\S+\s+login\s+\S+\s+password\s+([^\s"'$]{3,})/ },
  { what: 'a user and password', form: /\b(?:curl|wget)\b[^;&|]*\s(?:-u|--user)[= ]["']?[^\s:"'$]+:([^\s"'$]{3,})/ },
  { what: 'a password', form: /\b(?:docker|podman|buildah|skopeo|helm)\s+login\b[^;&|]*\s-p[= ]?["']?([^\s"'$]{3,})/ },
  { what: 'a Weights & Biases key', form: /\bwandb\s+login\s+(?:--\S+\s+)*["']?([0-9a-f]{40})\b/ },
  { what: 'a Kaggle key', form: /\bkaggle\s+config\s+set\b[^;&|]*-v\s+["']?([0-9a-f]{32})\b/ },
  { what: 'an npm token', form: /:_auth(?:Token)?[= ]["']?([^\s"'$]{8,})/ },
  { what: 'a PyPI token', form: /\bpypi-token\.\S+\s+["']?([^\s"'$]{8,})/ },
];

/** Words between quotes, operators and blanks, with where each begins: commands written in JSON form, too. */
const WORDS = /[^\s"';&|,[\]()]{1,400}/g;

/** Secrets in a command or an instruction: shapes, `NAME=value`, `--password value`, `set name value`, `user:password@`. */
export function secretsInCommand(text: string): FoundSecret[] {
  const secrets: FoundSecret[] = [];
  const sample = text.slice(0, 65_536);
  const shaped = secretShape(sample);
  if (shaped !== undefined) secrets.push(shaped);
  const words = [...sample.matchAll(WORDS)].map(([word]) => word);
  for (const [at, word] of words.entries()) {
    const pair = /^(?:--?)?([A-Za-z][A-Za-z0-9_.-]{1,60})=(.*)$/.exec(word);
    // `pass the --token flag`: a word after a space counts for an option, and for what is set by name.
    const option = /^--?([A-Za-z][A-Za-z0-9_.-]{1,60})$/.exec(word)?.[1];
    const set = /^(?:set|config|configure)$/.test(words[at - 1] ?? '') && /^[A-Za-z][\w.-]{1,60}$/.test(word);
    // `name = value` and `name: value` of settings files in here-documents.
    const setting = words[at + 1] === '=' ? word : /^([A-Za-z][\w.-]{1,60}):$/.exec(word)?.[1];
    const name = pair?.[1] ?? option ?? setting ?? (set ? word : undefined);
    if (name === undefined) continue;
    // `NAME="a value"`: what follows the quote is the next word.
    const value = pair !== null && pair[2] !== '' ? pair[2]! : (words[at + (words[at + 1] === '=' ? 2 : 1)] ?? '');
    if (pair !== null && pair[2] === '' && !new RegExp(`${name.replace(/\W/g, '\\$&')}=["']`).test(sample)) continue;
    const plain = name.replaceAll('-', '_').replaceAll('.', '_');
    const secret = isSecretName(plain) && !/^-/.test(value) ? secretIn(plain, value) : undefined;
    if (secret !== undefined) secrets.push({ ...secret, name });
  }
  for (const { what, form } of TOLD_SECRETS) {
    const match = form.exec(sample);
    if (match !== null && !EMPTY_VALUE.test(match[1]!)) secrets.push({ name: '', what, masked: hidden(match[1]!) });
  }
  return secrets;
}

/** What a file of some name holds by convention. */
export interface SecretFile {
  readonly what: string;
  /** False where such files hold a secret only now and then: settings with and without a token. */
  readonly certain: boolean;
}

interface NamedFile {
  readonly what: string;
  readonly path: RegExp;
  readonly possible?: true;
}

/** File names that hold credentials by convention. */
const SECRET_FILES: readonly NamedFile[] = [
  { what: 'SSH private key', path: /(?:^|\/)(?:\.ssh\/)?id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/ },
  { what: 'AWS credentials', path: /(?:^|\/)\.aws\/credentials$/ },
  {
    what: 'Google Cloud credentials',
    path: /(?:^|\/)(?:\.config\/gcloud\/(?:application_default_credentials\.json|credentials\.db|legacy_credentials\/.+)|service[-_]account[\w-]*\.json|client_secret[\w.-]*\.json|gcp[-_]?(?:key|credentials)[\w-]*\.json|application_default_credentials\.json)$/,
  },
  { what: 'Azure credentials', path: /(?:^|\/)\.azure\/(?:accessTokens\.json|msal_token_cache\.(?:json|bin))$/ },
  { what: 'Kubernetes credentials', path: /(?:^|\/)(?:\.kube\/config|kubeconfig(?:\.ya?ml)?)$/ },
  { what: 'Docker registry credentials', path: /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg)$/ },
  { what: 'credentials for hosts', path: /(?:^|\/)(?:\.netrc|_netrc|\.pgpass|\.my\.cnf|\.git-credentials)$/ },
  { what: 'PyPI credentials', path: /(?:^|\/)\.pypirc$/ },
  {
    what: 'Hugging Face token',
    path: /(?:^|\/)(?:\.cache\/huggingface\/(?:token|stored_tokens)|\.huggingface\/token)$/,
  },
  { what: 'Kaggle token', path: /(?:^|\/)\.?kaggle\/kaggle\.json$|(?:^|\/)kaggle\.json$/ },
  { what: 'Terraform state', path: /(?:^|\/)terraform\.tfstate$/ },
  {
    what: 'environment file',
    path: /(?:^|\/)\.env(?:\.(?:local|prod|production|secret|staging|dev))?$/,
    possible: true,
  },
  { what: 'HashiCorp Vault token', path: /(?:^|\/)\.vault-token$/ },
  { what: 'npm settings, which may hold a token', path: /(?:^|\/)\.(?:npmrc|yarnrc(?:\.yml)?)$/, possible: true },
];

/** More of them, which mean a secret in a build context and not among the thousand files of a distribution. */
const COPIED_FILES: readonly NamedFile[] = [
  {
    what: 'credentials',
    path: /(?:^|\/)(?:(?:credentials|creds|secrets?)\.(?:json|ya?ml|toml|ini|txt|env)|(?:sa|key|keyfile|(?:sa|service)[-_]?key)\.json)$/,
  },
  { what: 'a private key', path: /(?:^|\/)(?:[\w.-]*(?:private|priv)[\w.-]*|key|privkey)\.(?:pem|key)$/i },
  { what: 'pip settings, which may hold a password', path: /(?:^|\/)pip\.(?:conf|ini)$/, possible: true },
  {
    what: 'a key or certificate',
    path: /(?:^|\/)(?!(?:[\w.-]*(?:ca|cert|chain|public|pub)[\w.-]*)\.pem$)[\w.-]+\.(?:pem|key)$/i,
    possible: true,
  },
  { what: 'a key store', path: /\.(?:p12|pfx|jks|keystore|kdbx)$/i, possible: true },
  { what: 'a token', path: /(?:^|\/)\.?(?:hf_|wandb_|api_?)?(?:token|apikey|api_key)(?:\.txt)?$/i, possible: true },
  { what: 'passwords of a web server', path: /(?:^|\/)\.htpasswd$/, possible: true },
];

/** Places where those names are examples, tests or documentation. */
const EXAMPLES = /(?:^|\/)(?:usr\/share\/doc|tests?|testdata|fixtures|examples?|docs?|node_modules\/[^/]+\/test)\//i;

const among = (files: readonly NamedFile[], path: string): SecretFile | undefined => {
  const kind = EXAMPLES.test(path) ? undefined : files.find((kind) => kind.path.test(path));
  return kind === undefined ? undefined : { what: kind.what, certain: kind.possible !== true };
};

/** What a file of an image or a host holds by its name; undefined for ordinary files. */
export const secretFile = (path: string): SecretFile | undefined => among(SECRET_FILES, path);

/** The same for a file that somebody put into a build context or asks to be copied. */
export const copiedSecretFile = (path: string): SecretFile | undefined =>
  among(SECRET_FILES, path) ?? among(COPIED_FILES, path);
