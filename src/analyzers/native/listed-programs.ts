import { isElf } from '../../formats/executables/index.ts';
import { analyzer } from '../analyzer.ts';
import { signatureScan } from './signature-scan.ts';
import { PARTS } from './system-parts.ts';
import { programsAt, SYSTEM_FOLDER, versionOf } from './system-programs.ts';

/** Files that are a project's own, by where they lie: what else is linked into them says nothing of the package that lists them. */
const OWN: readonly (readonly [project: string, files: RegExp])[] = Object.entries(PARTS).map(([project, byType]) => [
  project,
  anyOf(Object.values(byType).flatMap((part) => part?.packages.map(([, files]) => files) ?? [])),
]);
const ANY = anyOf(OWN.map(([, files]) => files));

function anyOf(expressions: readonly RegExp[]): RegExp {
  return new RegExp([...new Set(expressions.map(({ source }) => source))].join('|'));
}

const ownProjects = (path: string): readonly string[] =>
  ANY.test(path) ? OWN.flatMap(([project, files]) => (files.test(path) ? project : [])) : [];

/**
 * What the programs and libraries of an operating system say of themselves, where a package of it lists them: what a database was edited to say,
 * they contradict (`hiding/edited.ts`).
 */
export const listedPrograms = analyzer({
  name: 'listed-programs',
  version: 2,
  magic: (head, { path }) =>
    SYSTEM_FOLDER.test(path) && isElf(head) && (ownProjects(path).length > 0 || programsAt(path).length > 0),
  maxBytes: 16 * 1024 * 1024,
  ownedOnly: true,
  *read({ path, bytes }) {
    for (const project of ownProjects(path)) {
      const scan = signatureScan(path, project);
      scan.visit({ bytes, start: 0, from: 0, to: bytes.length });
      for (const sighting of scan.end()) yield { kind: 'states', project, stated: sighting.version };
    }
    const programs = programsAt(path);
    if (programs.length === 0) return;
    const text = bytes.toString('latin1');
    for (const program of programs) {
      const stated = versionOf(text, program);
      if (stated !== undefined) yield { kind: 'states', project: program.project, stated };
    }
  },
});
