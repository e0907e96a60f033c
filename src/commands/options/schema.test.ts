import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../../scripts/config-schema.ts';
import { GOOD, read, WRONG } from '../../../test/policies.ts';

const file = new URL('../../../schemas/plimsoll.schema.json', import.meta.url);

describe('the schema of plimsoll.yaml', () => {
  it('is what the table of options and the keys of the policy make', () => {
    if (process.env.WRITE_SCHEMAS) writeFileSync(file, `${JSON.stringify(configSchema(), undefined, 2)}\n`);
    const hint = 'made anew by: WRITE_SCHEMAS=1 npx vitest run src/commands/options/schema.test.ts';
    expect(JSON.parse(readFileSync(file, 'utf8')), hint).toEqual(configSchema());
  });

  const validate = new Ajv({ allowUnionTypes: true, strict: false }).compile(configSchema());

  it.each(GOOD)('takes what the program takes: %s', async (text) => {
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
    await expect(read(text)).resolves.toBeDefined();
  });

  it.each(['policy', 'exceptions'])('takes the example of docs/%s.md', async (name) => {
    const text = readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
    const example =
      new RegExp(`(?:^|\\n)((?: {4}${name}:\\n)(?: {4}.*\\n)+)`).exec(text)?.[1]?.replace(/^ {4}/gm, '') ?? '';
    const document = parse(example);
    expect(Object.keys(document)).toEqual([name]);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    if (name === 'policy') await expect(read(example)).resolves.toMatchObject({ preset: { value: 'batch' } });
  });

  it.each(WRONG.filter(([, , onlyProgram]) => onlyProgram === undefined))(
    'refuses what it refuses: %s',
    (text: string) => {
      expect(validate(parse(text))).toBe(false);
    },
  );
});
