/** What the suite compares: reports made comparable, and what Debian and Python say of the same root. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from './machine.ts';

export interface ReportPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  readonly source?: { readonly name: string; readonly version: string };
  readonly evidence: readonly {
    readonly path: string;
    readonly layer: number;
    readonly diffID: string;
    readonly instruction?: string;
  }[];
  readonly ownedBy?: { readonly type: string; readonly name: string };
  /** Absent: installed, on an import path. */
  readonly role?: string;
  /** Absent: its package manager lists it. */
  readonly recovered?: string;
}

export interface ReportFinding {
  readonly id: string;
  readonly package: ReportPackage;
  readonly severity: string;
  readonly severitySource: string;
  readonly fix: { readonly state: string; readonly version?: string };
  readonly reasons: readonly unknown[];
}

/** As much of the report as the tests look at. */
export interface ReportDocument {
  readonly subject: {
    readonly source: string;
    readonly layers: readonly { readonly diffID: string; readonly instruction?: string }[];
  };
  readonly packages: readonly ReportPackage[];
  readonly findings: readonly ReportFinding[];
  readonly notices: readonly { readonly code: string }[];
  readonly unknowns: readonly { readonly path: string; readonly reason: string }[];
  readonly statistics: { readonly layers: number; readonly cachedLayers: number };
}

/** A report without what was recovered: lower layers prove more than one layer can. */
export const listed = (report: ReportDocument): ReportDocument => ({
  ...report,
  packages: report.packages.filter(({ recovered }) => recovered === undefined),
  findings: report.findings.filter(({ package: of }) => of.recovered === undefined),
});

/** One line for each finding: everything about it but where the image came from. */
export const findingLines = (report: ReportDocument): string[] =>
  report.findings
    .map((it) =>
      [
        it.id,
        it.package.type,
        it.package.name,
        it.package.version,
        it.severity,
        it.severitySource,
        it.fix.state,
        it.fix.version ?? '',
      ].join(' '),
    )
    .sort();

/** One line for each package; with the layer and instruction that brought each proof, where the form has layers. */
export const packageLines = (report: ReportDocument, layers = true): string[] =>
  report.packages
    .map((it) => {
      const places = it.evidence.map(({ path, layer, diffID, instruction }) =>
        layers ? `${path}@${layer} ${diffID} ${instruction}` : path,
      );
      return [
        it.type,
        it.name,
        it.version,
        it.architecture ?? '',
        it.source?.name ?? '',
        it.source?.version ?? '',
        it.ownedBy?.name ?? '',
        ...places.sort(),
      ].join(' ');
    })
    .sort();

/** `name version architecture source source-version` of each installed package, as dpkg itself says. */
export function dpkgLines(root: string): string[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const format = '${db:Status-Status}\\t${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\\n';
  return run('dpkg-query', [`--admindir=${join(root, 'var/lib/dpkg')}`, '-W', `-f=${format}`])
    .split('\n')
    .filter((line) => line.startsWith('installed\t'))
    .map((line) => line.slice('installed\t'.length))
    .sort();
}

export const debLines = (report: ReportDocument): string[] =>
  report.packages
    .filter(({ type }) => type === 'deb')
    .map(
      (it) =>
        `${it.name} ${it.version} ${it.architecture} ${it.source?.name ?? it.name} ${it.source?.version ?? it.version}`,
    )
    .sort();

/** Every folder of the root that holds Python metadata. */
function siteFolders(root: string): string[] {
  const actual = new Set<string>();
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    if (/\.(dist|egg)-info$/.test(entry.name) && (entry.isDirectory() || entry.isFile())) actual.add(entry.parentPath);
  }
  return [...actual];
}

/** `folder name version` of each distribution, as Python's own importlib.metadata says, names as PEP 503 writes them. */
export function pythonLines(root: string): string[] {
  const program = `
import importlib.metadata, json, os, re, sys
root, folders = sys.argv[1], json.loads(sys.argv[2])
for folder in folders:
    for found in importlib.metadata.distributions(path=[folder]):
        if found.metadata is None or not found.metadata['Name']: continue
        name = re.sub(r'[-_.]+', '-', found.metadata['Name']).lower()
        print(os.path.relpath(folder, root), name, found.version)
`;
  return run('python3', ['-I', '-c', program, root, JSON.stringify(siteFolders(root))])
    .trim()
    .split('\n')
    .sort();
}

export const pypiLines = (report: ReportDocument): string[] =>
  report.packages
    .filter(({ type, role, recovered }) => type === 'pypi' && role === undefined && recovered === undefined)
    .flatMap((it) =>
      it.evidence.map(({ path }) => {
        const folder = path.replace(/\/[^/]+\.(dist|egg)-info(\/[^/]+)?$/, '');
        return `${relative('/', `/${folder}`)} ${it.name.replace(/[-_.]+/g, '-').toLowerCase()} ${it.version}`;
      }),
    )
    .sort();
