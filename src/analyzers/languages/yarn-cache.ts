import { fileNameOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

/**
 * Packages of a Yarn project with Plug'n'Play: programs load them out of the zip archives in `.yarn/cache`, through the loader at the project's
 * root. Without that loader the folder is a mere cache, and nothing is said of it. The archive's first entry tells the name, since the
 * file's own runs scope and name together. https://yarnpkg.com/features/pnp
 */
export const yarnCache = analyzer({
  name: 'yarn-cache',
  version: 1,
  files: ['**/.yarn/cache/*.zip'],
  stream(entry) {
    const fileName = fileNameOf(entry.path).slice(-LIMITS.nameBytes);
    const version = /-npm-(\d.*?)-[0-9a-f]{8,10}(?:-[0-9a-z]+)?\.zip$/.exec(fileName)?.[1];
    let name: string | undefined;
    return {
      push(chunk, offset) {
        if (offset === 0 && chunk.length > 30 && chunk.readUInt32LE(0) === 0x04034b50)
          name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(
            chunk.toString('utf8', 30, 30 + chunk.readUInt16LE(26)),
          )?.[1];
        return Number.POSITIVE_INFINITY;
      },
      *end() {
        if (name === undefined || version === undefined) return;
        yield { type: 'npm', name, version, needs: ['../../.pnp.cjs', '../../.pnp.js', '../../.pnp.loader.mjs'] };
      },
    };
  },
});
