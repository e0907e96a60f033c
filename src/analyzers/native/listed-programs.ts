import { elfStream, isElf } from '../../formats/executables/index.ts';
import { analyzer } from '../analyzer.ts';
import { signatureScan } from './signature-scan.ts';
import { FOLDERS, PARTS } from './system-parts.ts';
import { programsAt, SYSTEM_FOLDER, versionsSought } from './system-programs.ts';

const filesOf = (project: string): readonly RegExp[] =>
  Object.values(PARTS[project] ?? {}).flatMap((part) => part?.packages.map(([, files]) => files) ?? []);

/** Files that are a project's own, by where they lie: what else is linked into them says nothing of the package that lists them. */
const OWN: readonly (readonly [project: string, files: RegExp])[] = Object.keys(PARTS).map((project) => [
  project,
  anyOf(filesOf(project)),
]);
const ANY = anyOf(Object.keys(PARTS).flatMap(filesOf));

/** All of them at once, tried behind the folder that they share. */
function anyOf(expressions: readonly RegExp[]): RegExp {
  const sources = [...new Set(expressions.map(({ source }) => source))];
  const inFolders = FOLDERS.map((folder) => sources.filter((source) => source.startsWith(folder)));
  const together = inFolders.flatMap((those, at) => {
    const names = those.map((source) => source.slice(FOLDERS[at]!.length));
    return names.length === 0 ? [] : `${FOLDERS[at]}(?:${names.join('|')})`;
  });
  return new RegExp([...together, ...sources.filter((source) => !inFolders.flat().includes(source))].join('|'));
}

const ownProjects = (path: string): readonly string[] =>
  ANY.test(path) ? OWN.flatMap(([project, files]) => (files.test(path) ? project : [])) : [];

/**
 * What the programs and libraries of an operating system say of themselves, where a package of it lists them: what a database was edited to say,
 * they contradict (`hiding/edited.ts`). Machine code and what only debuggers read are stepped over, which is more than half of most.
 */
export const listedPrograms = analyzer({
  name: 'listed-programs',
  version: 2,
  magic: (head, { path }) => isElf(head) && SYSTEM_FOLDER.test(path) && (ANY.test(path) || programsAt(path).length > 0),
  ownedOnly: true,
  stream({ path, size }) {
    const scans = ownProjects(path).map((project) => ({ project, scan: signatureScan(path, project) }));
    const programs = programsAt(path).map((program) => ({ program, versions: versionsSought(program) }));
    const file = elfStream(size, (view) => {
      for (const { scan } of scans) scan.visit(view);
      for (const { versions } of programs) versions.visit(view);
    });
    return {
      push: file.push,
      *end() {
        file.end();
        for (const { project, scan } of scans)
          for (const { version } of scan.end()) yield { kind: 'states', project, stated: version };
        for (const { program, versions } of programs) {
          const stated = versions.end();
          if (stated !== undefined) yield { kind: 'states', project: program.project, stated };
        }
      },
    };
  },
});
