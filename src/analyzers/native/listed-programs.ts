import { elfConstants, isElf } from '../../formats/executables/index.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { analyzer } from '../analyzer.ts';
import { byBeginning } from './by-beginning.ts';
import { signatureScan } from './signature-scan.ts';
import { FOLDERS, PARTS } from './system-parts.ts';
import { programsAt, SYSTEM_FOLDER, versionsSought } from './system-programs.ts';

/**
 * Files that are a project's own, by where they lie: what else is linked into them says nothing of the package that lists them. Distributions
 * have most of them in common, and an expression is compiled once.
 */
const rowsOfParts = () =>
  Object.entries(PARTS).flatMap(([project, parts]) => {
    const files = Object.values(parts).flatMap((part) => part?.packages.map(([, own]) => own) ?? []);
    return [...new Map(files.map((own) => [own.source, own])).values()].map((own) => [own, project] as const);
  });

/** Made when it is first asked: threads load this and are asked for other readers. */
let partsNamed: ReturnType<typeof byBeginning<string>> | undefined;

/** The answer that was given last: who is asked whether a file matters is asked next to read it, and V8 compiles what it tries a second time. */
const answered = { path: '', projects: [] as readonly string[] };

function ownProjects(path: string): readonly string[] {
  if (path !== answered.path) {
    partsNamed ??= byBeginning(rowsOfParts(), FOLDERS);
    const named = partsNamed(fileNameOf(path)).flatMap(([files, project]) => (files.test(path) ? project : []));
    answered.path = path;
    answered.projects = [...new Set(named)];
  }
  return answered.projects;
}

/**
 * What the programs and libraries of an operating system say of themselves, where a package of it lists them: what a database was edited to say,
 * they contradict (`hiding/edited.ts`). Of them constants and data are read, a fourth of most.
 */
export const listedPrograms = analyzer({
  name: 'listed-programs',
  version: 3,
  effort: 'scans',
  begins: '\x7f',
  magic: (head, { path }) =>
    isElf(head) && (programsAt(path).length > 0 || ownProjects(path).length > 0) && SYSTEM_FOLDER.test(path),
  ownedOnly: true,
  stream({ path, size }) {
    const scans = ownProjects(path).map((project) => ({ project, scan: signatureScan(path, project) }));
    const programs = programsAt(path).map((program) => ({ program, versions: versionsSought(program) }));
    const file = elfConstants(size, (view) => {
      for (const { scan } of scans) scan.visit(view);
      for (const { versions } of programs) versions.visit(view);
    });
    return {
      push: file.push,
      enough: file.enough,
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
