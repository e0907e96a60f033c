import type { AnalyzedFile, Analyzer, Fact } from '../analyzers/analyzer.ts';
import { PlimsollError } from '../errors.ts';
import type { Entry, Layer } from '../model.ts';
import type { IndexOptions } from './index-layer.ts';
import type { VisibleFact } from './read-image.ts';
import { readAgain } from './second-read.ts';
import type { FileSystem } from './squash.ts';

/** What is needed to read files together when all layers are known. */
interface Joining {
  readonly analyzers: readonly Analyzer[];
  readonly files: FileSystem;
  readonly layers: readonly Layer[];
  /** What errors call a layer. */
  readonly nameOf: (layer: Layer) => string;
  readonly options: IndexOptions;
}

/**
 * Reads files that complete others together with these, whichever layers they are in, and puts what they say together in place of what
 * each said alone. Images with such files are few: nothing is kept of it.
 */
export async function joinedFacts(facts: readonly VisibleFact[], joining: Joining): Promise<readonly VisibleFact[]> {
  const completing = new Map(
    joining.analyzers.flatMap((analyzer) => (analyzer.completes ? [[analyzer.name, analyzer] as const] : [])),
  );
  const marks = facts.filter(({ fact }) => fact.kind === 'completes');
  if (marks.length === 0) return facts;
  let all = facts.filter(({ fact }) => fact.kind !== 'completes');
  for (const { path, layer, analyzer: name } of marks) {
    const analyzer = completing.get(name);
    if (analyzer?.completes === undefined) continue;
    const { path: other, inPlaceOf } = analyzer.completes;
    const completed = other(path);
    const entry = joining.files.find(completed);
    const beside = entry?.type === 'file' ? await bytesOf(completed, entry.layer, analyzer, joining) : undefined;
    const file = await bytesOf(path, layer, analyzer, joining);
    const said = saidBy(() => {
      if (file === undefined || (entry !== undefined && beside === undefined))
        throw new Error(`it completes ${completed}, and one of both cannot be read`);
      return analyzer.completes!.join(file, beside);
    });
    const where = beside === undefined ? path : completed;
    const together = said.facts.map((fact) => ({
      // What could not be read is told of the file that completes.
      path: fact.kind === 'unknown' ? path : where,
      analyzer: name,
      layer: Math.max(layer, entry?.layer ?? layer),
      fact,
    }));
    const isReplaced = (visible: VisibleFact): boolean => visible.analyzer === inPlaceOf && visible.path === completed;
    all = [...(said.whole ? all.filter((visible) => !isReplaced(visible)) : all), ...together];
  }
  return all;
}

function saidBy(join: () => Iterable<Fact>): { readonly facts: readonly Fact[]; readonly whole: boolean } {
  try {
    return { facts: [...join()], whole: true };
  } catch (error) {
    if (error instanceof PlimsollError && (error.code === 'limit' || error.code === 'interrupted')) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { facts: [{ kind: 'unknown', reason }], whole: false };
  }
}

/** A file of a layer; undefined where it is larger than the analyzer reads, or gone. */
async function bytesOf(
  path: string,
  layer: number,
  { maxBytes }: Analyzer,
  { layers, nameOf, options }: Joining,
): Promise<AnalyzedFile | undefined> {
  let taken: AnalyzedFile | undefined;
  const taker: Analyzer = {
    name: 'bytes',
    version: 1,
    ...(maxBytes === undefined ? {} : { maxBytes }),
    *read(file) {
      const entry: Entry = file.entry;
      const bytes = Buffer.from(file.bytes);
      taken = { path, entry, bytes, text: () => bytes.toString('utf8') };
    },
  };
  const source = layers[layer] as Layer;
  const { pool: _, ...alone } = options;
  await readAgain(source, [{ path, via: path, analyzer: taker }], nameOf(source), alone);
  return taken;
}
