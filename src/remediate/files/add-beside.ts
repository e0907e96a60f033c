import { pypi } from '../../ecosystems/pypi.ts';
import { printable } from '../../errors.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { readProject } from './pyproject-file.ts';
import type { WantedPin } from './requirements-file.ts';
import { lineBreakOf, type TextEdit } from './text-edit.ts';

/**
 * The edit that names what a file does not declare, beside the declaration of one who brings it: in the same list or table, so that it
 * is asked for wherever that is. `bringers`: normalised names. Undefined where no bringer stands in the file, or stands in a way that
 * nothing can be written beside; what comes of an edit is read again, and has to be the same declarations and one more.
 */
export function addBeside(
  text: string,
  kind: 'project' | 'environment',
  bringers: ReadonlySet<string>,
  pin: WantedPin,
): TextEdit | undefined {
  const read = kind === 'project' ? readProject : readPipList;
  const before = read(text);
  for (const neighbour of before) {
    if (!bringers.has(neighbour.name)) continue;
    const edit = FORMS[neighbour.kind](text, neighbour, pin);
    if (edit === undefined) continue;
    const after = read(text.slice(0, edit.start) + edit.text + text.slice(edit.start)).map(({ name }) => name);
    const wanted = [...before.map(({ name }) => name), pin.name];
    if (after.sort().join('\n') === wanted.sort().join('\n')) return edit;
  }
  return undefined;
}

interface Neighbour {
  readonly name: string;
  readonly kind: keyof typeof FORMS;
  readonly range: readonly [number, number];
}

/** What an environment file has pip install. */
const readPipList = (text: string): Neighbour[] =>
  readEnvironmentFile(text).flatMap(({ type, name, range }) =>
    type === pypi.type ? [{ name, kind: 'pip', range }] : [],
  );

type Form = (text: string, neighbour: Neighbour, pin: WantedPin) => TextEdit | undefined;

/** How one more is written before a neighbour. */
const FORMS: Readonly<Record<ReturnType<typeof readProject>[number]['kind'] | 'pip', Form>> = {
  // Nothing of PyPI is written among what conda's channels have.
  conda: () => undefined,
  /** `"urllib3>=2.7.0", ` before the neighbour's quote, on a line of its own where that one has one. */
  pep508(text, { range: [from] }, pin) {
    const start = from - 1;
    const quote = text[start];
    if (quote !== '"' && quote !== "'") return undefined;
    const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    const between = /^[ \t]*$/.test(indent) ? `,${commentOf(pin)}${lineBreakOf(text)}${indent}` : ', ';
    return { start, end: start, text: `${quote}${pin.name}${bound(pin)}${quote}${between}` };
  },
  poetry: (text, neighbour, pin) => lineOfTable(text, neighbour, pin, pin.exact ? pin.to : `>=${pin.to}`),
  specifier: (text, neighbour, pin) => lineOfTable(text, neighbour, pin, bound(pin)),
  pip(text, { range: [from] }, pin) {
    const start = text.lastIndexOf('\n', from - 1) + 1;
    const dash = /^[ \t]*-[ \t]+/.exec(text.slice(start, from))?.[0];
    if (dash === undefined || !/^["']?$/.test(text.slice(start + dash.length, from))) return undefined;
    return {
      start,
      end: start,
      text: `${dash}${pin.name}${bound(pin)}${commentOf(pin)}${lineBreakOf(text)}`,
    };
  },
};

const bound = ({ to, exact }: WantedPin): string => `${exact ? '==' : '>='}${to}`;

const commentOf = ({ comment }: WantedPin): string => (comment === undefined ? '' : `  # ${printable(comment)}`);

function lineOfTable(text: string, { range: [from] }: Neighbour, pin: WantedPin, value: string): TextEdit {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(start, from))?.[0] ?? '';
  const line = `${indent}${pin.name} = "${value}"${commentOf(pin)}${lineBreakOf(text)}`;
  return { start, end: start, text: line };
}
