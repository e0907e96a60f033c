import { nuget } from '../../ecosystems/nuget.ts';
import { readJson } from '../../formats/json-values.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { isObject, type Json, type JsonObject, object, text } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, unknown } from '../analyzer.ts';
import { disputedBy, type VersionDispute } from '../disputed.ts';

/**
 * .NET programs and shared frameworks by the dependency file beside them: packages of NuGet it was published with.
 * https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md
 */
export const dotnet = analyzer({
  name: 'dotnet',
  version: 4,
  files: ['**/*.deps.json'],
  maxBytes: 32 * 1024 * 1024,
  *read(file) {
    const parsed = readJson(file.text().replace(/^\ufeff/, '')) as Json;
    if (!isObject(parsed)) return yield unknown('no JSON object');
    const brought = filesBrought(parsed);
    for (const [key, entry] of Object.entries(object(parsed.libraries))) {
      const slash = key.lastIndexOf('/');
      // `project` is the program itself, `reference` a bare file.
      if (slash <= 0 || !/^(?:package|runtimepack)$/.test(text(object(entry).type) ?? '')) continue;
      const name = key.slice(0, slash).replace(/^runtimepack\./, '');
      const version = key.slice(slash + 1);
      const brings = brought.get(key) ?? [];
      yield { type: 'nuget', name, version, brings, ...disputedBy(version, placesOf(object(entry), name)) };
    }
    yield* assembliesOf(parsed);
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

/** Of the files of one package so many are looked for. */
const BROUGHT = 4;

/**
 * What the list says is copied from each package beside the program: `runtime` and `native` files into its folder, those for one system (`runtimeTargets`)
 * and translations (`resources`) into folders below. `_._` is NuGet's sign for nothing.
 */
function filesBrought({ targets }: JsonObject): ReadonlyMap<string, readonly string[]> {
  const brought = new Map<string, string[]>();
  for (const target of Object.values(object(targets)))
    for (const [key, entry] of Object.entries(object(target))) {
      const { runtime, native, runtimeTargets, resources } = object(entry);
      const flat = [runtime, native].flatMap((files) => Object.keys(object(files)).slice(0, BROUGHT).map(fileNameOf));
      const below = Object.keys(object(runtimeTargets)).slice(0, BROUGHT);
      const translated = Object.entries(object(resources))
        .slice(0, BROUGHT)
        .map(([file, value]) => `${text(object(value).locale) ?? ''}/${fileNameOf(file)}`);
      const those = [...flat, ...below, ...translated].filter((file) => fileNameOf(file) !== '_._');
      if (those.length > 0) brought.set(key, [...(brought.get(key) ?? []), ...those].slice(0, 2 * BROUGHT));
    }
  return brought;
}

/** The version that the list states of the files of each package: `{"lib/net6.0/Newtonsoft.Json.dll": {"fileVersion": "13.0.3.27908"}}`. */
function* assembliesOf({ targets }: JsonObject): Generator<Fact> {
  let count = 0;
  for (const target of Object.values(object(targets)))
    for (const [key, entry] of Object.entries(object(target)))
      for (const [file, value] of Object.entries(object(object(entry).runtime))) {
        const stated = text(object(value).fileVersion);
        if (stated === undefined || !FILE_VERSION.test(stated) || !file.endsWith('.dll')) continue;
        count += 1;
        if (count > LIMITS.assemblies) return;
        const of = key.slice(0, Math.max(0, key.lastIndexOf('/'))).replace(/^runtimepack\./, '');
        yield { kind: 'told', type: nuget.type, of, madeOf: fileNameOf(file), stated };
      }
}

const FILE_VERSION = /^\d{1,5}(?:\.\d{1,5}){3}$/;
/** `dwSignature` and `dwStrucVersion`. https://learn.microsoft.com/en-us/windows/win32/api/verrsrc/ns-verrsrc-vs_fixedfileinfo */
const FIXED_FILE_INFO = Buffer.from([0xbd, 0x04, 0xef, 0xfe, 0, 0, 1, 0]);
const INFO_BYTES = 16;

/** The version that the file of an assembly has, for the list beside it to be held to (`hiding/build-lists.ts`). */
export const dotnetAssemblies = analyzer({
  name: 'dotnet-assemblies',
  version: 1,
  unownedOnly: true,
  files: ['**/*.dll'],
  stream(entry) {
    let before = Buffer.alloc(0);
    let stated: string | undefined;
    return {
      push(chunk) {
        if (entry.size > LIMITS.fileBytes) return Number.POSITIVE_INFINITY;
        const bytes = Buffer.concat([before, chunk]);
        const at = bytes.indexOf(FIXED_FILE_INFO);
        if (at >= 0 && at + INFO_BYTES <= bytes.length) {
          const part = (offset: number): number => bytes.readUInt16LE(at + offset);
          stated = [part(10), part(8), part(14), part(12)].join('.');
          return Number.POSITIVE_INFINITY;
        }
        before = Buffer.from(bytes.subarray(at >= 0 ? at : Math.max(0, bytes.length - INFO_BYTES)));
        return 0;
      },
      *end() {
        const name = fileNameOf(entry.path);
        if (stated !== undefined) yield { kind: 'told', type: nuget.type, of: name, madeOf: name, stated };
      },
    };
  },
});
