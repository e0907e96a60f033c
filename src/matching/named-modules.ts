import { type ModuleFiles, modulesNamed, unpackModules } from '../formats/python/index.ts';
import { type ExposureClass, type Finding, installationKey, type NamedModule, type Package } from '../model.ts';

/** Findings with the modules that their texts name, and how near each is. `packed` as an inventory keeps it. */
export function withNamedModules(findings: readonly Finding[], packed: string | undefined): readonly Finding[] {
  if (packed === undefined) return findings;
  const lookUp = namedModulesIn(packed);
  return findings.map((finding) => {
    const named = lookUp([finding], finding.package);
    return named === undefined ? finding : { ...finding, named };
  });
}

/** Looks modules up that records name of a package; undefined where they name none. */
export function namedModulesIn(
  packed: string | undefined,
): (said: readonly Pick<Finding, 'title' | 'description'>[], installed: Package) => readonly NamedModule[] | undefined {
  let known: ReadonlyMap<string, ModuleFiles<ExposureClass>> | undefined;
  return (said, installed) => {
    if (packed === undefined) return undefined;
    known ??= unpacked(packed);
    const files = known.get(installationKey(installed));
    const folder = files && homeOf(installed, files);
    if (files === undefined || folder === undefined) return undefined;
    const texts = said.flatMap(({ title = '', description = '' }) => [title, description]);
    const named = modulesNamed(texts.join('\n'), folder, files);
    return named.length === 0 ? undefined : named;
  };
}

/** Where the modules of a package are imported from: beside its metadata, and of Python's own library the folder that is called as it is. */
function homeOf({ evidence }: Package, files: ModuleFiles): string | undefined {
  for (const { path } of evidence) {
    const beside = /^(.+)\/[^/]+\.(?:dist-info|egg-info)(?:\/|$)/.exec(path)?.[1];
    if (beside !== undefined) return beside;
  }
  for (const path of files.keys()) {
    const library = /^(?:.*\/)?lib(?:64)?\/python\d[\d.]*(?=\/(?!(?:site|dist)-packages\/))/.exec(path)?.[0];
    if (library !== undefined) return library;
  }
  return undefined;
}

/** What is damaged says nothing. */
function unpacked(packed: string): ReadonlyMap<string, ModuleFiles<ExposureClass>> {
  try {
    return unpackModules(packed);
  } catch {
    return new Map();
  }
}
