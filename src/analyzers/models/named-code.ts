import { printable } from '../../errors.ts';
import type { Severity } from '../../model.ts';
import type { RiskFact } from '../analyzer.ts';
import { judgeGlobal } from './global-verdict.ts';

/**
 * Settings that name what a loader imports and calls: YAML tags of PyYAML's unsafe loaders, `_target_` of Hydra (NeMo, and
 * what instantiates a model from its own metadata), the object tables of skops and of sentence-transformers.
 * https://pyyaml.org/wiki/PyYAMLDocumentation, https://hydra.cc/docs/advanced/instantiate_objects/overview/,
 * https://skops.readthedocs.io/en/stable/persistence.html
 */

/** `!!python/object/apply:os.system`, `!<tag:yaml.org,2002:python/name:os.system>` */
const YAML_TAG =
  /(?:!!|!<tag:yaml\.org,2002:)python\/(object\/apply|object\/new|object|name|module):([\w.]{1,200})|^%TAG\s[^\n]{0,80}tag:yaml\.org,2002:python/gm;
/** `_target_: os.system`, `"_target_": "os.system"`, also in JSON that is itself a text. */
const TARGET = /_target_\\?["']?\s{0,8}[:=]\s{0,8}\\?["']?([A-Za-z_][\w.]{0,200})/g;

/** The most that one call of a tag or a target takes: what a window of text has to overlap. */
export const LONGEST_NAMED_CODE = 512;

/** What reading a text of settings may run, by the names in it; `where` is the member or key that it is. */
export function* namedCode(text: string, where?: string): Iterable<RiskFact> {
  const seen = new Set<string>();
  yield* namedAsWritten(text, where, seen);
  const read = unescaped(text);
  if (read !== text) yield* namedAsWritten(read, where, seen);
}

/**
 * As loaders read it: a tag with `%2f` for a slash, a key with `\u005f` for a line below. Only what a name is made of.
 * https://yaml.org/spec/1.2.2/#tag-shorthands, https://www.rfc-editor.org/rfc/rfc8259#section-7
 */
function unescaped(text: string): string {
  if (!/%[2-7][0-9a-f]|\\[ux]/i.test(text)) return text;
  return text.replace(/%([2-7][0-9a-f])|\\(?:u00|x|U000000)([2-7][0-9a-f])/gi, (_, percent, code) =>
    String.fromCharCode(Number.parseInt(percent ?? code, 16)),
  );
}

function* namedAsWritten(text: string, where: string | undefined, seen: Set<string>): Iterable<RiskFact> {
  for (const [tag, how = 'object/apply', name] of text.matchAll(YAML_TAG)) {
    if (name === undefined)
      yield named('HIGH', 'yaml-renames-python-tags', 'it gives tags of Python another name', tag, where);
    else if (!seen.has(`${how}:${name}`)) yield* tagged(how, name, where);
    seen.add(`${how}:${name}`);
  }
  for (const [, name = ''] of text.matchAll(TARGET)) {
    const danger = dangerous(name);
    if (danger && !seen.has(name))
      yield named(
        danger.severity,
        'settings-call-dangerous',
        `what makes a model of it calls ${name}`,
        `_target_ ${name}: ${danger.why}`,
        where,
      );
    seen.add(name);
  }
}

function* tagged(how: string, name: string, where: string | undefined): Iterable<RiskFact> {
  const calls = how.startsWith('object');
  const danger = dangerous(name);
  if (danger)
    yield named(
      danger.severity,
      'yaml-calls-dangerous',
      `a YAML loader that is not the safe one ${calls ? 'calls' : 'imports'} ${name}`,
      `!!python/${how}:${name}: ${danger.why}`,
      where,
    );
  // Documentation tools name functions so; what is called is of the writer's choice.
  else if (how === 'object/apply' || how === 'object/new')
    yield named(
      'MEDIUM',
      'yaml-calls-python',
      `a YAML loader that is not the safe one calls ${name}`,
      `!!python/${how}:${name}`,
      where,
    );
}

/** Objects of skops (`__module__`, `__class__`) and modules of sentence-transformers (`type`): names that are imported. */
export function* importedNames(written: string, where?: string): Iterable<RiskFact> {
  const text = unescaped(written);
  const pairs = text.matchAll(
    /"__(class|module)__"\s{0,8}:\s{0,8}"([\w.]{1,200})"[^{}[\]]{0,400}?"__(class|module)__"\s{0,8}:\s{0,8}"([\w.]{1,200})"/g,
  );
  const names = [...pairs].map(([, key, first, , second]) =>
    key === 'module' ? `${first}.${second}` : `${second}.${first}`,
  );
  for (const [, name = ''] of text.matchAll(/"type"\s{0,8}:\s{0,8}"([A-Za-z_][\w.]{1,200})"/g)) names.push(name);
  for (const name of new Set(names)) {
    const danger = dangerous(name);
    if (danger)
      yield named(
        danger.severity,
        'settings-import-dangerous',
        `loading it imports ${name}`,
        `${name}: ${danger.why}`,
        where,
      );
  }
}

function dangerous(dotted: string): { readonly severity: Severity; readonly why: string } | undefined {
  const at = dotted.lastIndexOf('.');
  const verdict = judgeGlobal(at < 0 ? 'builtins' : dotted.slice(0, at), dotted.slice(at + 1));
  return verdict.verdict === 'dangerous' ? verdict : undefined;
}

function named(severity: Severity, rule: string, title: string, detail: string, where: string | undefined): RiskFact {
  const at = where === undefined ? {} : { at: printable(where, 200) };
  return {
    kind: 'risk',
    category: 'model',
    rule,
    severity,
    title: printable(title, 300),
    detail: printable(detail, 400),
    ...at,
  };
}
