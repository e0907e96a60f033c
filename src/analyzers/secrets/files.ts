import { fileNameOf } from '../../formats/paths.ts';

/**
 * Which files are read for secrets. Where people put their own, every text is: what is in it decides, and its place only how sure that is.
 * What distributions and package managers put there is published, and an image's hundreds of thousands of such files are passed over;
 * in their folders only files that exist to hold credentials are read, and only where no package owns them.
 */

/** How a file is searched: `text` for known formats only, the others for names with a value too. */
export type SecretInterest = 'credentials' | 'settings' | 'code' | 'text';

/** Bytes of a file that is read. */
export const SECRET_FILE_BYTES = 4 * 1024 * 1024;

const CREDENTIAL_FILES = new Set([
  '.netrc', '_netrc', '.wgetrc', '.curlrc', '.pypirc', '.npmrc', '.yarnrc', '.yarnrc.yml', '.git-credentials', '.gitconfig', '.dockercfg', '.dockerconfigjson', 'kaggle.json', '.pgpass', '.my.cnf', '.s3cfg', '.boto', '.htpasswd', '.condarc', 'pip.conf', '.env', '.envrc', '.flaskenv',
  'application_default_credentials.json', 'credentials.json', 'service_account.json', 'service-account.json', 'client_secret.json', 'secrets.json', 'secrets.yaml', 'secrets.yml', 'secrets.toml', 'credentials.toml', 'credentials.yaml', 'credentials.yml', 'stored_tokens', 'access_tokens.db', 'azureProfile.json', 'accessTokens.json', 'environment',
  '.bash_history', '.zsh_history', '.sh_history', '.python_history', '.psql_history', '.mysql_history', '.node_repl_history', '.bashrc', '.bash_profile', '.profile', '.zshrc', '.zshenv', 'terraform.tfvars', 'terraform.tfstate',
  'id_rsa', 'id_dsa', 'id_ecdsa', 'id_ed25519', 'ssh_host_rsa_key', 'ssh_host_dsa_key', 'ssh_host_ecdsa_key', 'ssh_host_ed25519_key',
]); // biome-ignore format: a list of names
const CREDENTIAL_PATHS =
  /(?:^|\/)(?:\.aws\/(?:credentials|config)|\.docker\/config\.json|\.kube\/config|\.ssh\/(?!known_hosts|authorized_keys)[^/]+|\.git\/config|\.config\/(?:gcloud|gh|pip|kaggle|wandb)\/[^/]+|\.?huggingface\/token|\.cache\/huggingface\/token|wandb\/settings|\.streamlit\/secrets\.toml|\.databrickscfg|\.snowsql\/config|\.jupyter\/[^/]+\.json)$/;
const CREDENTIAL_NAMES =
  /^(?:\.env\..+|.+\.env|.+\.(?:pem|key|ppk|tfvars|kubeconfig|keytab|p8)|.*(?:service[-_]?account|credentials?|secrets?)[^/]*\.(?:json|ya?ml|toml|ini|cfg|env|txt)|(?:.*[._-])?(?:tokens?|secrets?|passwords?|credentials?|api[-_]?keys?)(?:\.txt)?)$/i;
const SETTINGS =
  /\.(?:json|ya?ml|toml|ini|cfg|conf|config|properties|tf|xml)$|^(?:Dockerfile|Containerfile|docker-compose|compose)[^/]*$/i;
const CODE = /\.(?:py|sh|bash|zsh|js|mjs|cjs|ts|rb|go|java|kt|scala|php|pl|r|jl|lua|sql|ps1|rs|c|cc|cpp|cs)$/i;

/** Folders of distributions, package managers, interpreters and compilers: what lies there is published, and their tests are full of keys. */
const PUBLISHED =
  /(?:^|\/)(?:site-packages|dist-packages|node_modules|bower_components|conda-meta|\.git\/(?:objects|logs|hooks)|\.cargo\/registry|\.m2\/repository|pkg\/mod|gems|\.rustup|\.nvm|\.pyenv\/(?:versions|plugins|\.git)|\.julia|vendor|lib\/python\d[\d.]*t?\/test|usr\/(?:local|lib|share)\/go[\d.-]*\/src|google-cloud-sdk\/(?:lib|platform))\//;
const SYSTEM =
  /^(?:(?:usr|lib|lib32|lib64|libx32|bin|sbin|boot|dev|proc|sys|run|var\/(?:lib|cache)|opt\/(?:conda|miniconda[^/]*|anaconda[^/]*|mamba|miniforge[^/]*|nvidia|intel|rocm[^/]*|java|hadoop|spark|google|microsoft|cuda)|snap|etc\/(?:ssl\/certs|ca-certificates|alternatives|chromium[^/]*|fonts|apparmor\.d|X11|ImageMagick[^/]*|java[^/]*|perl|php)|nix|srv\/conda|root\/(?:miniconda[^/]*|anaconda[^/]*)|home\/[^/]+\/(?:miniconda[^/]*|anaconda[^/]*))\/)/;
/** Where applications are put within a distribution's folders: scripts that start them, their settings, what a server serves. */
const APPLICATIONS: readonly RegExp[] = [
  /^usr\/local\/(?:app|src|airflow|bin|sbin|etc)\/|^usr\/src\/app\//,
  /^usr\/(?:local\/)?share\/(?:nginx|apache2|httpd|tomcat\d?\d?|jetty\d?\d?|www|html|webapps?|apps?|jenkins|kibana|elasticsearch|logstash|grafana)\//,
  /^(?:usr\/)?s?bin\/[^/]+\.(?:sh|bash|py|env|json|ya?ml|toml|conf|cfg|ini|properties)$/,
  /^var\/lib\/(?:jenkins|tomcat\d?\d?|grafana|airflow|mlflow|jupyterhub|www|apps?)\//,
  /^opt\/(?:spark|hadoop)\/(?:conf|etc)\//,
];
/** Names of examples and tests, of folders and files: what stands there may be made up, and may be somebody's key all the same. */
const EXAMPLES =
  /(?:^|\/)(?:(?:tests?|testing|testdata|test_data|fixtures|examples?|samples?|docs?|documentation|mocks?|__tests__|spec|doc-gen|demo|locale|i18n)\/|(?:test|example|sample|mock|dummy|demo)[^/]*$|[^/]*[._-](?:test|example|sample|template|dist|spec)(?:\.[^/]*)?$)/i;
/** Caches of downloads. */
const DOWNLOADED = /(?:^|\/)(?:\.vscode-server|\.cache\/(?:pip|uv|yarn|pre-commit))\//;
/** What is data or built by its ending, and no text that anybody wrote. */
const NO_TEXT =
  /\.(?:bin|safetensors|pt|pth|onnx|gguf|h5|npy|npz|pkl|joblib|parquet|arrow|feather|so(?:\.[\d.]+)?|a|o|pyc|class|jar|whl|zip|gz|bz2|xz|zst|tar|tgz|png|jpe?g|gif|webp|ico|svg|ttf|woff2?|mp[34]|wav|flac|ogg|pdf|db|sqlite3?|mo|po|css|less|scss|lock)$/i;
/** What programs wrote: names with values in it are no settings, but a key of a known format is one (in the address of an index, in a bundle's source). */
const GENERATED =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|poetry\.lock|Pipfile\.lock|uv\.lock|composer\.lock|pnpm-lock\.yaml|.*\.min\.js|.*\.(?:js|css)\.map|.*\.log)$/i;
const WORD_LISTS = /^(?:Cargo\.lock|go\.sum|tokenizer[^/]*\.json|vocab[^/]*\.json)$/i;

const isOfSystem = (path: string): boolean => SYSTEM.test(path) && !APPLICATIONS.some((place) => place.test(path));

/** Whether and how a file is searched for secrets, where people put their own files. */
export function secretInterest(path: string, size: number): SecretInterest | undefined {
  if (isOfSystem(path)) return undefined;
  return interestIn(path, size);
}

/** Whether a file of that place is searched at all, by either. */
export const isSearched = (path: string, size: number): boolean =>
  secretInterest(path, size) !== undefined || systemInterest(path, size) !== undefined;

/** The same in the folders of distributions, for files that exist to hold credentials. */
export function systemInterest(path: string, size: number): 'credentials' | undefined {
  return isOfSystem(path) && !SEALED.test(path) && interestIn(path, size) === 'credentials' ? 'credentials' : undefined;
}

/** Whether what stands there may be made up, by the names of folder and file. */
export const isExample = (path: string): boolean => EXAMPLES.test(path.slice(-MOST_OF_PATH));
const MOST_OF_PATH = 1_024;

/** Where a system keeps what is nobody's secret: its own certificates, documents, devices. */
const SEALED =
  /^(?:dev|proc|sys|boot|etc\/(?:ssl\/certs|ca-certificates)|usr\/(?:share|lib\/python3|include|src\/linux)|var\/lib\/(?:dpkg|apt|rpm|ca-certificates))\//;

function interestIn(path: string, size: number): SecretInterest | undefined {
  if (size < 8 || size > SECRET_FILE_BYTES) return undefined;
  const name = fileNameOf(path);
  // Made by Debian's ssl-cert package for itself; nobody trusts its certificate.
  if (name === 'ssl-cert-snakeoil.key') return undefined;
  if (PUBLISHED.test(path) || DOWNLOADED.test(path) || WORD_LISTS.test(name)) return undefined;
  return kindOf(path, name);
}

function kindOf(path: string, name: string): SecretInterest | undefined {
  if (CREDENTIAL_FILES.has(name) || CREDENTIAL_PATHS.test(path) || CREDENTIAL_NAMES.test(name)) return 'credentials';
  if (GENERATED.test(name)) return 'text';
  if (SETTINGS.test(name)) return 'settings';
  if (CODE.test(name)) return 'code';
  return NO_TEXT.test(name) ? undefined : 'text';
}
