import { npm } from '../../ecosystems/npm.ts';
import { conda } from '../../ecosystems/others.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import type { Change } from '../plan.ts';
import type { BuildFile } from './build-files.ts';
import type { DirectRequirement } from './direct.ts';
import type { inlinePins } from './dockerfile-edit.ts';
import type { EmbeddedFile } from './embedded-files.ts';
import { directInEnvironment, pinDeclaration, readEnvironmentFile } from './environment-file.ts';
import { readNpmManifest } from './npm-manifest.ts';
import { directInProject, pinProject, readPixiConda, readProject } from './pyproject-file.ts';
import { pinRequirement, readRequirements, type WantedPin } from './requirements-file.ts';
import type { TextEdit } from './text-edit.ts';

/** A file of the build with what is to become of it. */
export interface FileDraft {
  readonly file: BuildFile;
  readonly edits: TextEdit[];
}

/** A place where a package is declared, and the edits that bring it to a version; undefined where they cannot be made. */
interface Declaration {
  readonly draft: FileDraft;
  readonly line: number;
  readonly hashed: boolean;
  readonly specifier?: string;
  /** Where it is taken from, if not by its version: then no pin may stand beside it. */
  readonly from?: string;
  edit(pin: WantedPin): TextEdit[] | undefined;
}

/** Where a file of the build declares the package of a change. */
export function declarations(
  draft: FileDraft,
  change: Change,
  inline: { readonly pins: ReturnType<typeof inlinePins>; readonly direct: readonly DirectRequirement[] },
  embedded: readonly EmbeddedFile[],
): Declaration[] {
  const { file } = draft;
  const name = pypi.normalize(change.name);
  const declarationAt = (line: number, edit: (pin: WantedPin) => TextEdit | undefined): Declaration => ({
    draft,
    line,
    hashed: false,
    edit: (pin) => {
      const made = edit(pin);
      return made && [made];
    },
  });
  switch (file.kind) {
    case 'dockerfile':
      return [
        ...(change.type === pypi.type ? placed(draft, inline.direct, name) : []),
        ...inline.pins.filter((pin) => pin.change === change).map(({ line, edit }) => declarationAt(line, () => edit)),
        ...(change.type === pypi.type ? embedded.flatMap((own) => listedIn(draft, own, name)) : []),
      ];
    case 'environment':
      return inEnvironment(draft, change, name, declarationAt);
    case 'manifest':
      return change.type === npm.type
        ? readNpmManifest(file.text, change.name).map(({ line, edit }) => ({
            draft,
            line,
            hashed: false,
            edit: ({ to }) => edit(to),
          }))
        : [];
    case 'project':
      if (change.type === conda.type)
        return readPixiConda(file.text, change.name.toLowerCase()).map((declaration) =>
          declarationAt(declaration.line, (pin) => pinProject(declaration, pin)),
        );
      if (change.type !== pypi.type) return [];
      return [
        ...placed(draft, directInProject(file.text), name),
        ...readProject(file.text, name).map((declaration) =>
          declarationAt(declaration.line, (pin) => pinProject(declaration, pin)),
        ),
      ];
    default:
      if (change.type !== pypi.type) return [];
      return listedIn(draft, { text: file.text, offset: 0, line: 1 }, name);
  }
}

type DeclarationAt = (line: number, edit: (pin: WantedPin) => TextEdit | undefined) => Declaration;

/** conda's names are not normalised as pip's are. */
function inEnvironment(draft: FileDraft, change: Change, name: string, declarationAt: DeclarationAt): Declaration[] {
  const { text } = draft.file;
  const own = change.type === pypi.type ? name : change.name.toLowerCase();
  return [
    ...(change.type === pypi.type ? placed(draft, directInEnvironment(text), name) : []),
    ...readEnvironmentFile(text)
      .filter((declaration) => declaration.type === change.type && declaration.name === own)
      .map((declaration) => declarationAt(declaration.line, (pin) => pinDeclaration(text, declaration, pin))),
  ];
}

/** Requirements of a file, or of a here-document that becomes one. */
function listedIn(draft: FileDraft, { text, offset, line }: Omit<EmbeddedFile, 'path'>, name: string): Declaration[] {
  const file = readRequirements(text);
  const own = file.requirements
    .filter((requirement) => requirement.name === name)
    .map(
      (requirement): Declaration => ({
        draft,
        line: line - 1 + requirement.line,
        hashed: requirement.hashes !== undefined,
        specifier: requirement.specifier,
        edit: (pin) =>
          pinRequirement(text, requirement, pin)?.map((edit) => ({
            ...edit,
            start: offset + edit.start,
            end: offset + edit.end,
          })),
      }),
    );
  const direct = file.direct.map((requirement) => ({ ...requirement, line: line - 1 + requirement.line }));
  return [...placed(draft, direct, name), ...own];
}

const placed = (draft: FileDraft, direct: readonly DirectRequirement[], name: string): Declaration[] =>
  direct
    .filter((requirement) => requirement.name === name)
    .map(({ line, from }) => ({ draft, line, hashed: false, from, edit: () => undefined }));
