import type { Severity } from '../../model.ts';
import type { RiskFact } from '../analyzer.ts';
import {
  ASSIGNMENT_RULE,
  BARE_ASSIGNMENT_RULE,
  PLACEHOLDER,
  WRITTEN_RULES,
  YAML_ASSIGNMENT_RULE,
} from './assignments.ts';
import { SECRET_RULES, type SecretRule } from './rules.ts';
import { SERVICE_RULES } from './service-rules.ts';

/** A secret found in a text, masked. */
interface FoundSecret {
  readonly rule: string;
  readonly what: string;
  readonly severity: Severity;
  /** Line in the text, from 1. */
  readonly line: number;
  /** Enough to find it by, not enough to use it. */
  readonly masked: string;
}

export interface SearchOptions {
  /** Look for `NAME = "value"` too, not only for known formats. */
  readonly assignments?: boolean;
  /** Values may stand without quotes. */
  readonly bare?: boolean;
  /** It is YAML, in which values need no quotes either. */
  readonly yaml?: boolean;
}

/** Secrets of one kind that are listed for one text. */
const MOST_OF_A_KIND = 20;

/** Finds secrets by their format and, where asked, by the name that they are assigned to. */
export function findSecrets(text: string, options: SearchOptions = {}): readonly FoundSecret[] {
  return search(text, options).found;
}

/** The text with every secret in it masked, and every repetition of one: what may be shown to others. */
export function withoutSecrets(text: string, options: SearchOptions = {}): string {
  let clean = text;
  for (const [secret, masked] of search(text, options).values) clean = clean.replaceAll(secret, () => masked);
  return clean;
}

interface Search {
  readonly found: readonly FoundSecret[];
  /** Each secret as it stands in the text, and its mask; the longest first. */
  readonly values: readonly (readonly [secret: string, masked: string])[];
}

function search(text: string, options: SearchOptions): Search {
  const secrets = new Map<string, FoundSecret>();
  const values = new Map<string, string>();
  const rules = [
    ...SECRET_RULES,
    ...(options.assignments ? [ASSIGNMENT_RULE, ...WRITTEN_RULES] : []),
    ...(options.yaml ? [YAML_ASSIGNMENT_RULE] : []),
    ...(options.bare ? [BARE_ASSIGNMENT_RULE] : []),
    ...SERVICE_RULES,
  ];
  const taken: [number, number][] = [];
  for (const rule of rules) {
    if (!rule.keywords.some((keyword) => text.includes(keyword))) continue;
    if (rule.context && !rule.context.test(text)) continue;
    let count = 0;
    for (const match of text.matchAll(rule.pattern)) {
      const secret = match.groups?.secret ?? match[0];
      const from = match.index + match[0].lastIndexOf(secret);
      // One value is reported once, by the rule that knows it best, which stands first.
      if (taken.some(([start, end]) => from < end && start < from + secret.length)) continue;
      if (!isSecret(secret, rule) || isAllowed(text, match.index)) continue;
      taken.push([from, from + secret.length]);
      const masked = mask(secret, rule.shown ?? 0);
      values.set(secret, masked);
      const key = `${rule.id}\0${secret}`;
      if (!secrets.has(key)) {
        secrets.set(key, {
          rule: `secret-${rule.id}`,
          what: rule.what,
          severity: rule.severity,
          line: lineAt(text, from),
          masked,
        });
      }
      count += 1;
      if (count >= MOST_OF_A_KIND) break;
    }
  }
  return { found: [...secrets.values()], values: [...values].sort(([a], [b]) => b.length - a.length) };
}

/** As risks; `at` says which line of what. */
export function* secretRisks(text: string, options: SearchOptions, at: (line: number) => string): Iterable<RiskFact> {
  for (const { rule, what, severity, line, masked } of findSecrets(text, options)) {
    yield {
      kind: 'risk',
      category: 'secret',
      rule,
      severity,
      title: `it holds ${/^(?:[AEIO]|NVIDIA|npm|xAI)/.test(what) ? 'an' : 'a'} ${what}`,
      detail: masked,
      at: at(line),
    };
  }
}

/** What documentation and databases call themselves: known to everybody. */
const DEFAULT_PASSWORD =
  /^(?:pass|pwd|postgres|root|admin|guest|mysql|mongo|redis|user|username|login|tiger|proxypass|userpass)$/i;

function isSecret(secret: string, rule: SecretRule): boolean {
  if (rule.id === 'private-key' || rule.id === 'gcp-service-account') return isKeyMaterial(secret);
  if (PLACEHOLDER.test(secret.slice(rule.shown ?? 0)) || DEFAULT_PASSWORD.test(secret)) return false;
  if (rule.entropy !== undefined && entropy(secret) < leastEntropy(secret, rule.entropy)) return false;
  if (rule.id !== 'assigned' && rule.id !== 'service-key') return true;
  // Words, paths, dotted names, versions and dates are values too.
  return (
    /[0-9]/.test(secret) &&
    /[A-Za-z]/.test(secret) &&
    !/^[a-z]+(?:[._/-][a-z0-9]{1,23})+$/i.test(secret) &&
    !/^(?:sha\d+[-:]|[a-z]+:\/\/)/i.test(secret)
  );
}

/** Digits to the base of 16 have four bits at most, and keys of 128 bits some 3.6. */
const leastEntropy = (secret: string, usual: number): number =>
  /^(?:[0-9a-f]{32,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(secret) ? Math.min(usual, 3) : usual;

/** Keys in documentation are cut short or filled up: a real one is long and random. */
function isKeyMaterial(secret: string): boolean {
  const base64 = secret.replace(/\\[nr]|\s/g, '');
  return base64.length >= 64 && entropy(base64.slice(0, 2_000)) > 4.5 && !/\.\.\.|EXAMPLE|xxxx/i.test(secret);
}

/** The line says that it is meant to be there. */
function isAllowed(text: string, at: number): boolean {
  const start = text.lastIndexOf('\n', at) + 1;
  const end = text.indexOf('\n', at);
  const line = text.slice(Math.max(start, at - 300), Math.min(end < 0 ? text.length : end, at + 600));
  return /pragma: ?allowlist secret|gitleaks:allow|nosec|noqa: ?S10[5-7]|trufflehog:ignore/i.test(line);
}

/** Shannon's, in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** The beginning that names the kind, then stars, then the length. */
export function mask(secret: string, shown: number): string {
  const length = secret.length;
  return `${secret.slice(0, shown)}${'*'.repeat(8)} (${length} characters)`;
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line += 1;
  return line;
}
