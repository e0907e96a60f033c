import type { Severity } from '../model.ts';

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
    pattern: /\b(?:hf_|api_org_)[A-Za-z]{34}\b/g,
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
    id: 'jwt',
    what: 'JSON Web Token',
    severity: 'LOW',
    keywords: ['eyJ'],
    pattern: /\beyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{20,600}/g,
    entropy: 4,
    shown: 3,
  },
  {
    id: 'docker-auth',
    what: 'registry password',
    severity: HIGH,
    keywords: ['"auth"'],
    pattern: /"auth"\s{0,4}:\s{0,4}"(?<secret>[A-Za-z0-9+/]{8,4000}={0,2})"/g,
    context: /"auths"\s*:/,
  },
  {
    id: 'netrc-password',
    what: 'password for a host',
    severity: HIGH,
    keywords: ['machine '],
    pattern: /\bmachine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+(?<secret>\S{6,400})/g,
  },
  {
    id: 'pypirc-password',
    what: 'password for a package index',
    severity: HIGH,
    keywords: ['password'],
    pattern: /^\s{0,4}password\s{0,4}[=:]\s{0,4}(?<secret>[^\s%$<]{6,400})\s*$/gm,
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

/** A name, then `=` or `:`, then a value in quotes: reported only where the value looks random. */
export const ASSIGNMENT_RULE: SecretRule = {
  id: 'assigned',
  what: 'secret',
  severity: 'MEDIUM',
  keywords: ['key', 'KEY', 'Key', 'token', 'TOKEN', 'Token', 'secret', 'SECRET', 'Secret', 'passw', 'PASSW', 'Passw'],
  pattern:
    /(?<![A-Za-z])(?:[A-Za-z0-9]{1,30}[_.-]){0,4}(?:api_?key|apikey|secret(?:_?key)?|access_?(?:key|token)|auth_?token|token|passwd|password|client_?secret|private_?key)["'\]]{0,2}\s{0,4}(?:=|:|=>)\s{0,4}["'](?<secret>[^"'\s$<>{}()]{16,200})["']/gi,
  entropy: 3.7,
};

/** The same in files whose values stand without quotes: `.env`, shell, properties. */
export const BARE_ASSIGNMENT_RULE: SecretRule = {
  ...ASSIGNMENT_RULE,
  pattern:
    /^\s{0,8}(?:export\s{1,4}|ENV\s{1,4}|ARG\s{1,4})?(?:[A-Za-z0-9]{1,30}_){0,6}(?:API_?KEY|SECRET(?:_?KEY)?|ACCESS_?(?:KEY|TOKEN)|AUTH_?TOKEN|TOKEN|PASSWD|PASSWORD|CLIENT_?SECRET|PRIVATE_?KEY)\s{0,2}=\s{0,2}["']?(?<secret>[^"'\s$<>{}()]{8,200})["']?\s*$/gim,
  entropy: 2.8,
};

/** Values that stand for a secret instead of being one. */
export const PLACEHOLDER =
  /example|sample|dummy|placeholder|change_?-?me|changeit|your|xxxx|\*\*\*|\.\.\.|fake|insert|replace|redacted|removed|hidden|todo|foobar|foo:bar|^test|test_?key|_test_|mysecret|my[_-]?(?:token|password|key|secret)|s3cr3t|hunter2|password|passwd|secret|p4ssw0rd|letmein|qwerty|12345678|abcdefgh|deadbeef|0{8}|1{8}|undefined|null|none$|^true$|^false$|getenv|environ|process\.env|^\/|^https?:|^file:|lorem/i;
