import type { SecretRule } from './rules.ts';

/** `id`, what it is, how it begins (several with blanks between), and the whole. */
type Prefixed = readonly [id: string, what: string, begins: string, pattern: RegExp, severity?: SecretRule['severity']];

/**
 * Keys that begin with a word of their service, as far as their forms are known: not every length and alphabet was held to a document of the service; most kinds are listed at
 * https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns
 */
const PREFIXED: readonly Prefixed[] = [
  ['1password-token', '1Password service account token', 'ops_eyJ', /\bops_eyJ[A-Za-z0-9+/]{250,2000}={0,3}/g],
  ['age-key', 'age secret key', 'AGE-SECRET-KEY-1', /\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b/g],
  ['alibaba-key', 'Alibaba Cloud access key', 'LTAI', /(?<![A-Za-z0-9+/=_-])LTAI[A-Za-z0-9]{17,21}(?![A-Za-z0-9+/=_-])/g, 'MEDIUM'],
  ['artifactory-key', 'JFrog API key', 'AKCp', /\bAKCp[A-Za-z0-9]{69}\b/g],
  ['atlassian-token', 'Atlassian API token', 'ATATT3', /\bATATT3[A-Za-z0-9_=-]{180,200}/g],
  ['brevo-key', 'Brevo API key', 'xkeysib-', /\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b/g],
  ['doppler-token', 'Doppler token', 'dp.pt. dp.st. dp.ct. dp.scim. dp.audit.', /\bdp\.(?:pt|st|ct|scim|audit)\.[A-Za-z0-9_.-]{40,80}/g],
  ['dropbox-token', 'Dropbox access token', 'sl.B sl.u.', /(?<![\w.])sl\.(?:u\.)?[A-Za-z0-9_-]{130,1500}/g],
  ['dynatrace-token', 'Dynatrace token', 'dt0c0 dt0s0', /\bdt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b/g],
  ['fly-token', 'Fly.io token', 'FlyV1', /\bFlyV1 fm[12][a-z]?_[A-Za-z0-9+/=_,-]{100,4000}/g],
  ['grafana-token', 'Grafana token', 'glsa_ glc_', /\b(?:glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2})/g],
  ['heroku-key', 'Heroku API key', 'HRKU-', /\bHRKU-AA[A-Za-z0-9_-]{58}(?![\w-])/g],
  ['langfuse-key', 'Langfuse secret key', 'sk-lf-', /\bsk-lf-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}\b/g],
  ['linear-key', 'Linear API key', 'lin_api_', /\blin_api_[A-Za-z0-9]{40}\b/g],
  ['newrelic-key', 'New Relic user key', 'NRAK-', /\bNRAK-[A-Z0-9]{27}\b/g],
  ['notion-token', 'Notion token', 'ntn_', /\bntn_\d{11}[A-Za-z0-9]{35}\b/g],
  ['openrouter-key', 'OpenRouter key', 'sk-or-v1-', /\bsk-or-v1-[a-f0-9]{64}\b/g],
  ['openshift-token', 'OpenShift token', 'sha256~', /\bsha256~[A-Za-z0-9_-]{43}(?![\w-])/g],
  ['perplexity-key', 'Perplexity key', 'pplx-', /\bpplx-[A-Za-z0-9]{48}\b/g],
  ['planetscale-token', 'PlanetScale token', 'pscale_', /\bpscale_(?:tkn|oauth|pw)_[A-Za-z0-9=.\-_]{32,64}/g],
  ['postman-key', 'Postman API key', 'PMAK-', /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/g],
  ['prefect-key', 'Prefect API key', 'pnu_ pnb_', /\bpn[ub]_[A-Za-z0-9]{36}\b/g],
  ['pulumi-token', 'Pulumi token', 'pul-', /\bpul-[a-f0-9]{40}\b/g],
  ['rubygems-key', 'RubyGems API key', 'rubygems_', /\brubygems_[a-f0-9]{48}\b/g],
  ['runpod-key', 'RunPod API key', 'rpa_', /\brpa_[A-Z0-9]{40}[A-Za-z0-9]{2,8}\b/g],
  ['sentry-token', 'Sentry token', 'sntryu_ sntrys_', /\bsntry(?:u_[a-f0-9]{64}|s_eyJ[A-Za-z0-9+/=_]{80,400})/g],
  ['shopify-token', 'Shopify token', 'shpat_ shpca_ shppa_ shpss_', /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/g],
  ['sourcegraph-token', 'Sourcegraph token', 'sgp_', /\bsgp_(?:(?:[a-f0-9]{16}|local)_)?[a-f0-9]{40}\b/g],
  ['square-token', 'Square access token', 'EAAA', /(?<![A-Za-z0-9+/_-])EAAA[A-Za-z0-9_-]{60}(?![A-Za-z0-9+/_=-])/g, 'MEDIUM'],
  ['supabase-token', 'Supabase token', 'sbp_', /\bsbp_[a-f0-9]{40}\b/g],
  ['tailscale-key', 'Tailscale key', 'tskey-', /\btskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,20}CNTRL-[A-Za-z0-9]{20,40}\b/g],
  ['tavily-key', 'Tavily key', 'tvly-', /\btvly-(?:dev-|prod-)?[A-Za-z0-9]{32}\b/g],
  ['terraform-token', 'HCP Terraform token', '.atlasv1.', /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9=_-]{60,70}/g],
  ['vercel-token', 'Vercel Blob token', 'vercel_blob_rw_', /\bvercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30}\b/g],
]; // biome-ignore format: a table

/** Keys that only the name before them tells, in files whose names with a value are not searched otherwise (notes, logs, exports of an environment). */
const NAMED: readonly SecretRule[] = [
  {
    id: 'service-key',
    what: 'key of a service',
    severity: 'MEDIUM',
    keywords: ['_KEY', '_TOKEN', '_SECRET'],
    pattern:
      /(?<![A-Z0-9_])[A-Z][A-Z0-9]{1,20}(?:_[A-Z0-9]{1,20}){0,3}_(?:API_KEY|API_TOKEN|ACCESS_TOKEN|AUTH_TOKEN|USER_TOKEN|TOKEN_SECRET|SECRET_KEY|CLIENT_SECRET)=(?<secret>[A-Za-z0-9+/_~.-]{20,400}={0,2})(?![^\s"';&|])/g,
    entropy: 3.2,
  },
  {
    id: 'twilio-key',
    what: 'Twilio API key',
    severity: 'MEDIUM',
    keywords: ['TWILIO', 'twilio', 'Twilio'],
    pattern: /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])/g,
    entropy: 3,
    shown: 2,
  },
  {
    id: 'mailgun-key',
    what: 'Mailgun key',
    severity: 'HIGH',
    keywords: ['mailgun', 'MAILGUN', 'Mailgun'],
    pattern: /(?<![A-Za-z0-9-])key-[0-9a-f]{32}(?![A-Za-z0-9])/g,
    entropy: 3,
    shown: 4,
  },
  {
    id: 'mailchimp-key',
    what: 'Mailchimp key',
    severity: 'HIGH',
    keywords: ['mailchimp', 'MAILCHIMP', 'Mailchimp'],
    pattern: /(?<![A-Za-z0-9])[0-9a-f]{32}-us\d{1,2}(?![A-Za-z0-9])/g,
    entropy: 3,
  },
  {
    id: 'teams-webhook',
    what: 'Microsoft Teams webhook',
    severity: 'MEDIUM',
    keywords: ['.webhook.office.com/'],
    pattern:
      /https:\/\/[a-z0-9-]{1,60}\.webhook\.office\.com\/webhookb2\/(?<secret>[a-f0-9-]{36}@[a-f0-9-]{36}\/IncomingWebhook\/[a-f0-9]{32}\/[a-f0-9-]{36})/g,
  },
  {
    id: 'azure-shared-access',
    what: 'Azure shared access signature',
    severity: 'HIGH',
    keywords: ['&sig=', '?sig='],
    // With the version of the service and an end: the shape of a signature that somebody was given. https://learn.microsoft.com/rest/api/storageservices/create-service-sas
    pattern: /[?&]sv=20\d\d-\d\d-\d\d&[A-Za-z0-9%:&=._-]{1,300}&sig=(?<secret>[A-Za-z0-9%+/]{40,80}(?:=|%3D)?)/g,
    entropy: 4,
  },
  {
    id: 'neptune-token',
    what: 'Neptune API token',
    severity: 'HIGH',
    keywords: ['eyJhcGlfYWRkcmVzcyI6'],
    pattern: /(?<![A-Za-z0-9+/])eyJhcGlfYWRkcmVzcyI6[A-Za-z0-9+/]{60,400}={0,2}/g,
    entropy: 4,
  },
  {
    id: 'modal-token',
    what: 'Modal token',
    severity: 'HIGH',
    keywords: ['token_secret', 'TOKEN_SECRET'],
    pattern: /token_secret["']?\s{0,4}[=:]\s{0,4}["']?(?<secret>as-[A-Za-z0-9]{22})(?![\w-])/gi,
    entropy: 3.2,
    shown: 3,
  },
  {
    id: 'pgpass-password',
    what: 'password for a database',
    severity: 'HIGH',
    keywords: [':5432:', ':*:'],
    // Five fields and nothing else. https://www.postgresql.org/docs/current/libpq-pgpass.html
    pattern: /^[A-Za-z0-9*][\w.*-]{0,200}:(?:5432|\*):[\w.*-]{1,100}:[\w.*@-]{1,100}:(?<secret>[^\s:]{6,200})$/gm,
    entropy: 2.5,
  },
  {
    id: 'password-on-command-line',
    what: 'password on a command line',
    severity: 'MEDIUM',
    keywords: ['mysql', 'mariadb', 'wandb login', 'sshpass', ' login', 'curl', 'wget', 'twine upload'],
    pattern:
      /\b(?:(?:mysql|mysqldump|mariadb)[^\n|;&]{0,200}?\s-p(?=[A-Za-z0-9])|wandb login (?:--relogin )?(?=[a-f0-9]{40}\b)|sshpass -p\s{0,2}["']?|(?:(?:docker|podman|buildah|skopeo|oras|registry|az|oc) login|twine upload|wget)[^\n|;&]{0,200}?\s(?:-p|--(?:http-)?password|--token)[ =]["']?|curl[^\n|;&]{0,200}?\s(?:-u|--user)[ =]?["']?[^\s"'$<>{}:]{1,80}:)(?<secret>[^\s"'$<>{}|;&]{8,200})/g,
    entropy: 2.8,
  },
];

/** Keys of services, by how they begin or by the name before them. */
export const SERVICE_RULES: readonly SecretRule[] = [
  ...PREFIXED.map(([id, what, begins, pattern, severity = 'HIGH']) => ({
    id,
    what,
    severity,
    keywords: begins.split(' '),
    pattern,
    entropy: 3.2,
    shown: Math.min(begins.split(' ', 1)[0]!.trim().length, 8),
  })),
  ...NAMED,
];
