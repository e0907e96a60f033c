import { describe, expect, it } from 'vitest';
import * as yaml from 'yaml';
import { LIMITS } from './limits.ts';
import { untameYaml } from './tame-yaml.ts';

const why = (text: string): string | undefined => untameYaml(text, yaml);

describe('YAML that the library is not given', () => {
  it.each([
    ['lists in lists', '- '],
    ['keys of keys', '? '],
    ['flow lists', '['],
    ['flow mappings', '{a: '],
    ['keys and lists', '? - '],
  ])('is nested as deep as nobody needs: %s', (_, step) => {
    expect(why(step.repeat(30_000))).toMatch(/nested deeper/);
    expect(why(step.repeat(20))).toBeUndefined();
  });
  it.each([
    ['items', '- a\n'],
    ['documents', '---\n'],
    ['lines', 'a: b\n'],
  ])('holds more than anybody needs: %s', (_, step) => {
    expect(why(step.repeat(250_000 / step.length))).toMatch(/holds more|nested deeper/);
  });
  it.each([
    ['anchors', '&a '],
    ['aliases', '*a '],
    ['tags', '!a '],
    ['commas', ',', '['],
    ['quotes', '"" '],
    ['closing brackets', ']'],
  ])('is marks without values: %s', (_, mark, before = '') => {
    expect(why(before + mark.repeat(100))).toMatch(/marks without values/);
    expect(why(before + mark.repeat(20))).toBeUndefined();
  });
  it('is told at its bounds, and no sooner', () => {
    const list = (items: number): string => `[${'a,'.repeat(items)}]`;
    expect(why(list(LIMITS.yamlTokens / 5))).toBeUndefined();
    expect(why(list(LIMITS.yamlTokens))).toMatch(/holds more/);
    expect(why(`a: ${'&a '.repeat(LIMITS.yamlMarks - 1)}b`)).toBeUndefined();
    expect(why(`a: ${'&a '.repeat(LIMITS.yamlMarks + 1)}b`)).toMatch(/marks without/);
    // A list and its items: two levels of tokens for one of values.
    expect(why(`${'['.repeat(LIMITS.yamlDepth / 4)}`)).toBeUndefined();
    expect(why(`${'['.repeat(LIMITS.yamlDepth)}`)).toMatch(/nested deeper/);
  });
});
