import { addTo } from '../../collections.ts';
import { npm } from '../../ecosystems/npm.ts';
import { folderOf } from '../../formats/paths.ts';
import type { Evidence, Package } from '../../model.ts';
import { npmRange } from '../../versions/npm-range.ts';

/** Where an installed npm package lies. */
interface NpmPlace {
  /**
   * The folder whose npm tree it is in, without a leading slash: a project (`app`), a program that npm installed globally
   * (`usr/local/lib/node_modules/npm`), or for such programs themselves the folder that they lie in.
   */
  readonly tree: string;
  readonly kind: 'project' | 'program' | 'global';
  /** Its folder, and the name of that folder: what programs ask for, which may be an alias. */
  readonly folder: string;
  readonly alias: string;
  /** Within another package: a copy that only those above it see. */
  readonly nested: boolean;
}

/** The place that the path of a `package.json` stands for; undefined where it is in no `node_modules`. */
export function npmPlace(path: string): NpmPlace | undefined {
  const match = /^((?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/@][^/]*))\/package\.json$/.exec(path);
  if (!match) return undefined;
  const [, folder = '', alias = ''] = match;
  const [before = '', ...within] = `/${folder}`.split('/node_modules/');
  const [program = ''] = within;
  const tree = before.slice(1);
  const nested = within.length > 1;
  if (!/(?:^|\/)lib$/.test(tree)) return { tree, kind: 'project', folder, alias, nested };
  const programs = `${tree}/node_modules`;
  if (!nested) return { tree: programs, kind: 'global', folder, alias, nested };
  return { tree: `${programs}/${program}`, kind: 'program', folder, alias, nested: within.length > 2 };
}

/** One copy of a package. */
export interface NpmCopy extends NpmPlace {
  readonly package: Package;
  readonly path: string;
}

/** What one package asks of another. */
export interface NpmDemand {
  readonly owner: Package;
  /** Folder of the owner. */
  readonly folder: string;
  /** `qs@6.7.0` */
  readonly text: string;
  accepts(version: string): boolean;
}

/** Every installed copy by its folder, and who finds it there. */
export interface NpmTrees {
  readonly copies: ReadonlyMap<string, NpmCopy>;
  /** By folder of the copy that Node.js finds for it. */
  readonly demands: ReadonlyMap<string, readonly NpmDemand[]>;
  /** The manifests outside of `node_modules`, by their folder. */
  readonly projects: ReadonlyMap<string, Package>;
}

/** Reads `name@range` and what may follow; what a project is only developed with is told apart. */
export function npmRequirement(text: string): { name: string; range: string; dev: boolean } | undefined {
  const [asked = '', marks = ''] = text.split('; ');
  const at = asked.indexOf('@', 1);
  return at < 0
    ? undefined
    : { name: asked.slice(0, at), range: asked.slice(at + 1), dev: marks.split(', ').includes('dev') };
}

/** A tag may be anything; an address or a folder is that one thing and no version. */
function acceptorOf(range: string): (version: string) => boolean {
  const real = /^npm:(?:@[^/@]+\/)?[^/@]+(?:@(.*))?$/.exec(range);
  const plain = real ? (real[1] ?? '') : range;
  const read = npmRange(plain);
  if (read) return (version) => read.accepts(version);
  return () => !/[:/]/.test(plain);
}

/** Lays out what is installed as Node.js finds it: in the nearest `node_modules` upwards. https://nodejs.org/api/modules.html */
export function npmTrees(packages: readonly Package[]): NpmTrees {
  const copies = new Map<string, NpmCopy>();
  const projects = new Map<string, Package>();
  const owners: [folder: string, owner: Package][] = [];
  for (const pkg of packages) {
    if (pkg.type !== npm.type || (pkg.role !== undefined && pkg.role !== 'installed' && pkg.role !== 'declared'))
      continue;
    for (const { path } of pkg.evidence) {
      if (!path.endsWith('package.json')) continue;
      const place = npmPlace(path);
      const folder = place?.folder ?? path.slice(0, -'/package.json'.length);
      if (place) copies.set(folder, { ...place, package: pkg, path });
      else projects.set(folder, pkg);
      owners.push([folder, pkg]);
    }
  }
  const demands = new Map<string, NpmDemand[]>();
  for (const [folder, owner] of owners)
    for (const text of owner.requires ?? []) {
      const asked = npmRequirement(text);
      const name = asked && resolved(folder, asked.name, copies);
      if (!name) continue;
      const demand = { owner, folder, text: text.split('; ')[0] as string, accepts: acceptorOf(asked.range) };
      addTo(demands, name, demand);
    }
  return { copies, demands, projects };
}

/** The folder in which a package in `folder` finds `name`. */
function resolved(folder: string, name: string, copies: ReadonlyMap<string, NpmCopy>): string | undefined {
  for (let at = folder; ; at = folderOf(at)) {
    const candidate = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (!/(?:^|\/)node_modules$/.test(at) && copies.has(candidate)) return candidate;
    if (at === '') return undefined;
  }
}

/** A part of a package for each tree that it lies in; only itself where that is one. */
export function partsByTree(pkg: Package): readonly Package[] {
  if (pkg.type !== npm.type || pkg.evidence.length < 2) return [pkg];
  const parts = new Map<string, Evidence[]>();
  for (const evidence of pkg.evidence) {
    const tree = npmPlace(evidence.path)?.tree ?? '';
    addTo(parts, tree, evidence);
  }
  return parts.size < 2 ? [pkg] : [...parts.values()].map((evidence) => ({ ...pkg, evidence }));
}
