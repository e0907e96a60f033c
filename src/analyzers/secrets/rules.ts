// Long because it is data: a rule for each kind of secret.
import type { Severity } from '../../model.ts';

/** How one kind of secret looks. Data only; `findSecrets` reads it. */
export interface SecretRule {
  /** Stable id, `secret-` is put before it. */
  readonly id: string;
  readonly what: string;
  readonly severity: Severity;
  /** One of these has to occur in the text, as it stands, before the pattern is tried. */
  readonly keywords: readonly string[];
  /** Global; the secret is the group `secret`, or the whole match. Must not backtrack. */
  readonly pattern: RegExp;
  /** Bits of entropy per character that the secret has at least. */
  readonly entropy?: number;
  /** Characters at its beginning that name its kind and may be shown. */
  readonly shown?: number;
  /** Only where the whole text matches too. */
  readonly context?: RegExp;
}

const HIGH = 'HIGH';

/** Formats as their issuers document them, most of them listed at https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns */
export const SECRET_RULES: readonly SecretRule[] = [
  {
    id: 'aws-access-key',
    what: 'AWS access key',
    severity: HIGH,
    keywords: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g,
    entropy: 3,
    shown: 4,
  },
  {
    id: 'aws-secret-key',
    what: 'AWS secret key',
    severity: 'CRITICAL',
    keywords: ['secret', 'SECRET'],
    pattern:
      /aws_?secret_?(?:access_?)?key["']?\s{0,4}[:=]\s{0,4}["']?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    entropy: 4.2,
  },
  {
    id: 'google-api-key',
    what: 'Google API key',
    severity: 'MEDIUM',
    keywords: ['AIza'],
    pattern: /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g,
    entropy: 4,
    shown: 4,
  },
  {
    id: 'google-oauth-secret',
    what: 'Google OAuth client secret',
    severity: HIGH,
    keywords: ['GOCSPX-'],
    pattern: /\bGOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/g,
    shown: 7,
  },
  {
    id: 'gcp-service-account',
    what: 'Google Cloud service account key',
    severity: 'CRITICAL',
    keywords: ['service_account'],
    pattern:
      /"private_key"\s{0,4}:\s{0,4}"(?<secret>-----BEGIN (?:RSA )?PRIVATE KEY-----\\n[A-Za-z0-9+/=\\]{200,8000})/g,
    context: /"type"\s*:\s*"service_account"/,
  },
  {
    id: 'azure-storage-key',
    what: 'Azure storage account key',
    severity: 'CRITICAL',
    keywords: ['AccountKey='],
    pattern: /AccountKey=(?<secret>[A-Za-z0-9+/]{86}==)/g,
    entropy: 4.5,
  },
  {
    id: 'azure-client-secret',
    what: 'Azure client secret',
    severity: HIGH,
    keywords: ['Q~'],
    pattern: /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/g,
    entropy: 3.8,
  },
  {
    id: 'huggingface-token',
    what: 'Hugging Face token',
    severity: HIGH,
    keywords: ['hf_', 'api_org_'],
    pattern: /\b(?:hf_|api_org_)[A-Za-z0-9]{34,40}\b/g,
    entropy: 3.5,
    shown: 3,
  },
  {
    id: 'openai-key',
    what: 'OpenAI key',
    severity: HIGH,
    keywords: ['T3BlbkFJ', 'sk-proj-', 'sk-svcacct-', 'sk-admin-'],
    pattern:
      /\bsk-(?:[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,200})(?![A-Za-z0-9_-])/g,
    entropy: 4,
    shown: 3,
  },
  {
    id: 'openai-key',
    what: 'OpenAI-style key',
    severity: HIGH,
    keywords: ['sk-'],
    pattern: /(?<![A-Za-z0-9_-])sk-[A-Za-z0-9]{48}(?![A-Za-z0-9_-])/g,
    entropy: 4.3,
    shown: 3,
  },
  {
    id: 'anthropic-key',
    what: 'Anthropic key',
    severity: HIGH,
    keywords: ['sk-ant-'],
    pattern: /\bsk-ant-(?:api03|admin01|oat01)-[A-Za-z0-9_-]{80,120}/g,
    entropy: 4,
    shown: 7,
  },
  {
    id: 'wandb-key',
    what: 'Weights & Biases key',
    severity: HIGH,
    keywords: ['wandb', 'WANDB'],
    pattern:
      /(?:WANDB_API_KEY["']?\s{0,4}[:=,]\s{0,4}["']?|wandb\.login\(\s{0,4}(?:key\s{0,2}=\s{0,2})?["']|machine api\.wandb\.ai\s+login \S{1,40}\s+password\s+)(?<secret>[0-9a-f]{40})\b/g,
    entropy: 3,
  },
  {
    id: 'wandb-key',
    what: 'Weights & Biases key',
    severity: HIGH,
    keywords: ['wandb_v1_'],
    pattern: /\bwandb_v1_[A-Za-z0-9_]{60,100}/g,
    entropy: 4,
    shown: 9,
  },
  {
    id: 'github-token',
    what: 'GitHub token',
    severity: 'CRITICAL',
    keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /\bgh[pousr]_[A-Za-z0-9]{36}\b/g,
    entropy: 3.5,
    shown: 4,
  },
  {
    id: 'github-token',
    what: 'GitHub fine-grained token',
    severity: 'CRITICAL',
    keywords: ['github_pat_'],
    pattern: /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/g,
    entropy: 4,
    shown: 11,
  },
  {
    id: 'gitlab-token',
    what: 'GitLab token',
    severity: HIGH,
    keywords: ['glpat-', 'gldt-', 'glrt-', 'glptt-'],
    pattern: /\bgl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{20,60}(?![A-Za-z0-9_-])/g,
    entropy: 3.5,
    shown: 6,
  },
  {
    id: 'slack-token',
    what: 'Slack token',
    severity: HIGH,
    keywords: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxs-', 'xoxe'],
    pattern: /\bxox[bpas]-[0-9]{10,13}-[0-9A-Za-z-]{20,80}/g,
    entropy: 3.3,
    shown: 5,
  },
  {
    id: 'slack-webhook',
    what: 'Slack webhook',
    severity: 'MEDIUM',
    keywords: ['hooks.slack.com/services/'],
    pattern: /hooks\.slack\.com\/services\/(?<secret>T[A-Z0-9]{8,11}\/B[A-Z0-9]{8,11}\/[A-Za-z0-9]{23,25})\b/g,
    entropy: 3.5,
  },
  {
    id: 'stripe-key',
    what: 'Stripe live key',
    severity: 'CRITICAL',
    keywords: ['_live_'],
    pattern: /\b[sr]k_live_[A-Za-z0-9]{24,120}\b/g,
    entropy: 3.5,
    shown: 8,
  },
  {
    id: 'npm-token',
    what: 'npm token',
    severity: HIGH,
    keywords: ['npm_'],
    pattern: /\bnpm_[A-Za-z0-9]{36}\b/g,
    entropy: 3.5,
    shown: 4,
  },
  {
    id: 'npm-token',
    what: 'npm registry token',
    severity: HIGH,
    keywords: ['_authToken', '_auth', '_password'],
    pattern: /:_(?:authToken|auth|password)\s{0,2}=\s{0,2}["']?(?<secret>[A-Za-z0-9+/=_.-]{16,400})/g,
    entropy: 3.2,
  },
  {
    id: 'pypi-token',
    what: 'PyPI token',
    severity: 'CRITICAL',
    keywords: ['pypi-AgE'],
    pattern: /\bpypi-AgE[A-Za-z0-9_-]{50,400}/g,
    entropy: 4,
    shown: 5,
  },
  {
    id: 'sendgrid-key',
    what: 'SendGrid key',
    severity: HIGH,
    keywords: ['SG.'],
    pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g,
    entropy: 4,
    shown: 3,
  },
  {
    id: 'telegram-token',
    what: 'Telegram bot token',
    severity: 'MEDIUM',
    keywords: [':AA'],
    pattern: /\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g,
    entropy: 4,
  },
  {
    id: 'discord-webhook',
    what: 'Discord webhook',
    severity: 'MEDIUM',
    keywords: ['/api/webhooks/'],
    pattern: /discord(?:app)?\.com\/api\/webhooks\/(?<secret>[0-9]{17,20}\/[A-Za-z0-9_-]{60,80})/g,
    entropy: 4,
  },
  {
    id: 'digitalocean-token',
    what: 'DigitalOcean token',
    severity: HIGH,
    keywords: ['dop_v1_', 'doo_v1_'],
    pattern: /\bdo[op]_v1_[a-f0-9]{64}\b/g,
    entropy: 3,
    shown: 7,
  },
  {
    id: 'docker-token',
    what: 'Docker Hub token',
    severity: HIGH,
    keywords: ['dckr_pat_', 'dckr_oat_'],
    pattern: /\bdckr_[po]at_[A-Za-z0-9_-]{27,40}/g,
    entropy: 3.5,
    shown: 9,
  },
  {
    id: 'databricks-token',
    what: 'Databricks token',
    severity: HIGH,
    keywords: ['dapi'],
    pattern: /\bdapi[a-f0-9]{32}(?:-[0-9])?\b/g,
    entropy: 3,
    shown: 4,
  },
  {
    id: 'replicate-token',
    what: 'Replicate token',
    severity: HIGH,
    keywords: ['r8_'],
    pattern: /\br8_[A-Za-z0-9]{37}\b/g,
    entropy: 3.8,
    shown: 3,
  },
  {
    id: 'groq-key',
    what: 'Groq key',
    severity: HIGH,
    keywords: ['gsk_'],
    pattern: /\bgsk_[A-Za-z0-9]{52}\b/g,
    entropy: 4,
    shown: 4,
  },
  {
    id: 'nvidia-key',
    what: 'NVIDIA API key',
    severity: HIGH,
    keywords: ['nvapi-'],
    pattern: /\bnvapi-[A-Za-z0-9_-]{60,70}(?![A-Za-z0-9_-])/g,
    entropy: 4,
    shown: 6,
  },
  {
    id: 'langsmith-key',
    what: 'LangSmith key',
    severity: HIGH,
    keywords: ['lsv2_'],
    pattern: /\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\b/g,
    entropy: 3,
    shown: 8,
  },
  {
    id: 'pinecone-key',
    what: 'Pinecone key',
    severity: HIGH,
    keywords: ['pcsk_'],
    pattern: /\bpcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{60,70}\b/g,
    entropy: 4,
    shown: 5,
  },
  {
    id: 'xai-key',
    what: 'xAI key',
    severity: HIGH,
    keywords: ['xai-'],
    pattern: /\bxai-[A-Za-z0-9]{80}\b/g,
    entropy: 4,
    shown: 4,
  },
  {
    id: 'kaggle-key',
    what: 'Kaggle key',
    severity: HIGH,
    keywords: ['kaggle', 'KAGGLE', '"key"'],
    pattern:
      /(?:KAGGLE_KEY["'\]]{0,2}\s{0,4}[:=]\s{0,4}["']?|"username"\s{0,4}:\s{0,4}"[^"]{1,60}"\s{0,4},\s{0,4}"key"\s{0,4}:\s{0,4}")(?<secret>[0-9a-f]{32})\b/g,
    entropy: 3,
  },
  {
    id: 'vault-token',
    what: 'HashiCorp Vault token',
    severity: HIGH,
    keywords: ['hvs.', 'hvb.'],
    pattern: /\bhv[sb]\.[A-Za-z0-9_-]{90,200}/g,
    entropy: 4,
    shown: 4,
  },
  {
    id: 'private-key',
    what: 'private key',
    severity: HIGH,
    keywords: ['PRIVATE KEY'],
    pattern:
      /-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----(?<secret>(?:\s|\\n|\\r)(?:[A-Za-z0-9+/=:.,() \t\r\n]|-(?!-)|\\n|\\r){100,20000}?)-----END /g,
  },
  {
    id: 'azure-token',
    what: 'Microsoft access token',
    severity: HIGH,
    keywords: ['eyJ'],
    pattern: /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{20,2000}/g,
    entropy: 4,
    shown: 3,
    // Its issuer, as it stands or inside the token: the name in Base64, at each of the three alignments.
    context:
      /sts\.windows\.net|login\.microsoftonline|c3RzLndpbmRvd3Mubm|N0cy53aW5kb3dzLm5l|zdHMud2luZG93cy5uZ|bG9naW4ubWljcm9zb2Z0b25saW|xvZ2luLm1pY3Jvc29mdG9ubGlu|sb2dpbi5taWNyb3NvZnRvbmxpb/,
  },
  {
    id: 'azure-refresh-token',
    what: 'Microsoft refresh token',
    severity: HIGH,
    keywords: ['efresh'],
    pattern:
      /["']?refresh_?[tT]oken["']?\s{0,4}[:=]\s{0,4}["'](?<secret>[01]\.A[A-Za-z0-9_-]{20,400}(?:\.[A-Za-z0-9_-]{20,4000}){0,2})["']/g,
    entropy: 4,
    shown: 2,
  },
  {
    id: 'conda-token',
    what: 'conda channel token',
    severity: HIGH,
    keywords: ['/t/'],
    // Not a topic of a forum: `discuss.example/t/how-to-do-this/1234`. Tokens have digits throughout, and a channel behind them.
    pattern:
      /https?:\/\/[^\s/"'<>{}$]{3,200}(?:\/[\w.-]{1,60}){0,4}\/t\/(?<secret>(?=(?:[A-Za-z_-]{0,60}\d){4})[A-Za-z0-9_-]{16,128})(?!\/\d+(?:[^\w-]|$))(?:\/|["'\s]|$)/g,
    entropy: 3,
  },
  {
    id: 'jwt',
    what: 'JSON Web Token',
    severity: 'LOW',
    keywords: ['eyJ'],
    pattern: /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{20,2000}/g,
    entropy: 4,
    shown: 3,
  },
  {
    id: 'docker-auth',
    what: 'registry password',
    severity: HIGH,
    keywords: ['"auth"'],
    pattern: /"auth"\s{0,4}:\s{0,4}"(?<secret>[A-Za-z0-9+/]{8,4000}={0,2})"/g,
    // Its own key in `config.json`; a registry's name before the account in `.dockercfg`, as Docker before 1.7 wrote it.
    context: /"auths"\s*:|^\s*\{\s*"[\w.:/-]{3,200}"\s*:\s*\{[^{}]{0,400}"auth"\s*:/,
  },
  {
    id: 'netrc-password',
    what: 'password for a host',
    severity: HIGH,
    keywords: ['machine ', 'default'],
    // https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html
    pattern:
      /\b(?:machine\s{1,20}\S{1,200}|default)\s{1,20}login\s{1,20}\S{1,200}\s{1,20}(?:account\s{1,20}\S{1,200}\s{1,20})?password\s{1,20}(?<secret>[^\s%$<{]\S{5,400})/g,
  },
  {
    id: 'pypirc-password',
    what: 'password for a package index',
    severity: HIGH,
    keywords: ['password'],
    pattern: /^\s{0,4}password\s{0,4}[=:]\s{0,4}(?<secret>[^\s%$<{]{6,400})\s*$/gm,
    context: /^[ \t]*\[(?:distutils|pypi|testpypi|server-login)\]/m,
  },
  {
    id: 'url-password',
    what: 'password in an address',
    severity: 'MEDIUM',
    keywords: ['://'],
    pattern:
      /\b(?:https?|ftp|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?|rediss):\/\/[^\s:@/"'<>{}$%]{1,80}:(?<secret>[^\s:@/"'<>{}$%*]{4,200})@[a-z0-9][a-z0-9.-]{2,120}/gi,
    entropy: 2.5,
  },
];
