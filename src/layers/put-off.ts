import type { Analyzer } from '../analyzers/analyzer.ts';
import type { Entry, LayerContent } from '../model.ts';

/** Decides whether the body of a file is put off until it is known whether an OS package owns it. */
export interface PutOff {
  /** To be told every path, in the order of the layer. */
  passes(path: string): void;
  isPutOff(entry: Entry): boolean;
}

/**
 * Whether what an analyzer says of a file may be asked for when all layers are known: of what shows then, and is owned by nobody. One that
 * is heard of hidden files too is not made to wait, for a layer that has passed by would have to come again for each of them.
 */
export const canWait = ({ unownedOnly, hiddenToo }: Analyzer): boolean => unownedOnly === true && hiddenToo !== true;

/**
 * What is put off, and then owned by nobody, has to be read again: a look where the layer can be sought in, its unpacking once more where
 * it passes by, and its transfer once more over a network. So of a layer that passes by only what lies in the folders of the distribution is
 * put off, where next to nothing is anybody else's; and of one that comes as a stream, only if it has shown that a distribution is in it.
 * `sought`: the layer can be sought in.
 */
export function puttingOff(content: LayerContent, sought: boolean): PutOff {
  if (sought) return { passes() {}, isPutOff: () => true };
  let passed = 0;
  let distribution = content.kind === 'file';
  return {
    passes(path) {
      distribution ||= (path.startsWith('etc/') || path.startsWith('lib/')) && BASE.test(path);
    },
    isPutOff({ path, size }) {
      if (!distribution || !SYSTEM.test(path) || OTHERS.test(path)) return false;
      passed += size;
      return passed > FIRST_BYTES;
    },
  };
}

/** Never: what has passed by does not come again. */
export const neverPutOff: PutOff = { passes() {}, isPutOff: () => false };

/** Where package managers of distributions put programs, libraries and documents. https://refspecs.linuxfoundation.org/FHS_3.0/fhs-3.0.html */
const SYSTEM = /^(?:usr\/(?:s?bin|games|share\/doc|lib(?:32|64|x32|exec)?)|s?bin|lib(?:32|64|x32)?)\//;
/** Where, within these, other package managers put theirs, and Python what it compiled, which no package lists. */
const OTHERS = /\/(?:site-packages|node_modules|site-library|gems|vendor_perl|__pycache__)\//;
/** What only the layer has that a distribution begins with; archives have these before `usr`. */
const BASE =
  /^(?:etc\/(?:os-release|debian_version|dpkg\/|apt\/|alpine-release|apk\/|redhat-release|rpm\/|yum\.repos\.d\/)|lib\/apk\/)/;
/** Of little it is dearer to come back than to look. */
const FIRST_BYTES = 8 * 1024 * 1024;
