import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, type JsonObject, object, text } from '../../formats/text/index.ts';
import { analyzer, unknown } from '../analyzer.ts';
import { disputedBy, type VersionDispute } from '../disputed.ts';

/**
 * .NET programs and shared frameworks by the dependency file beside them: packages of NuGet it was published with.
 * https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md
 */
export const dotnet = analyzer({
  name: 'dotnet',
  version: 2,
  files: ['**/*.deps.json'],
  maxBytes: 32 * 1024 * 1024,
  *read(file) {
    const parsed = readJson(file.text().replace(/^\ufeff/, '')) as Json;
    if (!isObject(parsed)) return yield unknown('no JSON object');
    for (const [key, entry] of Object.entries(object(parsed.libraries))) {
      const slash = key.lastIndexOf('/');
      // `project` is the program itself, `reference` a bare file.
      if (slash <= 0 || !/^(?:package|runtimepack)$/.test(text(object(entry).type) ?? '')) continue;
      const name = key.slice(0, slash).replace(/^runtimepack\./, '');
      const version = key.slice(slash + 1);
      yield { type: 'nuget', name, version, ...disputedBy(version, placesOf(object(entry), name)) };
    }
    // /usr/share/dotnet/shared/Microsoft.NETCore.App/6.0.16/Microsoft.NETCore.App.deps.json
    const shared = /(?:^|\/)shared\/([\w.]+)\/(\d+\.\d+\.\d+[^/]*)\/\1\.deps\.json$/.exec(file.path);
    if (shared !== null) yield { type: 'nuget', name: shared[1]!, version: shared[2]!, certainty: 'name' };
  },
});

/** Where NuGet had the package, and the file of its digest: `newtonsoft.json/12.0.1`, `newtonsoft.json.12.0.1.nupkg.sha512`. */
function placesOf({ path, hashPath }: JsonObject, name: string): readonly VersionDispute[] {
  return [text(path), text(hashPath)].flatMap((place = '') => {
    const start = place.toLowerCase().startsWith(name.toLowerCase()) ? place.slice(name.length) : '';
    const version = /^[/.](\d[\w.+-]{0,100}?)(?:\.nupkg\.sha512)?$/.exec(start)?.[1];
    return version === undefined ? [] : [{ version, because: `NuGet had it in ${place}` }];
  });
}
