import { type Dockerfile, parseDockerfile } from '../../formats/text/index.ts';
import { applyEdits, type TextEdit } from './text-edit.ts';

/**
 * Parts the edits of a Dockerfile into those after which it says what it said before, but for what they mean to change, and those
 * that would be read as something else: text behind a stray continuation mark, or within a here-document that nothing ends.
 */
export function safeEdits(
  dockerfile: Dockerfile,
  edits: readonly TextEdit[],
): { readonly safe: readonly TextEdit[]; readonly unsafe: readonly TextEdit[] } {
  if (edits.length === 0 || isSafe(dockerfile, edits)) return { safe: edits, unsafe: [] };
  const [safe, unsafe]: [TextEdit[], TextEdit[]] = [[], []];
  for (const edit of edits) (isSafe(dockerfile, [...safe, edit]) ? safe : unsafe).push(edit);
  return { safe, unsafe };
}

/** Instructions that no edit touches are there as they were and in their order, with the inserted ones among them; nothing new is wrong. */
function isSafe(dockerfile: Dockerfile, edits: readonly TextEdit[]): boolean {
  const after = parseDockerfile(applyEdits(dockerfile.text, edits));
  if (after.problems.length > dockerfile.problems.length) return false;
  const there = dockerfile.instructions.map((instruction): Expected => {
    const [from, to] = [instruction.range.start.offset, instruction.range.end.offset];
    const touched = edits.some(({ start, end }) => start < to && end > from);
    return { at: from, said: touched ? undefined : saidBy(instruction) };
  });
  const inserted: Expected[] = [];
  for (const { start, text } of edits) {
    // What stands within an instruction changes words of it; whole lines are instructions of their own.
    if (!text.slice(text.trimEnd().length).includes('\n')) continue;
    const { instructions } = parseDockerfile(`# escape=${dockerfile.escape}\nFROM scratch\n${text}`);
    for (const instruction of instructions.slice(1)) inserted.push({ at: start, said: saidBy(instruction) });
  }
  // What is inserted where an instruction begins stands before it; sorting keeps the order of equals.
  const order = [...inserted, ...there].sort((a, b) => a.at - b.at);
  return (
    order.length === after.instructions.length &&
    order.every(({ said }, index) => said === undefined || said === saidBy(after.instructions[index]!))
  );
}

interface Expected {
  readonly at: number;
  /** Undefined: an edit changes it. */
  readonly said: string | undefined;
}

const saidBy = ({ keyword, argument, flags, heredocs }: Dockerfile['instructions'][number]): string =>
  JSON.stringify([keyword, argument, flags.map(({ name, value }) => [name, value]), heredocs.map(({ body }) => body)]);
