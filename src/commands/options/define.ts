import { type Command, Option } from 'commander';
import { PlimsollError } from '../../errors.ts';
import { attribute, invalid, type OptionSpec, readValue } from './option.ts';

/** Adds options to a command of the command line. Values are read, repeated ones added up or refused. */
export function addOptions(command: Command, specs: readonly OptionSpec[]): Command {
  for (const spec of specs) {
    for (const option of optionsOf(spec)) command.addOption(option);
    for (const other of spec.also ?? []) {
      command.addOption(new Option(`--${other}`, spec.text).hideHelp());
      command.on(`option:${other}`, () => command.setOptionValueWithSource(attribute(spec), true, 'cli'));
    }
  }
  return command;
}

function optionsOf(spec: OptionSpec): readonly Option[] {
  const dashes = `${spec.short ? `-${spec.short}, ` : ''}--${spec.name}`;
  if (spec.value !== undefined) {
    const text = spec.choices ? `${spec.text}: ${spec.choices.join(', ')}` : spec.text;
    const option = new Option(`${dashes} <${spec.value}>`, text).argParser(reader(spec));
    if (spec.default === undefined) return [option];
    // As one types it, not as a program writes it: `(default: table)`.
    return [option.default(spec.default, [spec.default].flat().join(', '))];
  }
  if (spec.negated === 'off') return [new Option(`--no-${spec.name}`, spec.text)];
  if (spec.negated === 'both') return [new Option(dashes, spec.text), new Option(`--no-${spec.name}`, 'the opposite')];
  const option = new Option(dashes, spec.text);
  return [spec.conflicts === undefined ? option : option.conflicts(spec.conflicts)];
}

/** Reads one value after the other of the same option of one line. */
function reader(spec: OptionSpec): (text: string) => unknown {
  let before: { readonly text: string; readonly value: unknown } | undefined;
  const face = `--${spec.name}`;
  return (text) => {
    try {
      // `-o=report.json` would be a file called "=report.json".
      if (spec.short && text.startsWith('='))
        throw new PlimsollError('usage', `-${spec.short} takes no "="`, {
          hint: `write -${spec.short} ${text.slice(1)}`,
        });
      const value = readValue(spec, text);
      const sum = spec.many && before ? [...(before.value as unknown[]), ...(value as unknown[])] : value;
      if (!spec.many && before && before.text !== text)
        throw new PlimsollError('usage', `${face} is given twice: "${before.text}" and "${text}"`, {
          hint: 'give it once',
        });
      before = { text, value: sum };
      return sum;
    } catch (error) {
      throw invalid(error, face);
    }
  };
}
