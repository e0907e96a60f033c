import { deb822, shortLines, yamlPairs } from '../../formats/text/index.ts';
import { analyzer, type PackageFact } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';

const FIELDS = new Set(['name', 'version', 'package-name', 'license']);

/**
 * Libraries that GHC, cabal and stack have registered, a file each. A library within a package has a name of its own, and says whose it is.
 * https://downloads.haskell.org/ghc/latest/docs/users_guide/packages.html#installedpackageinfo-a-package-specification
 */
export const haskellPackages = analyzer({
  name: 'haskell-packages',
  version: 1,
  files: ['**/package.conf.d/*.conf', '**/package.db/*.conf', '**/pkgdb/*.conf'],
  *read(file) {
    const [fields] = deb822(file.text(), FIELDS);
    const name = fields?.get('package-name') ?? fields?.get('name');
    const version = fields?.get('version');
    if (!name || !version) return yield { kind: 'unknown', reason: 'no name or version of a package' };
    const license = fields?.get('license');
    yield withValues({ type: 'hackage', name, version, licenses: license ? [license] : undefined });
  },
});

const pinned = (name: string, version: string): PackageFact => ({ type: 'hackage', name, version, role: 'declared' });

/** What a project was built with, as cabal and stack write it down: no proof that it is in a program. */
export const haskellLocks = analyzer({
  name: 'haskell-locks',
  version: 1,
  files: ['**/cabal.project.freeze', '**/stack.yaml.lock'],
  *read(file) {
    if (file.path.endsWith('.freeze')) {
      // https://cabal.readthedocs.io/en/stable/cabal-commands.html#cabal-freeze
      for (const line of shortLines(file.text())) {
        const match = /^(?:constraints:)?[ \t]*any\.([A-Za-z0-9-]+)[ \t]*==([0-9.]+),?$/.exec(line.trim());
        if (match !== null) yield pinned(match[1]!, match[2]!);
      }
      return;
    }
    // https://docs.haskellstack.org/en/stable/topics/lock_files/
    const { pairs, unread } = yamlPairs(file.text());
    if (unread !== undefined) yield { kind: 'unknown', reason: unread };
    for (const { above, key, value } of pairs) {
      const match =
        above.at(-1) === 'completed' && key === 'hackage' ? /^([A-Za-z0-9-]+)-([0-9.]+)(?:@|$)/.exec(value) : null;
      if (match !== null) yield pinned(match[1]!, match[2]!);
    }
  },
});
