import { printable } from '../../errors.ts';
import { analyzer } from '../analyzer.ts';

/**
 * `.pth` files of site-packages: a line that begins with `import` is run at each start of Python, whatever is started.
 * https://docs.python.org/3/library/site.html
 */
export const pathFile = analyzer({
  name: 'python-path-file',
  version: 1,
  files: ['**/site-packages/*.pth', '**/dist-packages/*.pth'],
  stream(entry) {
    const parts: Buffer[] = [];
    let size = 0;
    let cut = false;
    return {
      push(chunk) {
        // A model has such a name too; what Python reads as lines is text.
        if (size === 0 && (chunk[0] === 0x80 || chunk.subarray(0, 64).includes(0))) return Number.POSITIVE_INFINITY;
        parts.push(Buffer.from(chunk));
        size += chunk.length;
        cut = size > MOST_BYTES;
        return cut ? Number.POSITIVE_INFINITY : 0;
      },
      *end() {
        const text = Buffer.concat(parts)
          .toString('utf8')
          .replace(/^\ufeff/, '');
        const line = text.split(/\r\n|\r|\n/).find((shown) => /^import[ \t]/.test(shown) && REACHES_OUT.test(shown));
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

const MOST_BYTES = 1024 * 1024;

/** What the lines of package managers (namespaces, editable installs, `distutils-precedence`) have no use for. */
const REACHES_OUT =
  /\b(?:exec|eval|compile)\s{0,4}\(|\b(?:subprocess|popen|system|spawn\w{0,4}|exec[lv]p?e?|posix_spawn|socket|urllib|urlopen|requests|httpx|ctypes|marshal|pickle|base64|b64decode|a85decode|b85decode|unhexlify|fromhex|zlib)\b/;
