import type { SecretRule } from './rules.ts';

/** A name, then `=` or `:`, then a value in quotes: reported only where the value looks random. */
export const ASSIGNMENT_RULE: SecretRule = {
  id: 'assigned',
  what: 'secret',
  severity: 'MEDIUM',
  keywords: ['key', 'KEY', 'Key', 'token', 'TOKEN', 'Token', 'secret', 'SECRET', 'Secret', 'passw', 'PASSW', 'Passw'],
  pattern:
    /(?<![A-Za-z])(?:[A-Za-z0-9]{1,30}[_.-]){0,4}(?:api_?key|apikey|secret(?:_?key)?|access_?(?:key|token)|auth_?token|token(?:_?secret)?|passwd|password|client_?secret|private_?key)["'\]]{0,2}\s{0,4}(?:=|:|=>)\s{0,4}["'](?<secret>[^"'\s$<>{}()]{16,200})["']/gi,
  entropy: 3.7,
};

/** The same in files whose values stand without quotes: `.env`, shell, properties. */
export const BARE_ASSIGNMENT_RULE: SecretRule = {
  ...ASSIGNMENT_RULE,
  pattern:
    /^\s{0,8}(?:export\s{1,4}|ENV\s{1,4}|ARG\s{1,4})?(?:[A-Za-z0-9]{1,30}_){0,6}(?:API_?KEY|SECRET(?:_?KEY)?|ACCESS_?(?:KEY|TOKEN)|AUTH_?TOKEN|TOKEN(?:_?SECRET)?|PASSWD|PASSWORD|CLIENT_?SECRET|PRIVATE_?KEY)\s{0,2}=\s{0,2}["']?(?<secret>[^"'\s$<>{}()]{8,200})["']?\s*$/gim,
  entropy: 2.8,
};

const NAMES =
  'api_?key|apikey|secret(?:_?key)?|access_?(?:key|token)|auth_?token|token(?:_?secret)?|passwd|password|passphrase|client_?secret|private_?key';

/** The same in YAML, where a value needs no quotes: `password: Xk3...`, and `- POSTGRES_PASSWORD=Xk3...` of Compose. */
export const YAML_ASSIGNMENT_RULE: SecretRule = {
  ...ASSIGNMENT_RULE,
  pattern: new RegExp(
    String.raw`^[ \t]{0,40}(?:-[ \t]{1,4})?(?:[A-Za-z0-9]{1,30}[_.-]){0,6}(?:${NAMES})(?::[ \t]{1,4}|=)(?<secret>[^"'\s$<>{}()[\]#!&*|,]{12,200})[ \t]*$`,
    'gim',
  ),
  entropy: 3.2,
};

/** A name with its value in the ways of single formats: elements of XML (Maven's settings), connection strings of .NET, constants of PHP. */
export const WRITTEN_RULES: readonly SecretRule[] = [
  {
    ...ASSIGNMENT_RULE,
    pattern: new RegExp(String.raw`<(?:[\w.-]{0,40}[_.-])?(?:${NAMES})>(?<secret>[^<>{}$\s]{10,200})</`, 'gi'),
    entropy: 3.2,
  },
  {
    ...ASSIGNMENT_RULE,
    keywords: ['assword', 'Pwd', 'PWD', 'pwd'],
    pattern: /\b(?:Password|Pwd)\s{0,2}=\s{0,2}(?<secret>[^;"'\s<>{}$]{10,200})\s{0,2};/gi,
    context: /\b(?:Server|Data Source|Host|User Id|Uid)\s{0,2}=/i,
    entropy: 3.2,
  },
  {
    ...ASSIGNMENT_RULE,
    keywords: ['define('],
    pattern: new RegExp(
      String.raw`\bdefine\(\s{0,4}['"](?:[A-Za-z0-9]{1,30}_){0,4}(?:${NAMES})['"]\s{0,4},\s{0,4}['"](?<secret>[^'"\s$<>{}]{10,200})['"]`,
      'gi',
    ),
    entropy: 3.2,
  },
];

/** Values that stand for a secret instead of being one. */
export const PLACEHOLDER =
  /example|sample|dummy|placeholder|change_?-?me|changeit|your|xxxx|\*\*\*|\.\.\.|fake|insert|replace|redacted|removed|hidden|todo|foobar|foo:bar|^test|test_?key|_test_|mysecret|my[_-]?(?:token|password|key|secret)|s3cr3t|hunter2|password|passwd|secret|p4ssw0rd|letmein|qwerty|12345678|abcdefgh|deadbeef|0{8}|1{8}|undefined|null|none$|^true$|^false$|getenv|environ|process\.env|^\/|^https?:|^file:|lorem/i;
