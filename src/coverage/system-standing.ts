import { isSystemType } from '../ecosystems/index.ts';
import { isReleaseOf } from '../hiding/system.ts';
import { type AssessedDatabase, type AssessedSystem, type Inventory, isInstalled, type Package } from '../model.ts';

/** Signs that a package database leaves something out, whatever else it lists. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'database-deleted',
  'database-emptied',
  'database-missing',
  'traces-contradicted',
]);

const warned = ({ signs = [] }: Pick<Inventory, 'signs'>): ReadonlySet<string> =>
  new Set(signs.flatMap(({ check, level }) => (level === 'warning' ? [check] : [])));

/** How the operating system of an image is known, and how sure that is. */
export function assessedSystem({ os, packages, signs }: Pick<Inventory, 'os' | 'packages' | 'signs'>): AssessedSystem {
  if (os === undefined) return { by: 'nothing' };
  const isContradicted = warned({ ...(signs && { signs }) }).has('release-contradicted');
  if (os.inferred !== undefined)
    return {
      by: 'packages',
      certainty: isContradicted ? 'contradicted' : 'inferred',
      because: os.inferred,
    };
  if (isContradicted) return { by: 'release-file', certainty: 'contradicted' };
  return { by: 'release-file', certainty: isReleaseOf(os, packages) ? 'confirmed' : 'stated' };
}

/** Whether a database of the system's packages is there, and whether what else is there bears it out. */
export function assessedDatabase({ packages, signs = [] }: Pick<Inventory, 'packages' | 'signs'>): AssessedDatabase {
  const system = packages.filter((pkg) => isSystemType(pkg.type) && isInstalled(pkg));
  const listed = system.filter(({ recovered }) => recovered === undefined);
  const told = warned({ signs });
  if (listed.length === 0) {
    // Copies out of another stage bring libraries without a database: that is told as an information.
    const isThere = system.length > 0 || [...LEFT_OUT].some((check) => told.has(check));
    return { state: isThere ? 'missing' : 'none', packages: 0 };
  }
  const isContradicted = [...LEFT_OUT].some((check) => told.has(check)) || system.some(isDoubted);
  return { state: isContradicted ? 'contradicted' : 'consistent', packages: listed.length };
}

/** What something else states in another version, and that of which nothing but the list is there. */
const isDoubted = ({ properties, phantom }: Package): boolean =>
  properties?.contradictedBy !== undefined || phantom === true;
