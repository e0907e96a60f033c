import { basename } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import { entriesOf, type Located, nearest, textAt, textsAt, unknownKey } from '../../located-yaml.ts';
import { type RiskCategory, SEVERITIES, type Severity } from '../../model.ts';
import { type Gate, parseGates } from '../gate.ts';
import {
  type CisLevel,
  type Duration,
  type Kind,
  type LicenceRule,
  PACKAGE_KINDS,
  type Placed,
  type Policy,
  RISK_KINDS,
  type Threshold,
} from './policy.ts';
import { PRESETS } from './presets.ts';

const KINDS: readonly Kind[] = [...PACKAGE_KINDS, ...RISK_KINDS];
const LEVELS: readonly Severity[] = [...SEVERITIES].reverse();

/** Every key of the policy, with what is below it. */
export const POLICY_KEYS: Readonly<Record<string, readonly string[] | undefined>> = {
  preset: undefined,
  'severity-from': undefined,
  thresholds: [...KINDS, 'cis'],
  exploited: undefined,
  epss: undefined,
  grace: LEVELS,
  'end-of-life': undefined,
  coverage: ['packages', 'unreadable', 'database-age'],
  registries: undefined,
  bases: undefined,
  licenses: ['allow', 'deny', 'unknown', 'of'],
};

/** A value as it was found, by its whole key (`thresholds.os`). */
interface Entry {
  readonly key: string;
  readonly value: Located;
  readonly why?: string;
}

/**
 * Reads `policy:` of a configuration file. What the file does not say is as its preset says, or not asked for. Throws `config`
 * with line and column for what is no policy: half a policy is none.
 */
export function readPolicy(located: Located, file: string): Policy {
  const own = entriesByKey(located);
  const presetName = own.get('preset');
  const preset = presetName && presetNamed(presetName.value);
  const all = new Map(own);
  for (const [key, { value, why }] of Object.entries(preset?.rules ?? {})) {
    const at = `preset ${preset?.name}`;
    const shown: Located = {
      at,
      value: typeof value === 'object' ? value.map((text) => ({ at, value: text })) : value,
    };
    if (!all.has(key)) all.set(key, { key, value: shown, why });
  }
  const take = <T>(key: string, read: (entry: Entry) => T): Placed<T> | undefined => {
    const entry = all.get(key);
    return entry && placed(entry, read(entry));
  };
  const scheme = take('severity-from', ({ value, key }) => textAt(value, `policy.${key}`));
  const cis = take('thresholds.cis', cisOf);
  const exploited = take('exploited', (entry) => wordOf(entry, ['any', 'fixable', 'never'] as const));
  const endOfLife = take('end-of-life', (entry) => wordOf(entry, ['refused', 'allowed'] as const));
  const registries = take('registries', placesOf);
  const bases = take('bases', placesOf);
  return {
    file,
    ...(preset && presetName ? { preset: placed(presetName, preset.name) } : {}),
    ...(scheme ? { scheme } : {}),
    thresholds: KINDS.flatMap((kind) => thresholdsOf(kind, all.get(`thresholds.${kind}`))),
    ...(cis && cis.value !== 'never' ? { cis: { ...cis, value: cis.value } } : {}),
    ...(exploited && exploited.value !== 'never' ? { exploited: { ...exploited, value: exploited.value } } : {}),
    epss: epssOf(all.get('epss')),
    grace: new Map(LEVELS.flatMap((level) => graceOf(level, all.get(`grace.${level}`)))),
    ...(endOfLife?.value === 'refused' ? { endOfLife: { ...endOfLife, value: 'refused' as const } } : {}),
    coverage: coverageOf(take),
    ...(registries ? { registries } : {}),
    ...(bases ? { bases } : {}),
    ...licencesOf(own, located),
  };
}

const placed = <T>({ value: { at }, why }: Entry, value: T): Placed<T> => ({
  value,
  where: basename(at),
  ...(why === undefined ? {} : { why }),
});

function entriesByKey(located: Located): Map<string, Entry> {
  const byName = new Map<string, Entry>();
  const top = Object.keys(POLICY_KEYS);
  const put = (key: string, value: Located): void => {
    if (value.value === null) throw refused(value, `policy.${key} has no value`, 'leave the key out, or say one');
    byName.set(key, { key, value });
  };
  for (const [key, value] of entriesOf(located, 'policy')) {
    if (!top.includes(key)) throw unknownKey(`policy.${key}`, prefixed('policy', top), value);
    const below = POLICY_KEYS[key];
    if (below === undefined) put(key, value);
    else
      for (const [inner, entry] of entriesOf(value, `policy.${key}`)) {
        const name = key === 'grace' ? inner.toUpperCase() : inner;
        if (!below.includes(name)) throw unknownKey(`policy.${key}.${inner}`, prefixed(`policy.${key}`, below), entry);
        if (byName.has(`${key}.${name}`)) throw refused(entry, `policy.${key}.${inner} is said twice`, 'say it once');
        put(`${key}.${name}`, entry);
      }
  }
  return byName;
}

const prefixed = (prefix: string, keys: readonly string[]): readonly string[] => keys.map((key) => `${prefix}.${key}`);

const refused = ({ at }: Located, message: string, hint?: string): PlimsollError =>
  new PlimsollError('config', message, { where: at, ...(hint === undefined ? {} : { hint }) });

function presetNamed(located: Located) {
  const word = textAt(located, 'policy.preset');
  const preset = PRESETS.find(({ name }) => name === word);
  if (preset) return preset;
  const names = PRESETS.map(({ name }) => name);
  const near = nearest(word, names);
  throw refused(
    located,
    `no preset is called "${word}"`,
    near ? `did you mean ${near}?` : `take one of ${names.join(', ')}`,
  );
}

function wordOf<T extends string>({ key, value }: Entry, words: readonly T[]): T {
  // `yes` is no word of YAML 1.2, `true` is one: what was meant is a word all the same.
  const text = typeof value.value === 'boolean' ? String(value.value) : textAt(value, `policy.${key}`);
  const known = words.find((word) => word === text.toLowerCase());
  if (known !== undefined) return known;
  throw refused(value, `policy.${key} cannot be "${text}"`, `take one of ${words.join(', ')}`);
}

const cisOf = (entry: Entry): CisLevel | 'never' => wordOf(entry, ['warn', 'level1', 'never']);

/** Words of `--fail-on` that say a kind, which the key says here. */
const SAYS_KIND = /^(?:finding|risk|model|notebook|secret|configuration|end-of-life|incomplete|policy|never)$/i;

function thresholdsOf(kind: Kind, entry: Entry | undefined): readonly Placed<Threshold>[] {
  if (!entry) return [];
  const texts = textsAt(entry.value, `policy.${entry.key}`);
  if (texts.length === 0) throw refused(entry.value, `policy.${entry.key} is empty`, 'never lets everything pass');
  if (texts.some((text) => text.toLowerCase() === 'never')) {
    if (texts.length === 1) return [];
    throw refused(entry.value, `policy.${entry.key}: never goes with nothing else`);
  }
  const isRisk = (RISK_KINDS as readonly string[]).includes(kind);
  return texts.map((text) => {
    const gate = gateAt(entry, text === 'any' ? (isRisk ? 'risk' : 'finding') : text);
    const parts = text.split(':').map((part) => part.trim());
    const wrong = parts.find((part) => SAYS_KIND.test(part));
    if (wrong !== undefined)
      throw refused(entry.value, `policy.${entry.key} cannot be "${text}"`, `the key says already that it is ${kind}`);
    if (isRisk && (gate.fixable || gate.exploited || gate.reach !== undefined || gate.epss !== undefined))
      throw refused(
        entry.value,
        `policy.${entry.key} cannot be "${text}"`,
        'a risk has no fix, no EPSS and no exploits: say a severity or never',
      );
    const narrowed: Gate = isRisk
      ? { ...gate, findings: false, risks: new Set([kind as RiskCategory]) }
      : { ...gate, findings: true, risks: new Set() };
    return placed(entry, { kind, said: text === 'any' ? text : gate.word, gate: narrowed });
  });
}

/** The gate of a text; what is wrong with it is told with its place. */
function gateAt({ key, value }: Entry, text: string): Gate {
  try {
    const [gate] = parseGates([text]);
    if (gate) return gate;
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    throw refused(value, `policy.${key}: ${error.message.replace(/^--fail-on /, '')}`, error.hint);
  }
  throw refused(value, `policy.${key} says nothing`, 'such as HIGH or fixable:HIGH');
}

function epssOf(entry: Entry | undefined): readonly Placed<Gate>[] {
  if (!entry) return [];
  const texts = textsAt(entry.value, `policy.${entry.key}`);
  if (texts.length === 0) throw refused(entry.value, 'policy.epss is empty', 'never asks for nothing');
  if (texts.length === 1 && texts[0] === 'never') return [];
  return texts.map((text) => {
    if (!/^(?:>=?)?\s*[\d.]+\s*%?(?::\w+)?$/.test(text))
      throw refused(entry.value, `policy.epss cannot be "${text}"`, 'write >0.5, >=10% or >0.1:HIGH');
    return placed(entry, gateAt(entry, `epss${/^[>]/.test(text) ? '' : '>='}${text}`));
  });
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
]);

function durationOf({ key, value }: Entry): Duration {
  const said = textAt(value, `policy.${key}`);
  const match = /^(\d{1,5})([hdw])$/.exec(said);
  if (!match) throw refused(value, `policy.${key} cannot be "${said}"`, 'write it as 36h, 30d or 2w');
  return { said, milliseconds: Number(match[1]) * (UNITS.get(match[2] as string) as number) };
}

const graceOf = (level: Severity, entry: Entry | undefined) =>
  entry ? [[level, placed(entry, durationOf(entry))] as const] : [];

function shareOf({ key, value }: Entry): number {
  const said = textAt(value, `policy.${key}`);
  const match = /^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(said);
  const share = match ? Number(match[1]) / 100 : Number.NaN;
  if (!(share <= 1)) throw refused(value, `policy.${key} cannot be "${said}"`, 'write a share such as 95%');
  return share;
}

function countOf({ key, value }: Entry): number {
  const said = textAt(value, `policy.${key}`);
  if (!/^\d{1,9}$/.test(said)) throw refused(value, `policy.${key} cannot be "${said}"`, 'write a number');
  return Number(said);
}

function coverageOf(take: <T>(key: string, read: (entry: Entry) => T) => Placed<T> | undefined): Policy['coverage'] {
  const packages = take('coverage.packages', shareOf);
  const unreadable = take('coverage.unreadable', countOf);
  const databaseAge = take('coverage.database-age', durationOf);
  return {
    ...(packages ? { packages } : {}),
    ...(unreadable ? { unreadable } : {}),
    ...(databaseAge ? { databaseAge } : {}),
  };
}

function patternsOf({ key, value }: Entry): readonly string[] {
  const texts = textsAt(value, `policy.${key}`);
  if (texts.length === 0 || texts.some((text) => text.trim() === ''))
    throw refused(value, `policy.${key} is empty`, '** allows all');
  return texts;
}

/** Names of registries and images. An address, which no image's name begins with, would shut the gate for every image and not say why. */
function placesOf(entry: Entry): readonly string[] {
  return patternsOf(entry).map((text) => {
    const bare = text.replace(/^[a-z]+:\/\//i, '');
    if (bare !== text)
      throw refused(entry.value, `policy.${entry.key} cannot be "${text}"`, `images are named without it: ${bare}`);
    return text.replace(/(?<!\/)\/+$/, '');
  });
}

function licencesOf(own: ReadonlyMap<string, Entry>, policy: Located): { readonly licences?: Placed<LicenceRule> } {
  const entries = ['allow', 'deny', 'unknown', 'of'].map((key) => own.get(`licenses.${key}`));
  if (entries.every((entry) => entry === undefined)) return {};
  const [allow, deny, unknown, of] = entries;
  const where = policy.value instanceof Map ? policy.value.get('licenses') : undefined;
  if (!allow && !deny)
    throw refused(
      where ?? policy,
      'policy.licenses says neither what to allow nor what to deny',
      'such as deny: [AGPL-*]',
    );
  const kinds = of ? textsAt(of.value, 'policy.licenses.of') : PACKAGE_KINDS;
  const strange = kinds.find((kind) => !(PACKAGE_KINDS as readonly string[]).includes(kind));
  if (of && strange !== undefined)
    throw refused(of.value, `policy.licenses.of cannot be "${strange}"`, `take ${PACKAGE_KINDS.join(', ')}`);
  return {
    licences: {
      where: basename((allow ?? deny)?.value.at ?? policy.at),
      value: {
        ...(allow ? { allow: patternsOf(allow) } : {}),
        ...(deny ? { deny: patternsOf(deny) } : {}),
        unknown: unknown ? wordOf(unknown, ['refused', 'allowed']) : 'refused',
        of: kinds as LicenceRule['of'],
      },
    },
  };
}
