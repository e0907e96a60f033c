import { printable } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

/**
 * `.pth` files of site-packages: a line that begins with `import` is run at each start of Python, whatever is started; others name what is
 * imported from.
 * https://docs.python.org/3/library/site.html
 */
export const pathFile = analyzer({
  name: 'python-path-file',
  version: 6,
  files: ['**/site-packages/*.pth', '**/dist-packages/*.pth'],
  stream(entry) {
    const parts: Buffer[] = [];
    let size = 0;
    let cut = false;
    return {
      push(chunk) {
        // Also of what looks like a model (`PK`, 0x80) or has a NUL: here Python reads the lines of anything.
        parts.push(Buffer.from(chunk));
        size += chunk.length;
        cut = size > MOST_BYTES;
        return cut ? Number.POSITIVE_INFINITY : 0;
      },
      *end() {
        const text = Buffer.concat(parts)
          .toString('utf8')
          .replace(/^\ufeff/, '');
        const lines = text.split(LINE_ENDS);
        const archives = lines.map((named) => named.trim()).filter((named) => ARCHIVE.test(named));
        if (archives.length > 0)
          yield { kind: 'imports-from', paths: archives.slice(0, LIMITS.importedArchives).join('\n') };
        const line = lines.find((shown) => /^import[ \t]/.test(shown) && REACHES_OUT.test(shown));
        const other = line ?? lines.find((shown) => /^import[ \t]/.test(shown) && !isUsual(shown));
        if (line !== undefined)
          yield {
            kind: 'risk',
            category: 'configuration',
            rule: 'python-start-runs-code',
            severity: 'HIGH',
            title: 'every start of Python runs code that starts programs, decodes or fetches',
            detail: printable(line, 300),
          };
        else if (other !== undefined)
          yield {
            kind: 'risk',
            category: 'configuration',
            rule: 'python-start-runs-code',
            severity: 'LOW',
            title: 'every start of Python runs a line that is not one of those that package managers write',
            detail: printable(other, 300),
          };
        if (cut) yield { kind: 'unknown', reason: `${entry.path}: longer than ${MOST_BYTES} bytes` };
      },
    };
  },
});

/** Of `str.splitlines`, by which newer Pythons read these files. https://docs.python.org/3/library/stdtypes.html#str.splitlines */
const LINE_ENDS = /[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]/;
const MOST_BYTES = 1024 * 1024;
/** A line that begins with anything else than `import` or `#` is added to `sys.path`: a folder, or an archive under any name. */
const ARCHIVE = /^(?!import[ \t]|#).{1,4096}$/;

/** What the lines of package managers (namespaces, editable installs, `distutils-precedence`) have no use for. */
const REACHES_OUT =
  /\b(?:exec|eval|compile)\s{0,4}\(|\b(?:subprocess|popen|system|spawn\w{0,4}|exec[lv]p?e?|posix_spawn|socket|urllib|urlopen|requests|httpx|ctypes|marshal|pickle|base64|b64decode|a85decode|b85decode|getattr|globals|__getattribute__|__builtins__|unhexlify|fromhex|zlib)\b/;

/** `import coverage; coverage.process_startup()`: code of a module that is installed, called without being told anything. */
const MODULE_ONLY =
  /^import[ \t]{1,9}[\w.]{1,200}(?:[ \t]{0,9},[ \t]{0,9}[\w.]{1,200}){0,20}(?:[ \t]{0,9};[ \t]{0,9}(?:import[ \t]{1,9})?[\w.]{1,200}(?:\(\))?){0,20}[ \t]{0,9};?[ \t]{0,9}(?:#.{0,4096})?$/;
/** What setuptools calls in the lines it writes for namespaces and for distutils. */
const USUAL_CALLS = new Set(
  'join _getframe __import__ setdefault module_from_spec find_spec dirname ModuleType append get add_shim exists len extend setattr addsitedir insert and or not in'.split(
    ' ',
  ),
);

/** Whether it only imports, or calls nothing but what package managers do by name; a call of what a call gave is anything. */
function isUsual(line: string): boolean {
  if (MODULE_ONLY.test(line)) return true;
  if (/[)\]'"]\s{0,9}\(|['"]\s{0,9}(?:\+|%|['"])/.test(line.replaceAll("''", ''))) return false;
  // A usual name that is given to something else.
  if (/\b(?:from|as|for|lambda)\b/.test(line)) return false;
  if ([...line.matchAll(/(\w{1,200})\s{0,9}:?=(?!=)/g)].some(([, name = '']) => USUAL_CALLS.has(name))) return false;
  return [...line.matchAll(/(\w{1,200})\s{0,9}\(/g)].every(([, name = '']) => USUAL_CALLS.has(name));
}
