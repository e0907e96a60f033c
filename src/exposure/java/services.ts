import type { ClassPath } from './class-path.ts';

/**
 * What the class path offers, each service once: of a class that is reached, and of the runtime's own where somebody names one of its
 * package.
 */
export function offeredBy(classPath: ClassPath): (name: string, names: readonly string[]) => readonly string[] {
  const ofClass = new Map<string, string[]>();
  const ofPackage = new Map<string, string[]>();
  for (const { services } of classPath.places)
    for (const [service, providers] of Object.entries(services)) {
      const wanted = service.replaceAll('.', '/');
      const lists = classPath.find(wanted) === undefined ? [ofClass, ofPackage] : [ofClass];
      for (const by of lists) {
        const key = by === ofClass ? wanted : packageOf(wanted);
        const known = by.get(key) ?? [];
        by.set(key, known);
        for (const provider of providers) known.push(provider);
      }
    }
  const taken = (by: Map<string, string[]>, key: string): readonly string[] => {
    const offered = by.get(key) ?? [];
    by.delete(key);
    return offered;
  };
  return (name, names) =>
    ofClass.size + ofPackage.size === 0
      ? []
      : [...taken(ofClass, name), ...[name, ...names].flatMap((service) => taken(ofPackage, packageOf(service)))];
}

const packageOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);
