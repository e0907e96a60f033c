import { type YamlPair, yamlPairs } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Severity } from '../../model.ts';
import type { RiskFact } from '../analyzer.ts';
import { judgeGlobal } from './global-verdict.ts';
import { modelRisk } from './model-risk.ts';

/**
 * Settings that name what a loader imports and calls: YAML tags of PyYAML's unsafe loaders, `_target_` of Hydra (NeMo, and
 * what instantiates a model from its own metadata), the object tables of skops and of sentence-transformers.
 * https://pyyaml.org/wiki/PyYAMLDocumentation, https://hydra.cc/docs/advanced/instantiate_objects/overview/,
 * https://skops.readthedocs.io/en/stable/persistence.html
 */

/** `!!python/object/apply:os.system`, `!<tag:yaml.org,2002:python/name:os.system>` */
const YAML_TAG = /(?:!!|!<tag:yaml\.org,2002:)python\/(object\/apply|object\/new|object|name|module):([\w.]{1,200})/g;
/** `%TAG !e! tag:yaml.org,2002:py`: what it makes of `!e!thon/name:os.system` is a tag of Python. One with a hundred blanks hides. */
const TAG_DIRECTIVE =
  /(?:^|\x85)(?:\ufeff|\xef\xbb\xbf|\ufffd{2}|\xff\xfe|\xfe\xff)?%TAG(?:[ \t]{1,99}(\S{1,99})[ \t]{1,99}(\S{1,120}(?=\s)|\S{120})|[ \t]{100}|[ \t]{1,99}\S{1,99}[ \t]{100}|[ \t]{1,99}\S{100})/gm;
const PYTHON_TAGS = 'tag:yaml.org,2002:python/';
/** `_target_: os.system`, `"_target_": "os.system"`, also in JSON that is itself a text; in YAML behind a tag, an anchor, the mark of a folded text, a comment. */
const TARGET =
  /_target_\\?["']?\s{0,99}[:=]\s{0,99}(?:(?:[!&]\S{0,60}|[>|][-+0-9]{0,2}|#[^\n]{0,80})\s{1,99}){0,4}\\?["']?([*A-Za-z_][\w.-]{0,200})/g;
/** What an alias stands for: `&a os.system` */
const ANCHOR = /&([\w.-]{1,60})\s{1,99}(?:!\S{0,60}\s{1,99})?["']?([A-Za-z_][\w.]{0,200})/g;

/** The most that one call of a tag or a target takes: what a window of text has to overlap. */
export const LONGEST_NAMED_CODE = 512;

/**
 * What reading a text of settings may run, by the names in it; `where` is the member or key that it is, `anchors` what stood before this window of it.
 */
export function* namedCode(written: string, where?: string, anchors?: Map<string, string>): Iterable<RiskFact> {
  const seen = new Set<string>();
  // UTF-16, which loaders of YAML read: names are of ASCII. No other text has NULs.
  const text = written.replaceAll('\0', '');
  yield* namedAsWritten(text, where, seen, anchors);
  const read = unescaped(text);
  if (read !== text) yield* namedAsWritten(read, where, seen, anchors);
}

/**
 * As loaders read it: a tag with `%2f` for a slash, a key with `\u005f` for a line below. Only what a name is made of.
 * https://yaml.org/spec/1.2.2/#tag-shorthands, https://www.rfc-editor.org/rfc/rfc8259#section-7
 */
function unescaped(text: string): string {
  if (!/%[2-7][0-9a-f]|\\[ux\r\n]/i.test(text)) return text;
  return text
    .replace(/\\\r?\n[ \t]{0,99}/g, '')
    .replace(/%([2-7][0-9a-f])|\\(?:u00|x|U000000)([2-7][0-9a-f])/gi, (_, percent, code) =>
      String.fromCharCode(Number.parseInt(percent ?? code, 16)),
    );
}

function* namedAsWritten(
  text: string,
  where: string | undefined,
  seen: Set<string>,
  before = new Map<string, string>(),
): Iterable<RiskFact> {
  for (const [, how = '', name = ''] of text.matchAll(YAML_TAG)) {
    if (!seen.has(`${how}:${name}`)) yield* tagged(how, name, where);
    seen.add(`${how}:${name}`);
  }
  for (const [tag, handle, prefix = ''] of text.matchAll(TAG_DIRECTIVE)) {
    // The standard's own meaning of `!!` renames nothing.
    if (seen.has('%TAG') || (handle === '!!' && prefix === 'tag:yaml.org,2002:')) continue;
    if (!PYTHON_TAGS.startsWith(prefix) && !prefix.startsWith(PYTHON_TAGS)) continue;
    seen.add('%TAG');
    yield modelRisk('yaml-renames-python-tags', 'HIGH', 'it gives tags of Python another name', tag, where);
  }
  for (const [, anchor, value = ''] of text.matchAll(ANCHOR))
    if (before.size < LIMITS.settingsNodes) before.set(`*${anchor}`, value);
  for (const [, target = ''] of text.matchAll(TARGET)) {
    const name = before.get(target) ?? target;
    if (!seen.has(name)) yield* called(name, where);
    seen.add(name);
  }
}

function* called(name: string, where: string | undefined): Iterable<RiskFact> {
  const danger = dangerous(name);
  if (danger)
    yield modelRisk(
      'settings-call-dangerous',
      danger.severity,
      `what makes a model of it calls ${name}`,
      `_target_ ${name}: ${danger.why}`,
      where,
    );
}

/**
 * What Hydra calls, by the whole of a text: aliases, merged keys, and values that OmegaConf puts together from others.
 * https://omegaconf.readthedocs.io/en/latest/usage.html#variable-interpolation
 */
export function* instantiated(text: string, where?: string): Iterable<RiskFact> {
  if (!unescaped(text).includes('_target_')) return;
  const { pairs } = yamlPairs(text);
  const values = new Map(pairs.map(({ above, key, value }) => [[...above, key].join('.'), value]));
  for (const pair of pairs) {
    if (pair.key !== '_target_') continue;
    const name = interpolated(pair, values);
    yield* called(name, where);
    // What another file or the environment says.
    if (/\$\{/.test(name))
      yield modelRisk(
        'settings-call-computed',
        /\$\{\s{0,9}[\w.]{1,99}\s{0,9}:/.test(name) ? 'HIGH' : 'LOW',
        'what makes a model of it calls what is worked out when it is read',
        `_target_ ${name}`,
        where,
      );
  }
}

/** A value with what others of the same text say put in: `${a.b}` from the root, `${.b}` beside it, `${..b}` above. */
function interpolated({ above, value }: YamlPair, values: ReadonlyMap<string, string>): string {
  let text = value;
  for (let turn = 0; turn < 10 && text.includes('${'); turn += 1) {
    const before = text;
    text = text
      .replace(/\$\{\s{0,9}(\.{0,20})([\w.[\]-]{1,200})\s{0,9}\}/g, (all, dots: string, path: string) => {
        const from = dots === '' ? [] : above.slice(0, above.length - dots.length + 1);
        return values.get([...from, path.replace(/\[([\w-]{1,99})\]/g, '.$1')].join('.')) ?? all;
      })
      .slice(0, LIMITS.factTextLength);
    if (text === before) break;
  }
  return text;
}

function* tagged(how: string, name: string, where: string | undefined): Iterable<RiskFact> {
  const calls = how.startsWith('object');
  const danger = dangerous(name);
  if (danger)
    yield modelRisk(
      'yaml-calls-dangerous',
      danger.severity,
      `a YAML loader that is not the safe one ${calls ? 'calls' : 'imports'} ${name}`,
      `!!python/${how}:${name}: ${danger.why}`,
      where,
    );
  // Documentation tools name functions so; what is called is of the writer's choice.
  else if (how === 'object/apply' || how === 'object/new')
    yield modelRisk(
      'yaml-calls-python',
      'MEDIUM',
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
  const ofSentences = /"idx"\s{0,8}:/.test(text) && !text.includes('__module__');
  for (const name of new Set(names)) {
    const danger = dangerous(name);
    if (danger)
      yield modelRisk(
        'settings-import-dangerous',
        danger.severity,
        `loading it imports ${name}`,
        `${name}: ${danger.why}`,
        where,
      );
    else if (
      ofSentences &&
      name.includes('.') &&
      !/^(?:sentence_transformers|transformers|pylate|torch\.nn)\./.test(name)
    )
      yield modelRisk(
        'model-imports-module',
        'HIGH',
        'loading it imports a module that is not of its libraries',
        name,
        where,
      );
  }
}

function dangerous(dotted: string): { readonly severity: Severity; readonly why: string } | undefined {
  const at = dotted.lastIndexOf('.');
  const verdict = judgeGlobal(at < 0 ? 'builtins' : dotted.slice(0, at), dotted.slice(at + 1));
  return verdict.verdict === 'dangerous' ? verdict : undefined;
}
