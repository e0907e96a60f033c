import { constantTexts, jinjaParts } from '../../formats/text/index.ts';
import type { RiskFact } from '../analyzer.ts';
import { modelRisk } from './model-risk.ts';
import { computedAccess } from './template-access.ts';

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
    pattern: /\b(?:lipsum|cycler|joiner|url_for|get_flashed_messages)\b|\b_TemplateReference__/,
    why: 'uses an object known as a way out',
  },
  { pattern: /\\x5f|\\u005f|\\137/i, why: 'spells underscores so that they are not seen' },
  {
    pattern:
      /\b(?:os|subprocess|sys|builtins|importlib|socket|shutil)\s*\.\s*\w+|\.\s*(?:popen|system|check_output|mro|func_globals)\b|\b(?:eval|exec|compile|open|__import__|popen)\s*\(/,
    why: 'calls what is not of a template',
  },
  { pattern: /^[-+]?\s{0,20}(?:include|import|extends|from)\s/m, why: 'reads another file as a template' },
];

/** Names with which Python objects lead out of themselves. */
const INTERNAL = /^_{2}[a-z]\w*_{2}$|_TemplateReference|^(?:func_globals|gi_frame|f_globals|mro)$/i;
/**
 * The first or last part of such a name, with a letter of it: no template has a use for `__cl` or `ss__`, and there are more ways to put
 * the parts together (loops, `or`, arguments of macros, filters) than are worked out.
 */
const isPart = (text: string): boolean => {
  const small = text.toLowerCase();
  return (
    small.length > 2 &&
    /^_{2}[a-z]|[a-z]_{2}$/.test(small) &&
    NAMES.some((name) => small !== name && (name.startsWith(small) || name.endsWith(small)))
  );
};
const NAMES =
  'class base bases mro subclasses globals builtins import init dict getattribute getitem call code reduce module self func loader spec'
    .split(' ')
    .map((name) => `__${name}__`);
/** What a name has to have, and a template has no use for: those that templates do write are `__` alone and words in capitals. */
const NEEDED = /[a-z]/;

/** The risks of one template; `name` says which, where a file has several. */
export function* templateRisks(template: string, name: string): Iterable<RiskFact> {
  const code = expressions(template);
  for (const { pattern, why } of RULES) {
    const match = pattern.exec(code);
    if (!match) continue;
    const from = Math.max(0, match.index - 60);
    return yield injection(why, code.slice(from, match.index + 120), name);
  }
  const texts = constantTexts(template);
  for (const text of texts)
    if (INTERNAL.test(text) && NEEDED.test(text))
      return yield injection('puts together the name of a Python internal', text, name);
  for (const text of texts)
    if (isPart(text)) return yield injection('holds a part of the name of a Python internal', text, name);
  const computed = computedAccess(template);
  if (computed !== undefined)
    yield injection('reaches an attribute by a name that it works out', computed.slice(0, 180), name);
}

function injection(why: string, shown: string, name: string): RiskFact {
  return modelRisk('chat-template-injection', 'HIGH', `the chat template ${why}`, shown, name);
}

/** What stands between Jinja's brackets, joined. */
function expressions(template: string): string {
  const parts: string[] = [];
  for (const { kind, source } of jinjaParts(template)) if (kind !== 'text') parts.push(source);
  return parts.join('\n');
}
