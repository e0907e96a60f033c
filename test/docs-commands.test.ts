import { describe, expect, it } from 'vitest';
import { GLOBAL_OPTIONS, OPTIONS, type OptionSpec } from '../src/commands/options/index.ts';
import { readValue } from '../src/commands/options/option.ts';
import { documentedCommands } from './docs-commands.ts';

const commands = documentedCommands();

/** The command's own words, its options, and what is left of the line. */
function parted(words: readonly string[]): { path: string; specs: readonly OptionSpec[]; rest: readonly string[] } {
  const length = OPTIONS.has(words.slice(0, 2).join(' ')) ? 2 : 1;
  const path = words.slice(0, length).join(' ');
  return { path, specs: [...(OPTIONS.get(path) ?? []), ...GLOBAL_OPTIONS], rest: words.slice(length) };
}

/** What is wrong with the options of a line. */
function mistakes(words: readonly string[]): readonly string[] {
  const { path, specs, rest } = parted(words);
  if (!OPTIONS.has(path)) return [`there is no command ${path}`];
  const wrong: string[] = [];
  for (let at = 0; at < rest.length; at++) {
    const [name, given] = rest[at]!.split(/=(.*)/s);
    if (!/^--?[a-zA-Z]/.test(name!)) continue;
    const bare = name!.replace(/^--?(?:no-)?/, '');
    const spec = specs.find((spec) => spec.name === bare || spec.short === bare || spec.also?.includes(bare));
    if (spec === undefined) wrong.push(`${path} has no option ${name}`);
    else if (spec.value !== undefined) {
      const value = given ?? rest[++at];
      try {
        if (value === undefined) wrong.push(`${name} without a value`);
        else readValue(spec, value.replace(/^(\w+)=.*/, spec.name === 'format' ? '$1' : '$&'));
      } catch (error) {
        wrong.push(`${name} ${(error as Error).message}`);
      }
    }
  }
  return wrong;
}

describe('what the documentation says to type', () => {
  it('is found: else this would prove nothing', () => {
    expect(commands.length).toBeGreaterThan(80);
    expect(mistakes(['scan', 'x', '--fail-om', 'HIGH'])).toEqual(['scan has no option --fail-om']);
    expect(mistakes(['scan', 'x', '-f', 'jsn'])).toHaveLength(1);
    expect(mistakes(['sacn', 'x'])).toEqual(['there is no command sacn']);
  });

  it('is a command with options that it has, and with values that they take', () => {
    expect(commands.flatMap(({ where, words }) => mistakes(words).map((wrong) => `${where}: ${wrong}`))).toEqual([]);
  });
});
