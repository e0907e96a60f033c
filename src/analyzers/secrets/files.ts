/**
 * Which files are read for secrets: decided by path and size, so that an image's hundreds of thousands of library
 * files are passed over. Files that exist to hold credentials are read nearly everywhere, configuration and code only
 * where people put their own.
 */

/** How a file is searched. */
export type SecretInterest = 'credentials' | 'settings' | 'code';

const MOST_BYTES = { credentials: 1024 * 1024, settings: 512 * 1024, code: 512 * 1024 } as const;

const CREDENTIAL_FILES = new Set([
  '.netrc', '_netrc', '.pypirc', '.npmrc', '.yarnrc', '.yarnrc.yml', '.git-credentials', '.gitconfig', '.dockercfg', '.dockerconfigjson', 'kaggle.json', '.pgpass', '.my.cnf', '.s3cfg', '.boto', '.htpasswd', '.condarc', 'pip.conf', '.env', '.envrc', '.flaskenv',
  'application_default_credentials.json', 'credentials.json', 'service_account.json', 'service-account.json', 'client_secret.json', 'secrets.json', 'secrets.yaml', 'secrets.yml', 'secrets.toml', 'credentials.toml', 'credentials.yaml', 'credentials.yml', 'stored_tokens', 'access_tokens.db', 'azureProfile.json', 'accessTokens.json', 'environment',
  '.bash_history', '.zsh_history', '.sh_history', '.python_history', '.psql_history', '.mysql_history', '.node_repl_history', '.bashrc', '.bash_profile', '.profile', '.zshrc', '.zshenv', 'terraform.tfvars', 'terraform.tfstate',
  'id_rsa', 'id_dsa', 'id_ecdsa', 'id_ed25519', 'ssh_host_rsa_key', 'ssh_host_dsa_key', 'ssh_host_ecdsa_key', 'ssh_host_ed25519_key',
]); // biome-ignore format: a list of names
const CREDENTIAL_PATHS =
  /(?:^|\/)(?:\.aws\/(?:credentials|config)|\.docker\/config\.json|\.kube\/config|\.ssh\/(?!known_hosts|authorized_keys)[^/]+|\.git\/config|\.config\/(?:gcloud|gh|pip|kaggle|wandb)\/[^/]+|\.?huggingface\/token|\.cache\/huggingface\/token|wandb\/settings|\.streamlit\/secrets\.toml|\.databrickscfg|\.jupyter\/[^/]+\.json)$/;
const CREDENTIAL_NAMES =
  /^(?:\.env\..+|.+\.env|.+\.(?:pem|key|ppk|tfvars|kubeconfig|keytab|p8)|.*(?:service[-_]?account|credentials?|secrets?)[^/]*\.(?:json|ya?ml|toml|ini|cfg|env|txt))$/i;
const SETTINGS =
  /\.(?:json|ya?ml|toml|ini|cfg|conf|config|properties|tf|xml)$|^(?:Dockerfile|Containerfile|docker-compose|compose)[^/]*$/i;
const CODE = /\.(?:py|sh|bash|zsh|js|mjs|cjs|ts|rb|go|java|kt|scala|php|pl|r|jl|lua|sql|ps1|rs|c|cc|cpp|cs)$/i;

/** Folders of distributions and package managers: what lies there is published, and their tests are full of keys. */
const PUBLISHED =
  /(?:^|\/)(?:site-packages|dist-packages|node_modules|bower_components|__pycache__|conda-meta|\.git\/(?:objects|logs|hooks)|\.cargo\/registry|\.m2\/repository|pkg\/mod|gems|\.rustup|\.nvm|\.pyenv\/(?:versions|plugins|\.git)|\.julia|vendor)\//;
const SYSTEM =
  /^(?:usr\/(?!local\/(?:app|src|airflow|bin)\/|src\/app\/)|(?:lib|lib32|lib64|libx32|bin|sbin|boot|dev|proc|sys|run|var\/(?:lib|cache|log)|opt\/(?:conda|miniconda[^/]*|anaconda[^/]*|mamba|miniforge[^/]*|nvidia|intel|rocm[^/]*|java|hadoop|spark|google|microsoft|cuda)|snap|etc\/(?:ssl\/certs|ca-certificates|alternatives|chromium[^/]*|fonts|apparmor\.d|X11|ImageMagick[^/]*|java[^/]*|perl|php)|nix|srv\/conda|root\/(?:miniconda[^/]*|anaconda[^/]*)|home\/[^/]+\/(?:miniconda[^/]*|anaconda[^/]*))\/)/;
/** Folders of examples, anywhere. */
const EXAMPLES =
  /(?:^|\/)(?:tests?|testing|testdata|test_data|fixtures|examples?|samples?|docs?|documentation|mocks?|__tests__|spec|doc-gen|demo|locale|i18n|\.vscode-server|\.cache\/(?:pip|uv|yarn|pre-commit))\//i;
const LOCK_FILES =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|poetry\.lock|Pipfile\.lock|uv\.lock|composer\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|tokenizer[^/]*\.json|vocab[^/]*\.json|.*\.min\.js|.*\.map)$/i;

/** Whether and how a file is searched for secrets. */
export function secretInterest(path: string, size: number): SecretInterest | undefined {
  if (size < 8 || size > MOST_BYTES.credentials) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const interest = kindOf(path, name);
  if (interest === undefined || size > MOST_BYTES[interest]) return undefined;
  // Made by Debian's ssl-cert package for itself; nobody trusts its certificate.
  if (name === 'ssl-cert-snakeoil.key') return undefined;
  if (PUBLISHED.test(path) || LOCK_FILES.test(name)) return undefined;
  if (SYSTEM.test(path) || EXAMPLES.test(path)) return undefined;
  return interest;
}

function kindOf(path: string, name: string): SecretInterest | undefined {
  if (CREDENTIAL_FILES.has(name) || CREDENTIAL_PATHS.test(path) || CREDENTIAL_NAMES.test(name)) return 'credentials';
  if (SETTINGS.test(name)) return 'settings';
  return CODE.test(name) ? 'code' : undefined;
}
