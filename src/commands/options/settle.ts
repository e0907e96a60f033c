import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Config, loadConfig, OWN_KEYS } from '../../config.ts';
import { PlimsollError } from '../../errors.ts';
import { useThreads } from '../../layers/threads.ts';
import { entriesOf, type Located, nearest, textAt, unknownKey } from '../../located-yaml.ts';
import type { Context } from '../command.ts';
import { attribute, InvalidValue, invalid, LIST_SEPARATOR, type OptionSpec, readValue, variable } from './option.ts';
import { CONFIG_SECTIONS, GLOBAL_OPTIONS, OPTIONS, optionsNamed } from './table.ts';

/** Variables that are no option's. */
const OTHER_VARIABLES = ['PLIMSOLL_HOME', 'PLIMSOLL_CONFIG'];

/**
 * Lets the environment and then the configuration file speak where the command line did not. What was said for one command
 * (`PLIMSOLL_BENCH_FORMAT`, `bench: {format: ...}`) goes before what was said for all. Throws `usage` and `config` for
 * what cannot be read, for keys that nobody knows and for variables that look like a misspelt one.
 */
export async function settleOptions(command: Command, path: string, context: Context): Promise<void> {
  refuseMisspelt(context.environment);
  const config = await loadConfig(context.environment, context.configFile);
  checkKeys(config);
  const root = rootOf(command);
  for (const spec of GLOBAL_OPTIONS) settle(root, spec, '', context.environment, config);
  for (const spec of OPTIONS.get(path) ?? []) settle(command, spec, path, context.environment, config);
  const { threads } = root.opts<{ threads?: number }>();
  if (threads !== undefined) useThreads(threads);
}

/** What the environment and the configuration file say for another command, by the names of its flags. Throws as `settleOptions`. */
export function saidFor(
  path: string,
  environment: NodeJS.ProcessEnv,
  config: Config,
): Readonly<Record<string, unknown>> {
  const said = (OPTIONS.get(path) ?? []).map(
    (spec) =>
      [attribute(spec), (fromEnvironment(spec, path, environment) ?? fromConfig(spec, path, config))?.value] as const,
  );
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

function settle(
  command: Command,
  spec: OptionSpec,
  path: string,
  environment: NodeJS.ProcessEnv,
  config: Config,
): void {
  const name = attribute(spec);
  const source = command.getOptionValueSource(name);
  if (source !== undefined && source !== 'default') return;
  const said = fromEnvironment(spec, path, environment) ?? fromConfig(spec, path, config);
  if (said) command.setOptionValueWithSource(name, said.value, said.source);
}

interface Said {
  readonly value: unknown;
  readonly source: 'env' | 'config';
}

function fromEnvironment(spec: OptionSpec, path: string, environment: NodeJS.ProcessEnv): Said | undefined {
  if (spec.only?.from === 'line') return undefined;
  for (const [name, isGeneral] of faces(variable(spec, path), variable(spec))) {
    const negated = spec.negated && environment[name.replace('PLIMSOLL_', 'PLIMSOLL_NO_')];
    const text = environment[name];
    if (text === undefined && negated === undefined) continue;
    // In CI systems a variable cannot be absent. A gate, a key or an age that was to come from one is not left out for that: nobody would see it.
    if (spec.value !== undefined && text === '') {
      if (!spec.gate || spec.excepts) continue;
      throw invalid(new InvalidValue('is empty; give it a value, or unset it'), name);
    }
    const face = text === undefined ? name.replace('PLIMSOLL_', 'PLIMSOLL_NO_') : name;
    const value = readOrPass(spec, path, isGeneral, text ?? (negated as string), face);
    if (value !== undefined) return { value: text === undefined ? value !== true : value, source: 'env' };
  }
  return undefined;
}

function fromConfig(
  spec: OptionSpec,
  path: string,
  { settings, path: file, found: isGiven }: Config,
): Said | undefined {
  if (spec.only) return undefined;
  const section = path === '' ? undefined : settings.get(path.split(' ')[0]!);
  const key = CONFIG_KEY.get(spec.name) ?? spec.name;
  const own = section && entriesOf(section, path.split(' ')[0]!).get(key);
  for (const [located, isGeneral] of [[own, false] as const, [settings.get(key), true] as const]) {
    if (!located) continue;
    // A key with nothing behind it (`fail-on:`) is one that was cut off, or filled from a variable that is empty: no gate is opened by it.
    if (located.value === null)
      throw new PlimsollError('config', `${key} has no value`, {
        where: located.keyAt ?? located.at,
        hint: 'leave the key out, or say one',
      });
    const value = readOrPass(spec, path, isGeneral, textOf(spec, located, key), key, located.at);
    if (spec.writes && isGiven && file)
      for (const item of Array.isArray(value) ? value : [value]) {
        const written = typeof item === 'string' ? spec.writes(item) : undefined;
        if (written !== undefined) mustStayIn(dirname(file), written, located.at);
      }
    if (value !== undefined) return { value, source: 'config' };
  }
  return undefined;
}

/**
 * A plimsoll.yaml that nobody named may have come with a folder that somebody else made: it must not say that a report is written over the user's own files.
 * Throws `config` for a path that leads out of the file's folder, over links too.
 */
function mustStayIn(folder: string, path: string, at: string): void {
  if (path === '-') return;
  const target = resolve(path);
  const real = (text: string): string => {
    try {
      return realpathSync(text);
    } catch {
      return text;
    }
  };
  const isLink = lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const way = relative(real(folder), join(real(dirname(target)), basename(target)));
  if (!isLink && way !== '' && !way.startsWith('..') && !isAbsolute(way)) return;
  throw new PlimsollError('config', `${path} leads out of the folder of the configuration file`, {
    where: at,
    hint: 'say it on the command line, or name the file with --config',
  });
}

/** Keys that are called otherwise than their option: `feeds` are the addresses of single feeds. */
const CONFIG_KEY: ReadonlyMap<string, string> = new Map([['feeds', 'from']]);

const faces = (own: string, general: string): readonly (readonly [string, boolean])[] =>
  own === general
    ? [[own, true]]
    : [
        [own, false],
        [general, true],
      ]; // prettier-ignore

function textOf(spec: OptionSpec, located: Located, key: string): string {
  if (typeof located.value === 'boolean') {
    if (spec.value === undefined) return String(located.value);
    throw new PlimsollError('config', `${key} has to be a text`, { where: located.at });
  }
  if (spec.value === undefined)
    throw new PlimsollError('config', `${key} has to be true or false`, { where: located.at });
  if (!Array.isArray(located.value)) return textAt(located, key);
  if (!spec.many) throw new PlimsollError('config', `${key} has to be one text, not a list`, { where: located.at });
  const between = spec.many === 'again' ? LIST_SEPARATOR : ',';
  return (located.value as readonly Located[]).map((item) => textAt(item, key)).join(between);
}

/**
 * The value; undefined where it was said for all commands and means something to another one only (`format: sarif` to
 * `inventory`). What opens and shuts a gate is never passed over.
 */
function readOrPass(
  spec: OptionSpec,
  path: string,
  isGeneral: boolean,
  text: string,
  face: string,
  at?: string,
): unknown {
  try {
    return readValue(spec, text);
  } catch (error) {
    if (error instanceof InvalidValue && isGeneral && !spec.gate && isElsewhere(spec, path, text)) return undefined;
    throw invalid(error, face, at);
  }
}

function isElsewhere({ name }: OptionSpec, path: string, text: string): boolean {
  return optionsNamed(name).some(([other, spec]) => {
    try {
      return other !== path && readValue(spec, text) !== undefined;
    } catch {
      return false;
    }
  });
}

/** Every key has to be an option of some command, a command with such keys, or read elsewhere. Throws `config` for one that is not. */
export function checkKeys({ settings }: Config): void {
  for (const [key, located] of settings) {
    if (CONFIG_SECTIONS.includes(key)) {
      const known = keysOf([...OPTIONS].flatMap(([path, specs]) => (path.split(' ')[0] === key ? specs : [])));
      for (const [inner, value] of entriesOf(located, key))
        if (!known.includes(inner))
          throw unknownKey(
            `${key}.${inner}`,
            known.map((name) => `${key}.${name}`),
            value,
          );
    } else if (!CONFIG_KEYS.includes(key)) throw unknownKey(key, CONFIG_KEYS, located);
  }
}

const keysOf = (specs: readonly OptionSpec[]): readonly string[] => [
  ...new Set(specs.filter(({ only }) => !only).map(({ name }) => CONFIG_KEY.get(name) ?? name)),
];

/** Every key of the configuration file. */
const CONFIG_KEYS: readonly string[] = [
  ...OWN_KEYS,
  'exceptions',
  'policy',
  ...keysOf([...GLOBAL_OPTIONS, ...[...OPTIONS.values()].flat()]),
  ...CONFIG_SECTIONS,
];

/** A variable that is nearly one of ours was meant to be it: a gate must not stand open for a letter. */
function refuseMisspelt(environment: NodeJS.ProcessEnv): void {
  const given = Object.keys(environment).filter((name) => name.startsWith('PLIMSOLL_'));
  if (given.length === 0) return;
  const known = variables();
  const suffixes = [...known].map(suffix);
  for (const name of given) {
    if (known.has(name)) continue;
    const near = nearest(suffix(name), suffixes, suffix(name).length < 6 ? 1 : 2);
    if (near !== undefined)
      throw new PlimsollError('usage', `nobody knows the variable ${name}`, { hint: `did you mean PLIMSOLL_${near}?` });
  }
}

const suffix = (name: string): string => name.slice('PLIMSOLL_'.length);

/** Every variable of the environment that is read. */
export function variables(): ReadonlySet<string> {
  const names = new Set(OTHER_VARIABLES);
  const all = [...OPTIONS, ['', GLOBAL_OPTIONS] as const].flatMap(([path, specs]) =>
    specs.map((spec) => ({ path, spec })),
  );
  for (const { path, spec } of all) {
    if (spec.only?.from === 'line') continue;
    for (const name of [variable(spec, path), variable(spec)]) {
      names.add(name);
      if (spec.negated) names.add(name.replace('PLIMSOLL_', 'PLIMSOLL_NO_'));
    }
  }
  return names;
}
