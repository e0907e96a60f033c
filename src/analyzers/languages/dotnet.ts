import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, object, text } from '../../formats/text/index.ts';
import { analyzer, unknown } from '../analyzer.ts';

/**
 * .NET programs and shared frameworks by the dependency file beside them: packages of NuGet it was published with.
 * https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md
 */
export const dotnet = analyzer({
  name: 'dotnet',
  version: 1,
  files: ['**/*.deps.json'],
  maxBytes: 32 * 1024 * 1024,
  *read(file) {
    const parsed = readJson(file.text().replace(/^\ufeff/, '')) as Json;
    if (!isObject(parsed)) return yield unknown('no JSON object');
    for (const [key, entry] of Object.entries(object(parsed.libraries))) {
      const slash = key.lastIndexOf('/');
      // `project` is the program itself, `reference` a bare file.
      if (slash <= 0 || !/^(?:package|runtimepack)$/.test(text(object(entry).type) ?? '')) continue;
      yield { type: 'nuget', name: key.slice(0, slash).replace(/^runtimepack\./, ''), version: key.slice(slash + 1) };
    }
    // /usr/share/dotnet/shared/Microsoft.NETCore.App/6.0.16/Microsoft.NETCore.App.deps.json
    const shared = /(?:^|\/)shared\/([\w.]+)\/(\d+\.\d+\.\d+[^/]*)\/\1\.deps\.json$/.exec(file.path);
    if (shared !== null) yield { type: 'nuget', name: shared[1]!, version: shared[2]!, certainty: 'name' };
  },
});
