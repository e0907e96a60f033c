import { addTo } from '../../collections.ts';
import { purlOf } from '../../ecosystems/index.ts';
import { npm } from '../../ecosystems/npm.ts';
import { readJson } from '../../formats/json-values.ts';
import { pathIn } from '../../formats/paths.ts';
import { isObject, type Json, type JsonObject, object, text } from '../../formats/text/index.ts';
import type { Evidence, Package, Report } from '../../model.ts';
import type { NpmLock, ProjectFiles } from '../files/index.ts';
import type { LockRenewal, PlanStep } from '../plan.ts';

/**
 * The report with each package of npm's locks where npm will put it, and what it asks for: the tree that a plan moves. Of locks
 * without places (version 1) nothing is changed. https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 */
export function withNpmTrees(report: Report, locks: readonly NpmLock[]): Report {
  const places = new Map<string, Place[]>();
  const projects: Package[] = [];
  for (const { folder, content } of locks) {
    const packages = object(object(parsed(content)).packages);
    for (const [place, value] of Object.entries(packages)) {
      const entry = object(value);
      if (place === '') projects.push(projectOf(entry, folder));
      else for (const own of placeOf(place, entry, folder)) addTo(places, own.key, own);
    }
  }
  if (projects.length === 0) return report;
  const moved = new Map(
    report.packages.flatMap((pkg): [Package, Package][] => {
      const own = pkg.type === npm.type ? places.get(`${pkg.name}\0${pkg.version}`) : undefined;
      const [proof] = pkg.evidence;
      if (own === undefined || proof === undefined) return [];
      const evidence = own.map(({ path }): Evidence => ({ ...proof, path }));
      return [[pkg, { ...pkg, evidence, requires: own[0]?.requires ?? [] }]];
    }),
  );
  const now = (pkg: Package): Package => moved.get(pkg) ?? pkg;
  return {
    ...report,
    packages: [...report.packages.map(now), ...projects],
    findings: report.findings.map((finding) => ({ ...finding, package: now(finding.package) })),
  };
}

function parsed(content: string): JsonObject {
  try {
    const document = readJson(content) as Json;
    return isObject(document) ? document : {};
  } catch {
    return {}; // who scanned it has said so
  }
}

/** Where one copy of a package will lie. */
interface Place {
  readonly key: string;
  readonly path: string;
  readonly requires: readonly string[];
}

function placeOf(place: string, entry: JsonObject, folder: string): Place[] {
  const at = place.lastIndexOf('node_modules/');
  const version = text(entry.version);
  if (at < 0 || entry.link === true || version === undefined) return [];
  const name = text(entry.name) ?? place.slice(at + 'node_modules/'.length);
  return [
    {
      key: `${name}\0${version}`,
      path: pathIn(folder, `${place}/package.json`),
      requires: asked(entry, ['dependencies', 'optionalDependencies', 'peerDependencies']),
    },
  ];
}

const asked = (entry: JsonObject, tables: readonly string[]): string[] =>
  tables.flatMap((table) =>
    Object.entries(object(entry[table])).flatMap(([name, range]) => {
      const written = text(range);
      return written === undefined ? [] : [`${name}@${written}${table === 'devDependencies' ? '; dev' : ''}`];
    }),
  );

/** The project itself, as its lock has it. */
function projectOf(entry: JsonObject, folder: string): Package {
  const [name, version] = [text(entry.name) ?? 'project', text(entry.version) ?? '0.0.0'];
  return {
    type: npm.type,
    name,
    version,
    namespace: npm.name,
    purl: purlOf({ type: npm.type, name, version }),
    role: 'declared',
    requires: asked(entry, ['dependencies', 'optionalDependencies', 'devDependencies']),
    evidence: [{ path: pathIn(folder, 'package.json'), layer: 0, diffID: '', analyzer: 'package-lock' }],
  };
}

/** npm moves its lock to what package.json allows of these names. https://docs.npmjs.com/cli/commands/npm-update */
export function npmRenewal(
  { id, kind, applied, changes }: PlanStep,
  { npmLocks }: ProjectFiles,
): { readonly id: string; readonly lock: LockRenewal }[] {
  const folder = changes[0]?.environment ?? '';
  const own = npmLocks.find((lock) => lock.folder === folder);
  if (kind !== 'npm' || !applied || own === undefined) return [];
  const names = [...new Set(changes.map(({ name }) => name))].sort();
  const lock = {
    file: pathIn(folder, own.file),
    program: 'npm',
    args: ['update', '--package-lock-only', ...names],
    ...(folder === '' ? {} : { folder }),
  };
  return [{ id, lock }];
}
