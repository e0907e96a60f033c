import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';
import { isReadElsewhere } from './closed-files.ts';
import { holdsSources, isOwnAlphabet } from './disguised-bytes.ts';

const SCRIPT = /^#!/;
/** Where PHP stops to read: what stands behind it is an archive. https://www.php.net/manual/en/phar.fileformat.stub.php */
const PHP = /^<\?php/;
const PHAR = '__HALT_COMPILER();';
const SOURCE = /\.(?:sh|py|pl|rb|[cm]?js)$/i;
/** Settings and data that a program may be written into as base64; `f0VMRg` begins each ELF file. */
const DATA = /\.(?:json|ya?ml|toml|xml|csv|txt|html?|env|ini|conf|cfg|properties)$/i;
const HOLDS_PROGRAM = /["'`\s:,=>]f0VMRg[A-Za-z0-9+/]{200}/;
const MERGED = /\.[cm]?js$/i;
const LIBRARIES =
  /(?:^|\/)(?:node_modules|(?:site|dist)-packages|python\d(?:\.\d{1,2})?|share|static|assets|public|test\w*)\//;

/** Base64 in lines of usual length or longer, or other letters without a blank in lines that nobody writes, as much as an archive would take. */
function holdsEncoded(text: string): boolean {
  let size = 0;
  for (const [run] of text.matchAll(/[A-Za-z0-9+/]{60,}|[!-~]{300,}/g)) size += run.length;
  return size >= LIMITS.closedBytes / 2;
}
/**
 * What the mergers of JavaScript write for every module or once; the fourth is what is left of esbuild's and Bun's wrapper when names are shortened.
 * https://webpack.js.org/concepts/, https://github.com/vercel/ncc, https://esbuild.github.io/, https://bun.com/docs/bundler,
 * https://github.com/browserify/browser-pack, https://github.com/rollup/plugins (commonjs), https://parceljs.org/
 */
const MERGERS = [
  /__webpack_require__|__webpack_modules__|\bwebpackChunk|__nccwpck_require__/,
  /\b__commonJS\b|\b__toESM\b/,
  /\bparcelRequire\w{0,10}\b|\$parcel\$/,
  /=\{exports:\{\}\}\)\.exports,/,
  /\bMODULE_NOT_FOUND["'],\w{1,20}\}var \w{1,20}=\w{1,20}\[\w{1,20}\]=\{exports:\{\}\}/,
  /\bgetDefaultExportFromCjs\b|\bcommonjsGlobal\b/,
];
/** Licences of others that a merger keeps: of so many packages no file of one's own has them. */
const NOTICES = /@license\b|\bMIT Licensed\b|\(c\) \d{4}|\bLicensed under\b/gi;
const MANY_NOTICES = 8;
const isMerged = (text: string): boolean =>
  MERGERS.some((mark) => mark.test(text)) || (text.match(NOTICES)?.length ?? 0) >= MANY_NOTICES;
/** Only what runs on a server asks for these, by whatever name `require` has in there. */
const OF_SERVERS =
  /(?:require\(|from ?|import\()["'](?:node:)?(?:fs|http|https|net|path|crypto|child_process)["']|\b[\w$]{1,20}\(["'](?:node:[a-z_]{2,20}|fs|child_process|async_hooks|worker_threads)["']\)/;

/**
 * Scripts that carry an archive, as text or as bytes behind their last line, and code of a server in which packages were merged: their names are
 * told by nothing but banners.
 */
export const carriedContents = analyzer({
  name: 'carried-contents',
  version: 7,
  unownedOnly: true,
  leastBytes: LIMITS.closedBytes,
  magic: (head, { path }) =>
    (SOURCE.test(path) ||
      DATA.test(path) ||
      SCRIPT.test(head.toString('latin1', 0, 2)) ||
      PHP.test(head.toString('latin1', 0, 5))) &&
    !LIBRARIES.test(path) &&
    !isReadElsewhere(path.replace(/js$/i, '')),
  stream({ path }) {
    const parts: Buffer[] = [];
    let size = 0;
    return {
      push(chunk) {
        parts.push(Buffer.from(chunk));
        size += chunk.length;
        return size < LIMITS.carriedBytes ? 0 : Number.POSITIVE_INFINITY;
      },
      *end() {
        const bytes = Buffer.concat(parts);
        const text = bytes.toString('latin1');
        if (DATA.test(path)) {
          if (HOLDS_PROGRAM.test(text))
            yield { kind: 'closed', as: 'inside', what: 'data with a program written as text' };
          else if (holdsSources(bytes))
            yield { kind: 'closed', as: 'archive', what: 'data with sources of Python in it' };
          else if (isOwnAlphabet(bytes))
            yield { kind: 'closed', as: 'archive', what: 'text in an encoding of its own' };
        } else if (MERGED.test(path)) {
          if (isMerged(text) && OF_SERVERS.test(text))
            yield { kind: 'closed', as: 'bundle', what: 'code of a server that was merged into one file' };
        } else if (isZipApp(text)) return;
        else if (text.startsWith('<?php')) {
          if (text.includes(PHAR) && text.includes('\0'))
            yield { kind: 'closed', as: 'inside', what: 'a program of PHP with an archive behind it' };
        } else if (text.includes('\0'))
          yield { kind: 'closed', as: 'inside', what: 'a script with an archive behind it' };
        else if (holdsEncoded(text))
          yield { kind: 'closed', as: 'inside', what: 'a script that holds an archive as text' };
      },
    };
  },
});

/** What Python imports from as it lies there (`analyzers/python`). */
const isZipApp = (text: string): boolean =>
  /^#![^\n]{1,500}python[^\n]{0,100}\nPK\x03\x04|^#!\/bin\/sh\n[\s\S]{0,500}\bPEX_ROOT=/.test(text);
