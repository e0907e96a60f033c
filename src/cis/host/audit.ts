/**
 * The kernel's audit rules as the files of auditd state them: watches (`-w path -p wa`) and system call rules with
 * `-F path=` or `-F dir=`. https://man7.org/linux/man-pages/man7/audit.rules.7.html
 */

import { withoutEnd } from '../../formats/ends.ts';
import { got, missed, type Reading } from '../reading.ts';
import type { Host } from './host.ts';

/** One rule about a path. */
interface AuditRule {
  /** File that holds the rule, and its line. */
  readonly file: string;
  readonly line: number;
  readonly path: string;
  /** Whether everything below the path is watched as well. */
  readonly below: boolean;
  /** Subset of `rwxa`. */
  readonly permissions: string;
}

/** Every rule of /etc/audit/rules.d and /etc/audit/audit.rules. Absent where neither is there: auditd is not set up. */
export async function readAuditRules(host: Host): Promise<Reading<readonly AuditRule[]>> {
  const folder = await host.list('/etc/audit/rules.d');
  const paths = folder.ok
    ? folder.value.filter((name) => name.endsWith('.rules')).map((name) => `/etc/audit/rules.d/${name}`)
    : [];
  const rules: AuditRule[] = [];
  let refused: Reading<never> | undefined = !folder.ok && folder.why !== 'absent' ? folder : undefined;
  let isRead = folder.ok;
  for (const path of [...paths, '/etc/audit/audit.rules']) {
    const text = await host.read(path);
    if (text.ok) {
      isRead = true;
      rules.push(...parseAuditRules(text.value, path));
    } else if (text.why !== 'absent') refused ??= text;
  }
  if (rules.length === 0 && refused !== undefined) return refused;
  return isRead
    ? got(rules)
    : missed('absent', 'no audit rules: neither /etc/audit/rules.d nor /etc/audit/audit.rules');
}

/** The rules of one file that name a path. */
function parseAuditRules(text: string, file: string): AuditRule[] {
  return text.split('\n').flatMap((line, index) => {
    const words = line.trim().split(/\s+/);
    if (words[0] === undefined || words[0].startsWith('#')) return [];
    const rule = words.includes('-w')
      ? watch(words)
      : words.includes('-a') || words.includes('-A')
        ? call(words)
        : null;
    return rule === null ? [] : [{ file, line: index + 1, ...rule }];
  });
}

type Parsed = Pick<AuditRule, 'path' | 'below' | 'permissions'> | null;

const after = (words: readonly string[], option: string): string | undefined => {
  const at = words.indexOf(option);
  return at === -1 ? undefined : words[at + 1];
};

const tidy = (path: string) => (path.length > 1 ? withoutEnd(path, '/') : path);

/** A watch covers a directory with all that is in it; without `-p` every access counts. */
function watch(words: readonly string[]): Parsed {
  const path = after(words, '-w');
  if (path === undefined || !path.startsWith('/')) return null;
  return { path: tidy(path), below: true, permissions: after(words, '-p') ?? 'rwxa' };
}

function call(words: readonly string[]): Parsed {
  const list = (after(words, '-a') ?? after(words, '-A') ?? '').split(',');
  if (!list.includes('always')) return null;
  let path: string | undefined;
  let below = false;
  let permissions = 'rwxa';
  for (const [index, word] of words.entries()) {
    if (words[index - 1] !== '-F') continue;
    const [field, value] = [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)];
    if (field === 'path' || field === 'dir') {
      path = value;
      below = field === 'dir';
    }
    if (field === 'perm') permissions = value;
  }
  return path === undefined ? null : { path: tidy(path), below, permissions };
}

/** The first rule that watches `path` for writing and for changes of its attributes. */
export function auditRuleFor(rules: readonly AuditRule[], path: string): AuditRule | undefined {
  return rules.find(
    (rule) =>
      (rule.path === path || (rule.below && path.startsWith(rule.path === '/' ? '/' : `${rule.path}/`))) &&
      rule.permissions.includes('w') &&
      rule.permissions.includes('a'),
  );
}
