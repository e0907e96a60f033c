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
  version: 3,
  files: ['**/site-packages/*.pth', '**/dist-packages/*.pth'],
  stream(entry) {
    const parts: Buffer[] = [];
    let size = 0;
    let cut = false;
    return {
      push(chunk) {
        // A model has such a name too. A NUL makes no model of a text: Python reads its lines all the same.
        if (size === 0 && (chunk[0] === 0x80 || chunk.subarray(0, 4).toString('latin1') === 'PK\x03\x04'))
          return Number.POSITIVE_INFINITY;
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
        if (line !== undefined)
          yield {
            kind: 'risk',
            category: 'configuration',
            rule: 'python-start-runs-code',
            severity: 'HIGH',
            title: 'every start of Python runs code that starts programs, decodes or fetches',
            detail: printable(line, 300),
          };
        if (cut) yield { kind: 'unknown', reason: `${entry.path}: longer than ${MOST_BYTES} bytes` };
      },
    };
  },
});

/** Of `str.splitlines`, by which newer Pythons read these files. https://docs.python.org/3/library/stdtypes.html#str.splitlines */
const LINE_ENDS = /[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]/;
const MOST_BYTES = 1024 * 1024;
/** A line that begins with anything else than `import` or `#` is added to `sys.path`. */
const ARCHIVE = /^(?!import[ \t]|#).{1,4096}\.(?:whl|zip)\/?$/;

/** What the lines of package managers (namespaces, editable installs, `distutils-precedence`) have no use for. */
const REACHES_OUT =
  /\b(?:exec|eval|compile)\s{0,4}\(|\b(?:subprocess|popen|system|spawn\w{0,4}|exec[lv]p?e?|posix_spawn|socket|urllib|urlopen|requests|httpx|ctypes|marshal|pickle|base64|b64decode|a85decode|b85decode|unhexlify|fromhex|zlib)\b/;
