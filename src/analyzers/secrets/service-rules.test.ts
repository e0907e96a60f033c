// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are those of a shell
import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { random } from '../../../test/random-text.ts';
import { findSecrets } from './search.ts';
import { SERVICE_RULES } from './service-rules.ts';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const MIXED = `${UPPER}abcdefghijklmnopqrstuvwxyz`;
const HEX = '0123456789abcdef';
const uuid = [8, 4, 4, 4, 12].map((length) => random(length, HEX)).join('-');

/** One key of each service, with the length and the alphabet that its rule takes for the service's; made here, none of them real. */
const KEYS: readonly (readonly [rule: string, key: string])[] = [
  ['1password-token', `ops_eyJ${random(300, MIXED)}`],
  ['age-key', `AGE-SECRET-KEY-1${random(58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}`],
  ['alibaba-key', `LTAI${random(20, MIXED)}`],
  ['artifactory-key', `AKCp${random(69, MIXED)}`],
  ['atlassian-token', `ATATT3${random(180, MIXED)}=${random(8, UPPER)}`],
  ['brevo-key', `xkeysib-${random(64, HEX)}-${random(16, MIXED)}`],
  ['doppler-token', `dp.pt.${random(43, MIXED)}`],
  ['dropbox-token', `sl.B${random(140, MIXED)}`],
  ['dynatrace-token', `dt0c01.${random(24, UPPER)}.${random(64, UPPER)}`],
  ['fly-token', `FlyV1 fm2_${random(200, MIXED)}`],
  ['grafana-token', `glsa_${random(32, MIXED)}_${random(8, HEX)}`],
  ['heroku-key', `HRKU-AA${random(58, MIXED)}`],
  ['langfuse-key', `sk-lf-${uuid}`],
  ['linear-key', `lin_api_${random(40, MIXED)}`],
  ['newrelic-key', `NRAK-${random(27, UPPER)}`],
  ['notion-token', `ntn_${random(11, '0123456789')}${random(35, MIXED)}`],
  ['openrouter-key', `sk-or-v1-${random(64, HEX)}`],
  ['openshift-token', `sha256~${random(43, MIXED)}`],
  ['perplexity-key', `pplx-${random(48, MIXED)}`],
  ['planetscale-token', `pscale_tkn_${random(43, MIXED)}`],
  ['postman-key', `PMAK-${random(24, HEX)}-${random(34, HEX)}`],
  ['prefect-key', `pnu_${random(36, MIXED)}`],
  ['pulumi-token', `pul-${random(40, HEX)}`],
  ['rubygems-key', `rubygems_${random(48, HEX)}`],
  ['runpod-key', `rpa_${random(46, UPPER)}`],
  ['sentry-token', `sntryu_${random(64, HEX)}`],
  ['shopify-token', `shpat_${random(32, HEX)}`],
  ['sourcegraph-token', `sgp_${random(16, HEX)}_${random(40, HEX)}`],
  ['square-token', `EAAA${random(60, MIXED)}`],
  ['supabase-token', `sbp_${random(40, HEX)}`],
  ['tailscale-key', `tskey-auth-${random(12, MIXED)}CNTRL-${random(32, MIXED)}`],
  ['tavily-key', `tvly-${random(32, MIXED)}`],
  ['terraform-token', `${random(14, MIXED)}.atlasv1.${random(67, MIXED)}`],
  ['vercel-token', `vercel_blob_rw_${random(16, MIXED)}_${random(30, MIXED)}`],
  ['service-key', `ELEVENLABS_API_KEY=sk_${random(48, HEX)}`],
  ['service-key', `MISTRAL_API_KEY=${random(32, MIXED)}`],
  ['twilio-key', `twilio: SK${random(32, HEX)}`],
  ['mailgun-key', `mailgun key-${random(32, HEX)}`],
  ['mailchimp-key', `mailchimp ${random(32, HEX)}-us12`],
  ['teams-webhook', `https://acme.webhook.office.com/webhookb2/${uuid}@${uuid}/IncomingWebhook/${random(32, HEX)}/${uuid}`],
  ['azure-shared-access', `https://store.blob.core.windows.net/m?sv=2022-11-02&sp=rl&se=2030-01-01T00:00:00Z&sig=${random(43, MIXED)}%3D`],
  ['neptune-token', `eyJhcGlfYWRkcmVzcyI6${random(150, MIXED)}`],
  ['modal-token', `token_secret = "as-${random(22, MIXED)}"`],
  ['pgpass-password', `db.prod:5432:app:svc:${random(16, MIXED)}`],
  ['password-on-command-line', `: 1690000000:0;mysql -u root -p${random(16, MIXED)} -h db.prod`],
  ['password-on-command-line', `RUN curl -u ci:${random(16, MIXED)} https://nexus.example.com/x`],
  ['password-on-command-line', `curl -fsSL --user "ci:${random(16, MIXED)}" https://nexus.example.com/x`],
  ['password-on-command-line', `podman login -u ci -p ${random(16, MIXED)} quay.example.com`],
  ['password-on-command-line', `wget -q --user=ci --password=${random(16, MIXED)} https://x.example.com/y`],
  ['password-on-command-line', `wandb login ${random(40, HEX)}`],
]; // biome-ignore format: a table

describe('keys of services', () => {
  it.each(KEYS)('%s is found and masked in any text', (rule, key) => {
    const [actual, ...more] = findSecrets(`a note\n${key}\nand more\n`);
    expect([actual?.rule, actual?.line, more]).toEqual([`secret-${rule}`, 2, []]);
    expect(key).not.toContain(actual?.masked);
  });

  it('have a key for each rule', () =>
    expect(new Set(KEYS.map(([rule]) => rule))).toEqual(new Set(SERVICE_RULES.map(({ id }) => id))));

  it.each([
    'DEEPSEEK_API_KEY=your-api-key-goes-in-here',
    'COHERE_API_KEY=${COHERE_API_KEY}',
    'HF_ACCESS_TOKEN=/run/secrets/hugging_face_token',
    'MY_CLIENT_SECRET=some-words-joined-by-hyphens',
    'mysql -u root -p"$MYSQL_ROOT_PASSWORD" app',
    'mysql --protocol=tcp -h db-production-server',
    'docker login --password-stdin ghcr.io',
    'curl -u "$USER:$PASSWORD" https://nexus.example.com/x',
    'curl -u ci: https://nexus.example.com/x',
    'wget -p https://example.org/index.html',
    'main.c:543:12:warning:unused-variable',
    'https://example.org/page?sv=1&sig=abc',
    `"integrity": "sha512-${random(20, MIXED)}LTAI${random(20, MIXED)}/${random(40, MIXED)}=="`,
    `xlink: dp.position.${random(40, 'abcdef')}`,
    'sha256~short',
  ])('is none: %s', (text) => expect(findSecrets(text)).toEqual([]));

  it('are looked for in time in line with the text', () => {
    const texts = [
      'mysql -',
      'A_API_KEY=',
      '?sv=2022-11-02&sig=',
      'x:5432:',
      'docker login ',
      'curl -u ',
      'wget -p',
      'mailgun key-',
    ];
    for (const text of texts)
      expect(
        growth((size) => findSecrets(text.repeat(size / text.length)), 100_000),
        text,
      ).toBeLessThan(IN_PROPORTION);
  });
});
