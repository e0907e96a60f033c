import { basename } from 'node:path';
import type { Dockerfile, DockerInstruction } from '../../formats/text/index.ts';

/** A file whose text stands in the Dockerfile, as a here-document. https://docs.docker.com/reference/dockerfile/#here-documents */
export interface EmbeddedFile {
  /** What it is called in the image; of a relative path, as it is written. */
  readonly path: string;
  readonly text: string;
  /** Where its text begins in the Dockerfile. */
  readonly offset: number;
  /** The line that its first one is in the Dockerfile. */
  readonly line: number;
}

/** The files that COPY, ADD and the shell's redirections (`cat > file <<EOF`, `tee file <<EOF`) make of here-documents. */
export function embeddedFiles(dockerfile: Dockerfile): EmbeddedFile[] {
  return dockerfile.instructions.flatMap((instruction) =>
    instruction.heredocs.flatMap((heredoc): EmbeddedFile[] => {
      const path = pathOf(instruction, heredoc);
      if (path === undefined) return [];
      const { start, end } = heredoc.range;
      // As it stands in the file: the tabs that `<<-` drops stand before requirements, where they say nothing.
      return [{ path, text: dockerfile.text.slice(start.offset, end.offset), line: start.line, offset: start.offset }];
    }),
  );
}

function pathOf(
  { keyword, words, argument, heredocs }: DockerInstruction,
  heredoc: DockerInstruction['heredocs'][number],
): string | undefined {
  if (keyword === 'COPY' || keyword === 'ADD') {
    const target = words.at(-1)?.value;
    if (target === undefined) return undefined;
    return target.endsWith('/') || heredocs.length > 1 ? `${target.replace(/\/$/, '')}/${heredoc.name}` : target;
  }
  if (keyword !== 'RUN') return undefined;
  // The words of the command that reads it.
  const command = argument.split(/&&|\|\||[;\n]/).find((part) => reads(part, heredoc.name)) ?? '';
  const [, redirected] =
    />>?\s*(?:"([^"$]+)"|([^\s"'$<>|&]+))/.exec(command)?.filter((part) => part !== undefined) ?? [];
  if (redirected !== undefined) return redirected;
  return /\btee\s+(?:-a\s+)?([^\s"'$<>|&-][^\s"'$<>|&]*)/.exec(command)?.[1];
}

/** Whether a command has the mark of a here-document: `<<EOF`, `<<-'EOF'`. */
const reads = (command: string, name: string): boolean =>
  command
    .split('<<')
    .slice(1)
    .some((text) => /^-?[ \t]{0,100}(?:'([^']*)'|"([^"]*)"|([^\s;&|<>()'"]+))/.exec(text)?.slice(1).includes(name));

/** The embedded file that a path of a `pip install -r` means: by its name where the folders are not known to differ. */
export function embeddedAt(files: readonly EmbeddedFile[], path: string): EmbeddedFile | undefined {
  const same = files.filter((file) => basename(file.path) === basename(path));
  return (
    same.find((file) => file.path === path) ?? same.find((file) => !file.path.startsWith('/') || !path.startsWith('/'))
  );
}
