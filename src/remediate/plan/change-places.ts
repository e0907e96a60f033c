import { npm } from '../../ecosystems/npm.ts';
import { moduleFolder, pypi } from '../../ecosystems/pypi.ts';
import { isInstalled, type Package, type Report } from '../../model.ts';
import { npmPlace, siteOrFile } from '../installed/index.ts';
import type { Change, PlanStep } from '../plan.ts';
import { placesOf } from '../proof.ts';
import { changeKey } from '../rewriting.ts';

/** The folder that stands for an environment's distributions, as `placesOf` writes it. */
export const placeOfSite = (site: string): string =>
  placesOf({
    type: 'pypi',
    evidence: [{ path: `${site}/x.dist-info/METADATA`, layer: 0, diffID: '', analyzer: '' }],
  })[0] ?? '';

/** The layers that brought what a change is about. */
export function layersOfChange(
  change: Change,
  report: Report,
  introduced: ReadonlyMap<Package, number>,
  sites: ReadonlyMap<string, readonly string[]>,
): number[] {
  const key = changeKey(change);
  return report.packages.flatMap((pkg) => {
    if (changeKey(pkg) !== key || !isInstalled(pkg)) return [];
    if (change.type === pypi.type && change.environment !== undefined) {
      const folders = sites.get(change.environment) ?? [];
      return pkg.evidence.flatMap(({ path, layer }) => (folders.includes(siteOrFile(path)) ? [layer] : []));
    }
    if (change.type === npm.type && change.environment !== undefined)
      return pkg.version === change.from
        ? pkg.evidence.flatMap(({ path, layer }) => (npmPlace(path)?.tree === change.environment ? [layer] : []))
        : [];
    return introduced.get(pkg) ?? [];
  });
}

/**
 * pip, setuptools, programs of npm and wheels with libraries carry copies of others; those of a new version are not known before it is
 * installed. auditwheel puts such libraries beside the package, in `NAME.libs`.
 */
export function uncertainPlaces(steps: readonly PlanStep[], sites: ReadonlyMap<string, readonly string[]>): string[] {
  const changed = steps.filter(({ applied, kind }) => applied && kind === 'python').flatMap(({ changes }) => changes);
  const programs = steps
    .filter(({ applied, kind }) => applied && kind === 'npm')
    .flatMap(({ changes }) => changes.filter(({ environment }) => environment?.endsWith('lib/node_modules')));
  return [
    ...programs.map(({ name, environment }) => `${environment}/${name}/`),
    ...changed.flatMap(({ name, environment }) =>
      (sites.get(environment ?? '') ?? []).flatMap((site) => {
        const folder = `${placeOfSite(site)}/${moduleFolder(name)}`;
        return [`${folder}/`, `${folder}.libs/`];
      }),
    ),
  ];
}
