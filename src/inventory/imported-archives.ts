import { folderOf } from '../formats/paths.ts';
import { linkTarget } from '../layers/image-path.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import type { ImageConfig } from '../model.ts';

/**
 * Tells which wheels and other zip archives Python imports from as they lie there: those that `PYTHONPATH` or a `.pth` file names, whatever they are
 * called, the interpreter's own, and those that a packed PEX carries.
 * Any other lies in a wheelhouse for an installer. What a program adds to `sys.path` while it runs is not seen.
 * https://docs.python.org/3/library/zipimport.html, https://docs.python.org/3/library/site.html
 */
export function importedArchives(
  { facts, files }: Pick<ReadImage, 'facts' | 'files'>,
  config: ImageConfig | undefined,
): (path: string) => boolean {
  const named = new Set<string>();
  const name = (from: string, to: string): void => {
    const path = linkTarget(from, to);
    for (const spelling of [path, files.resolve(path)?.path]) if (spelling !== undefined) named.add(spelling);
  };
  for (const { path, via = path, fact } of facts)
    if (fact.kind === 'imports-from') for (const line of fact.paths.split('\n')) name(via, line);
  const { Env = [], WorkingDir = '' } = config?.run ?? {};
  const searched = Env.find((line) => line.startsWith('PYTHONPATH='))?.slice('PYTHONPATH='.length) ?? '';
  for (const entry of searched.split(':')) if (entry !== '') name(`${WorkingDir}/x`, entry);
  return (path) => named.has(path) || OF_INTERPRETER.test(path) || isOfPex(path, files);
}

/** Every Python searches this before its library, where it is there. https://docs.python.org/3/library/sys_path_init.html */
const OF_INTERPRETER = /(?:^|\/)lib(?:64)?\/python\d{2,3}\.zip$/;

/** `--layout packed`: one folder, in which what is carried along lies as wheels. https://docs.pex-tool.org/buildingpex.html */
const isOfPex = (path: string, files: ReadImage['files']): boolean =>
  folderOf(path).endsWith('.deps') && files.exists(`${folderOf(folderOf(path))}/PEX-INFO`.replace(/^\//, ''));

const ARCHIVES: ReadonlySet<string> = new Set(['python-wheel-file', 'python-zip']);

/** A wheel that is imported as it lies there is installed, whatever its kind is for elsewhere. */
export function withImported<Item extends VisibleFact>(item: Item, isImported: (path: string) => boolean): Item {
  const { fact, path } = item;
  if (!('role' in fact) || fact.role !== 'cache' || !ARCHIVES.has(item.analyzer) || !isImported(path)) return item;
  const { role: _, ...installed } = fact;
  return { ...item, fact: installed };
}
