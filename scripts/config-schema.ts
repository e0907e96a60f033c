/**
 * Makes schemas/plimsoll.schema.json: the configuration file as editors and CI check it before we do. Options come from the
 * one table, the keys of the policy from its reader; src/commands/options/schema.test.ts holds the file to this, and writes it with
 * WRITE_SCHEMAS=1.
 */
import type { OptionSpec } from '../src/commands/options/index.ts';
import { GLOBAL_OPTIONS, OPTIONS } from '../src/commands/options/index.ts';
import { CONFIG_SECTIONS } from '../src/commands/options/table.ts';
import { JUSTIFICATIONS, SEVERITIES } from '../src/model.ts';
import { PRESETS } from '../src/policy/rules/index.ts';
import { POLICY_KEYS } from '../src/policy/rules/read.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: ['string', 'number'] };
const texts: Schema = { oneOf: [text, { type: 'array', items: text, minItems: 1 }] };
const words = (...values: readonly string[]): Schema => ({ enum: values });
const closed = (properties: Readonly<Record<string, unknown>>, more: Schema = {}): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...more,
});
const duration: Schema = { type: 'string', pattern: '^\\d{1,5}[hdw]$' };

/** `feeds` are the addresses of single feeds: the option of that name is the key `from`. */
const keyOf = ({ name }: OptionSpec): string => (name === 'feeds' ? 'from' : name);

function optionSchema(spec: OptionSpec): Schema {
  if (spec.value === undefined) return { type: ['boolean', 'null'], description: spec.text };
  return {
    ...(spec.many
      ? { oneOf: [...(texts.oneOf as Schema[]), { type: 'null' }] }
      : { type: ['string', 'number', 'null'] }),
    description: spec.text,
  };
}

const optionSchemas = (specs: readonly OptionSpec[]): Readonly<Record<string, Schema>> =>
  Object.fromEntries(specs.filter(({ only }) => !only).map((spec) => [keyOf(spec), optionSchema(spec)]));

const GATE = '^(?:any|never|[A-Za-z:.>=%0-9-]+)$';
const gates: Schema = {
  oneOf: [
    { type: 'string', pattern: GATE },
    { type: 'array', minItems: 1, items: { type: 'string', pattern: GATE } },
  ],
};

/** What is below each key of the policy. */
const POLICY: Readonly<Record<string, Schema>> = {
  preset: words(...PRESETS.map(({ name }) => name)),
  'severity-from': { type: 'string' },
  thresholds: closed(
    Object.fromEntries(
      (POLICY_KEYS.thresholds ?? []).map((key) => [key, key === 'cis' ? words('warn', 'level1', 'never') : gates]),
    ),
  ),
  exploited: words('any', 'fixable', 'never'),
  epss: texts,
  grace: closed(
    Object.fromEntries(
      [...SEVERITIES]
        .reverse()
        .flatMap((level) => [level, level.toLowerCase()])
        .map((key) => [key, duration]),
    ),
  ),
  'end-of-life': words('refused', 'allowed'),
  coverage: closed({
    packages: { type: 'string', pattern: '^\\d{1,3}(?:\\.\\d+)?\\s*%$' },
    unreadable: { type: 'integer', minimum: 0 },
    'database-age': duration,
  }),
  registries: texts,
  bases: texts,
  licenses: closed(
    {
      allow: texts,
      deny: texts,
      unknown: words('refused', 'allowed'),
      of: { oneOf: [words('os', 'language', 'native'), { type: 'array', items: words('os', 'language', 'native') }] },
    },
    { anyOf: [{ required: ['allow'] }, { required: ['deny'] }] },
  ),
};

const exception = closed(
  {
    id: texts,
    package: texts,
    version: text,
    purl: texts,
    path: texts,
    image: texts,
    reason: { type: 'string', minLength: 1 },
    owner: text,
    justification: words(...JUSTIFICATIONS),
    until: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  },
  { required: ['id', 'reason'] },
);

/** The schema, made of the table of options and the keys of the policy. */
export function configSchema(): Schema {
  const general = optionSchemas([...GLOBAL_OPTIONS, ...[...OPTIONS.values()].flat()]);
  const sections = CONFIG_SECTIONS.map((section) => [
    section,
    closed(optionSchemas([...OPTIONS].flatMap(([path, specs]) => (path.split(' ')[0] === section ? specs : [])))),
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'plimsoll.yaml',
    description: 'Configuration, policy and exceptions of Plimsoll',
    ...closed({
      ...general,
      ...Object.fromEntries(sections),
      feeds: {
        type: 'object',
        additionalProperties: {
          oneOf: [{ type: 'boolean' }, closed({ url: { type: 'string' }, enabled: { type: 'boolean' } })],
        },
      },
      mirrors: texts,
      policy: closed(POLICY),
      exceptions: { oneOf: [{ type: 'null' }, { type: 'array', items: exception }] },
    }),
  };
}
