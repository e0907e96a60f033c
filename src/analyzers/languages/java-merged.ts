import type { ClosedFact, PackageFact } from '../analyzer.ts';
import { EVERYWHERE, kinOf, libraryIn } from '../java-packages.ts';
import type { Archive } from './java-coordinates.ts';

/** Fewer are what somebody copied for a function or two. */
const CLASSES = 10;
const NAMED = 4;

/**
 * Code of well-known libraries in an archive that does not name them, in their own packages or moved into others, as shading does
 * (`com/acme/shaded/org/apache/logging/log4j/core`): without what Maven noted nothing tells their versions. `facts`: what the archive is known to be and to
 * hold. https://maven.apache.org/plugins/maven-shade-plugin/examples/class-relocation.html
 */
export function mergedIn({ classes, fileName }: Archive, facts: readonly PackageFact[]): ClosedFact | undefined {
  const counts = new Map<string, number>();
  for (const [folder, count] of classes.folders) {
    const artifact = libraryIn(folder.split('/'))?.artifact;
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
