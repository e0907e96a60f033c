import { resolve } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { refuseSamePlace } from './same-place.ts';

/** A format that was asked for, and where it goes. */
interface OutputChoice {
  readonly format: string;
  /** Absent: standard output. */
  readonly file?: string;
}

/**
 * What `-f NAME`, `-f NAME=FILE` and `-o FILE` come to. Throws `usage` where two would go to the same place, and where `-o` is
 * given and every format has a file of its own.
 */
export function outputChoices(formats: readonly string[], output: string | undefined): OutputChoice[] {
  const choices = [...new Set(formats)].map((text): OutputChoice => {
    const [, format = text, file] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
    return file === undefined ? { format } : { format, file };
  });
  const open = choices.filter((choice) => choice.file === undefined);
  if (open.length > 1)
    throw new PlimsollError('usage', `${open.map(({ format }) => format).join(' and ')} would go to one place`, {
      hint: 'give all but one a file: -f table -f sarif=out.sarif',
    });
  if (output !== undefined && open.length === 0)
    throw new PlimsollError('usage', `--output ${output} has no format left: each has a file of its own`, {
      hint: 'name one without =FILE, or leave --output out',
    });
  const placed = choices.map((choice) =>
    choice.file === undefined && output !== undefined ? { ...choice, file: output } : choice,
  );
  // A folder takes several formats: each result is a file of its own in it.
  const places = placed.map(({ format, file }) =>
    file === undefined || file === '-' ? '-' : file.endsWith('/') ? `${resolve(file)}/${format}` : resolve(file),
  );
  const twice = placed.find((_, index) => places.indexOf(places[index]!) !== index);
  if (twice !== undefined)
    throw new PlimsollError('usage', `two formats would be written to ${twice.file ?? 'standard output'}`, {
      hint: 'give each a file of its own',
    });
  return placed;
}

/** An output as its user wrote it: `-f json=a`, or `-f json -o a`. */
const optionOf = ({ format, file }: OutputChoice, formats: readonly string[]): string =>
  file === undefined
    ? `-f ${format}`
    : formats.includes(`${format}=${file}`)
      ? `-f ${format}=${file}`
      : `-f ${format} -o ${file}`;

/** `outputChoices`, none of which leads to the file of another, whatever the file system makes of their names. Throws `usage`. */
export async function distinctChoices(formats: readonly string[], output: string | undefined): Promise<OutputChoice[]> {
  const choices = outputChoices(formats, output);
  await refuseSamePlace(
    choices
      .filter(({ file }) => file === undefined || !file.endsWith('/'))
      .map((choice) => ({ ...choice, option: optionOf(choice, formats) })),
  );
  return choices;
}
