import type { OsFact, PackageFact } from '../analyzers/analyzer.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import type { OperatingSystem } from '../model.ts';
import type { Contradiction } from './system.ts';

type OsItem = VisibleFact & { readonly fact: OsFact };

/** Whether anybody publishes advisories for this system. */
const isServed = (fact: OsFact): boolean => ecosystems.some(({ system }) => system?.namespace(fact) !== undefined);

/** The release file that an upper layer deleted or wrote anew: the uppermost of them that names a system which anybody publishes on. */
export function hiddenSystem(read: ReadImage): OsItem | undefined {
  const hidden = read.indexes.flatMap(({ facts }, layer) =>
    facts.flatMap(({ path, analyzer, fact }): OsItem[] =>
      fact.kind === 'os' && read.files.find(path)?.layer !== layer && isServed(fact)
        ? [{ path, analyzer, fact, layer }]
        : [],
    ),
  );
  return hidden.findLast(({ path }) => path.endsWith('os-release')) ?? hidden.at(-1);
}

/**
 * What a lower layer's release file has against one that names no system which anybody publishes on, where the packages themselves do not tell
 * their release; only for packages of that system's kind.
 */
export function unserved(
  stated: OperatingSystem | undefined,
  below: OsItem | undefined,
  packages: readonly PackageFact[],
): Contradiction | undefined {
  if (below === undefined || (stated !== undefined && isServed({ ...stated, kind: 'os' }))) return undefined;
  const { kind: _, ...os } = below.fact;
  const types = new Set(ecosystems.flatMap(({ type, system }) => (system?.namespace(os) === undefined ? [] : [type])));
  if (!packages.some(({ type }) => types.has(type))) return undefined;
  const because = `the release file of a lower layer, /${below.path}, says ${os.name}`;
  return {
    kind: stated === undefined ? 'missing' : 'unknown',
    ...(stated === undefined ? {} : { stated }),
    proven: { os, because, decisive: false },
  };
}
