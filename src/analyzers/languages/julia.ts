import { shortLines } from '../../formats/text/index.ts';
import { analyzer, type PackageFact } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';

/**
 * Julia packages: the manifest of an environment says what it resolved to. Both forms, `[[Name]]` and `[[deps.Name]]`.
 * https://pkgdocs.julialang.org/v1/toml-files/#Manifest.toml
 */
export const julia = analyzer({
  name: 'julia',
  version: 1,
  files: ['**/Manifest.toml', '**/JuliaManifest.toml', '**/Manifest-v1.*.toml'],
  *read(file) {
    // A depot's environments are what `using` loads from; a manifest elsewhere belongs to somebody's sources.
    const role = /(?:^|\/)environments\//.test(file.path) ? undefined : ('declared' as const);
    let name: string | undefined;
    let values = new Map<string, string>();
    const content = file.text();
    if (!/^[ \t]*(?:julia_version|manifest_format)[ \t]*=|^\[\[/m.test(content)) return;
    const finish = function* (): Generator<PackageFact> {
      const version = values.get('version');
      const uuid = values.get('uuid');
      // Standard libraries have no version of their own: they are Julia's.
      if (name !== undefined && version !== undefined && uuid !== undefined)
        yield withValues({ type: 'julia', name, version, role, properties: { uuid } });
      values = new Map();
    };
    for (const line of shortLines(content)) {
      const table = /^\s*\[\[(?:deps\.)?([\w.-]+)\]\]/.exec(line);
      if (table !== null) {
        yield* finish();
        name = table[1];
      } else if (/^\s*\[/.test(line)) {
        yield* finish();
        name = undefined;
      } else {
        const pair = /^\s*(\w[\w-]*)\s*=\s*"([^"]*)"/.exec(line);
        if (pair?.[1] === 'julia_version' && name === undefined)
          yield withValues({
            type: 'generic',
            name: 'julia',
            version: pair[2]!,
            certainty: 'content',
            role: 'declared',
          });
        else if (pair !== null && name !== undefined && !values.has(pair[1]!)) values.set(pair[1]!, pair[2]!);
      }
    }
    yield* finish();
  },
});
