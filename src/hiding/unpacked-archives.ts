import type { PackageFact } from '../analyzers/analyzer.ts';
import { EVERYWHERE, kinOf, libraryIn } from '../analyzers/java-packages.ts';
import { maven } from '../ecosystems/maven.ts';
import { folderOf } from '../formats/paths.ts';
import type { VisibleFact } from '../layers/read-image.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

const MANIFEST = '/META-INF/MANIFEST.MF';
const OF_MAVEN = /^(.*?)\/?META-INF\/maven\/[^/]+\/[^/]+\/pom\.(?:properties|xml)$/;

/** Where archives were unpacked, what Maven wrote says better what each is than the manifest beside it. */
export function withoutTwiceUnpacked(items: readonly PackageItem[]): readonly PackageItem[] {
  const noted = new Set<string>();
  for (const { path, fact } of items) {
    const folder = fact.type === maven.type ? OF_MAVEN.exec(path)?.[1] : undefined;
    if (folder !== undefined) noted.add(folder);
  }
  if (noted.size === 0) return items;
  return items.filter(({ path }) => !path.endsWith(MANIFEST) || !noted.has(path.slice(0, -MANIFEST.length)));
}

/** Classes of well-known libraries that lie about as files of their own, as a walk over the image meets them: how many, by where they begin and artifact. */
export type MetClasses = Map<string, number>;

/** Hears of one file of the image. */
export function meetClass(met: MetClasses, path: string): void {
  if (!path.endsWith('.class')) return;
  const parts = folderOf(path).split('/');
  const library = libraryIn(parts);
  if (library === undefined || EVERYWHERE.has(library.artifact)) return;
  const key = `${parts.slice(0, library.at).join('/')}\0${library.artifact}`;
  met.set(key, (met.get(key) ?? 0) + 1);
}

/** Fewer are what somebody copied for a function or two. */
const CLASSES = 10;

/** Libraries whose classes lie about and that nothing names there: folder and artifact. `packages`: what is known to be there. */
export function unlistedClasses(met: MetClasses, packages: readonly PackageItem[]): readonly string[] {
  const many = [...met].filter(([, count]) => count >= CLASSES);
  if (many.length === 0) return [];
  const known = packages.flatMap(({ path, fact }) =>
    fact.type === maven.type && path.includes('META-INF/')
      ? [[path.slice(0, path.indexOf('META-INF/')), fact.name] as const]
      : [],
  );
  return many.flatMap(([key]) => {
    const [folder, artifact] = key.split('\0') as [string, string];
    const kin = kinOf(artifact);
    const isKnown = known.some(
      ([place, name]) => `${folder}/`.startsWith(place) && kin.some((word) => name.toLowerCase().includes(word)),
    );
    return isKnown ? [] : [`${folder}/${artifact}`];
  });
}
