import { fileNameOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

/**
 * Packages of a Yarn project with Plug'n'Play: programs load them out of the zip archives in `.yarn/cache`, through the loader at the project's
 * root. Without that loader the folder is a mere cache, and nothing is said of it. The archive's first entries tell the name, since the
 * file's own runs scope and name together: since Yarn 4 the folders above the package are entries as well. https://yarnpkg.com/features/pnp
 */
export const yarnCache = analyzer({
  name: 'yarn-cache',
  version: 2,
  files: ['**/.yarn/cache/*.zip'],
  stream(entry) {
    const fileName = fileNameOf(entry.path).slice(-LIMITS.nameBytes);
    const version = /-npm-(\d.*?)-[0-9a-f]{8,10}(?:-[0-9a-z]+)?\.zip$/.exec(fileName)?.[1];
    let name: string | undefined;
    return {
      push(chunk, offset) {
        if (offset === 0) name = packageIn(chunk);
        return Number.POSITIVE_INFINITY;
      },
      *end() {
        if (name === undefined || version === undefined) return;
        yield { type: 'npm', name, version, needs: ['../../.pnp.cjs', '../../.pnp.js', '../../.pnp.loader.mjs'] };
      },
    };
  },
});

/** `node_modules/`, `node_modules/@scope/` and the package's own folder. */
const FOLDERS = 3;
const LOCAL_HEADER = 30;

/** The package that the first entries of an archive are of. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.7) */
function packageIn(head: Buffer): string | undefined {
  let at = 0;
  for (let entry = 0; entry < FOLDERS; entry += 1) {
    if (head.length < at + LOCAL_HEADER || head.readUInt32LE(at) !== 0x04034b50) return undefined;
    const end = at + LOCAL_HEADER + head.readUInt16LE(at + 26);
    const path = head.toString('utf8', at + LOCAL_HEADER, end);
    const name = /^node_modules\/((?:@[^/]+\/)?[^@/][^/]*)\//.exec(path)?.[1];
    if (name !== undefined) return name;
    if (!path.endsWith('/')) return undefined;
    at = end + head.readUInt16LE(at + 28) + head.readUInt32LE(at + 18);
  }
  return undefined;
}
