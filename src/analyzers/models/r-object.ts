import { type Compression, compressionOf, decompressedStart } from '../../formats/compression/index.ts';
import { analyzer, unknown } from '../analyzer.ts';

/**
 * Objects of R: promises in them are evaluated when they are first looked at (CVE-2024-27322), and closures are code. Nobody here reads them.
 * What R's packages keep in its library is theirs. https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Serialization-Formats
 */
export const rObject = analyzer({
  name: 'r-object',
  version: 3,
  magic: (head, { path }) =>
    /\.(?:rds|rdata|rda)$/i.test(path) &&
    !/(?:^|\/)(?:site-)?library\/(?:[^/]{1,100}\/){1,4}(?:Meta|R|help|data)\/|^(?:usr|opt)\/(?:[^/]{1,100}\/){0,3}lib(?:64)?\/R\/|(?:^|\/)lib\/R\/(?:site-)?library\//.test(
      path,
    ) &&
    isSerialized(head),
  stream() {
    return {
      push: () => Number.POSITIVE_INFINITY,
      *end() {
        yield unknown('a serialized R object: not read');
      },
    };
  },
});

const EARLY: ReadonlySet<Compression> = new Set(['gzip', 'xz']);
const FORMATS = /^(?:RD[XAB][23]\n)?[XAB]\n/;

function isSerialized(head: Buffer): boolean {
  const how = compressionOf(head);
  // bzip2 and what R does not write show nothing before a whole block: the name has to do.
  if (how !== undefined && !EARLY.has(how)) return true;
  const start = how === undefined ? head : decompressedStart(head, how, 32);
  return FORMATS.test(start.toString('latin1', 0, 16));
}
