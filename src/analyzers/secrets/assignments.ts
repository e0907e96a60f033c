import type { SecretRule } from './rules.ts';

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
