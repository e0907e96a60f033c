import { type JsonObject, list, object, readToml, text } from '../../formats/text/index.ts';
import { analyzer, type PackageFact } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';

/** A package as it lies in a depot: `packages/HTTP/aXz1q/Project.toml`. */
const INSTALLED = /(?:^|\/)packages\/([^/]+)\/[^/]+\/Project\.toml$/;

/**
 * Julia packages: the manifest of an environment says what it resolved to. Both forms, `[[Name]]` and `[[deps.Name]]`. What a depot has
 * unpacked says so itself, whichever manifest means it.
 * https://pkgdocs.julialang.org/v1/toml-files/#Manifest.toml
 */
export const juliaPackages = analyzer({
  name: 'julia',
  version: 3,
  files: [
    '**/packages/*/*/Project.toml',
    '**/Manifest.toml',
    '**/JuliaManifest.toml',
    '**/Manifest-v*.toml',
    '**/JuliaManifest-v*.toml',
  ],
  *read(file) {
    const content = file.text();
    const [, installed] = INSTALLED.exec(file.path) ?? [];
    if (installed !== undefined) {
      const project = readToml(content);
      if (text(project.name) === installed) yield* resolved(installed, project, undefined);
      return;
    }
    // Other tools have a Manifest.toml too.
    if (!/^[ \t]*(?:julia_version|manifest_format)[ \t]*=|^[ \t]*\[\[/m.test(content)) return;
    // A depot's environments are what `using` loads from; a manifest elsewhere belongs to somebody's sources.
    const role = /(?:^|\/)environments\//.test(file.path) ? undefined : ('declared' as const);
    const document = readToml(content);
    const julia = text(document.julia_version);
    if (julia !== undefined)
      yield { type: 'generic', name: 'julia', version: julia, certainty: 'content', role: 'declared' };
    const packages: JsonObject = document.manifest_format === undefined ? document : object(document.deps);
    for (const [name, entries] of Object.entries(packages))
      for (const entry of list(entries)) yield* resolved(name, object(entry), role);
  },
});

/** Standard libraries have no version of their own: they are Julia's. */
function* resolved(name: string, entry: JsonObject, role: PackageFact['role']): Generator<PackageFact> {
  const [version, uuid] = [text(entry.version), text(entry.uuid)];
  if (version !== undefined && uuid !== undefined)
    yield withValues({ type: 'julia', name, version, role, properties: { uuid } });
}
