import { typeNamed } from './index.ts';
import { pypi } from './pypi.ts';

/** Where the specification of a world is not known: words with what joins them. */
const OTHER = /^[a-z0-9_@][a-z0-9._+~@/:-]*$/i;

const NAME_LENGTH = 256;

/**
 * Whether a package of this purl type may be called so: as its world says, and never as an option (`-o`) or a path. Names come from
 * images; what is none never enters a command, an edit or an address.
 */
export const isPackageName = (type: string, name: string): boolean =>
  name.length <= NAME_LENGTH && !name.split('/').includes('..') && (typeNamed(type).named ?? OTHER).test(name);

/** A name as scanners spell it, whatever its type: in any case, with any of the signs that Python takes for one. */
export const plainName = (name: string): string => pypi.normalize(name);

/** By what a package is the same in two reports: `Pillow` became `pillow`, and `jupyter-server` is `jupyter_server`; rpm's and npm's names keep their letters. */
export const sameName = (type: string, name: string): string => (type === pypi.type ? pypi.normalize(name) : name);
