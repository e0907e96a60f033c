import type { ClosedFact, PackageFact } from '../analyzer.ts';
import type { Archive } from './java-coordinates.ts';
import { FIRST_PARTS, libraryOf, MOST_PARTS } from './java-packages.ts';

/** Fewer are what somebody copied for a function or two. */
const CLASSES = 10;
const NAMED = 4;
/** In many archives, and nothing was ever published on them, or they are declarations alone. */
const EVERYWHERE: ReadonlySet<string> = new Set(['asm', 'javax.servlet-api', 'junit']);

/**
 * Code of well-known libraries in an archive that does not name them, in their own packages or moved into others, as shading does
 * (`com/acme/shaded/org/apache/logging/log4j/core`): without what Maven noted nothing tells their versions. `facts`: what the archive is known to be and to
 * hold. https://maven.apache.org/plugins/maven-shade-plugin/examples/class-relocation.html
 */
export function mergedIn({ classes, fileName }: Archive, facts: readonly PackageFact[]): ClosedFact | undefined {
  const counts = new Map<string, number>();
  for (const [folder, count] of classes.folders) {
    const artifact = libraryIn(folder.split('/'));
    if (artifact !== undefined) counts.set(artifact, (counts.get(artifact) ?? 0) + count);
  }
  const names = [fileName, ...facts.map(({ name }) => name)].map((name) => name.toLowerCase());
  const merged = [...counts].flatMap(([artifact, count]) =>
    count < CLASSES ||
    EVERYWHERE.has(artifact) ||
    names.some((name) => kinOf(artifact).some((word) => name.includes(word)))
      ? []
      : artifact,
  );
  if (merged.length === 0) return undefined;
  const words = merged.slice(0, NAMED).join(', ');
  const more = merged.length > NAMED ? ', ...' : '';
  return { kind: 'closed', as: 'bundle', what: `a Java archive with code that it does not name (${words}${more})` };
}

function libraryIn(parts: readonly string[]): string | undefined {
  for (let at = 0; at < parts.length; at += 1) {
    if (!FIRST_PARTS.has(parts[at]!)) continue;
    const library = libraryOf(parts.slice(at, at + MOST_PARTS).join('.'));
    // One word alone is a name for anybody's folder: `kotlin`, `scala`.
    if (library !== undefined && (at === 0 || library.classes.includes('.'))) return library.artifact;
  }
  return undefined;
}

/** Other archives of the same project are called so as well: `kotlin-reflect`, `log4j-1.2-api`; reload4j is log4j under its old packages. */
const kinOf = (artifact: string): readonly string[] => {
  const first = artifact.toLowerCase().split('-')[0]!.replace(/impl$/, '');
  return first === 'log4j' ? ['log4j', 'reload4j'] : first === 'commons' ? [artifact.toLowerCase()] : [first];
};
