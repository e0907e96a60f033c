import { printable } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { RiskFact } from '../analyzer.ts';

/**
 * Chat templates are Jinja programs that are run for every message; a renderer without a sandbox runs whatever they
 * reach (CVE-2024-34359). Only what stands inside `{{ }}` and `{% %}` is code.
 */

interface TemplateRule {
  readonly pattern: RegExp;
  readonly why: string;
}

/** What a chat template has no use for, and a way out of Jinja needs. */
const RULES: readonly TemplateRule[] = [
  {
    pattern:
      /__(?:class|base|bases|mro|subclasses|globals|builtins|import|init|dict|getattribute|getitem|call|code|reduce|module|self|func|loader|spec|closure|doc|new|init_subclass)__/i,
    why: 'reaches for Python internals',
  },
  { pattern: /\|\s*attr\s*\(|\bgetattr\s*\(/, why: 'reaches attributes by a computed name' },
  {
    pattern: /\b(?:lipsum|cycler|joiner|url_for|get_flashed_messages|self\._TemplateReference)\b/,
    why: 'uses an object known as a way out',
  },
  { pattern: /\\x5f|\\u005f|\\137/i, why: 'spells underscores so that they are not seen' },
  {
    pattern:
      /\b(?:os|subprocess|sys|builtins|importlib|socket|shutil)\s*\.\s*\w+|\.\s*(?:popen|system|check_output|mro|func_globals)\b|\b(?:eval|exec|compile|open|__import__|popen)\s*\(/,
    why: 'calls what is not of a template',
  },
];

/** The risks of one template; `name` says which, where a file has several. */
export function* templateRisks(template: string, name: string): Iterable<RiskFact> {
  const code = expressions(template);
  for (const { pattern, why } of RULES) {
    const found = pattern.exec(code);
    if (!found) continue;
    const from = Math.max(0, found.index - 60);
    yield {
      kind: 'risk',
      category: 'model',
      rule: 'chat-template-injection',
      severity: 'HIGH',
      title: `the chat template ${why}`,
      detail: printable(code.slice(from, found.index + 120), 300),
      at: printable(name, 200),
    };
    return;
  }
}

/** What stands between Jinja's brackets, joined. */
function expressions(template: string): string {
  const text = template.slice(0, LIMITS.templateBytes);
  const parts: string[] = [];
  for (let at = 0; ; ) {
    const open = nextOpening(text, at);
    if (open < 0) break;
    const close = text.indexOf(text[open + 1] === '{' ? '}}' : '%}', open + 2);
    parts.push(text.slice(open + 2, close < 0 ? text.length : close));
    if (close < 0) break;
    at = close + 2;
  }
  return parts.join('\n');
}

function nextOpening(text: string, from: number): number {
  const print = text.indexOf('{{', from);
  const statement = text.indexOf('{%', from);
  if (print < 0 || statement < 0) return Math.max(print, statement);
  return Math.min(print, statement);
}
