import { orDefect } from '../../errors.ts';
import type { Sign } from '../../model.ts';
import { isReadInPart } from '../read-in-part.ts';
import { history, unfitHistory } from './history.ts';
import { confusing, contradicted, installers, links, metadata, unlistedCode, unrecorded } from './languages.ts';
import { closed, packed } from './programs.ts';
import type { SignCheck, SignScene } from './scene.ts';
import { database, flattened, nested, phantoms, release, strangers, undocumented } from './system.ts';
import { edited, whiteouts } from './versions.ts';

export type { SignScene } from './scene.ts';

/** Every check, by subject in the files beside; adding one is adding a line. */
const CHECKS: readonly SignCheck[] = [
  release,
  database,
  strangers,
  undocumented,
  phantoms,
  links,
  metadata,
  unlistedCode,
  contradicted,
  history,
  unfitHistory,
  packed,
  installers,
  unrecorded,
  closed,
  nested,
  confusing,
  edited,
  whiteouts,
  flattened,
];

/** Signs that something is not there: of what was read in part alone they prove nothing. */
const OF_ABSENCE: ReadonlySet<string> = new Set([
  'release-missing',
  'database-missing',
  'database-emptied',
  'packages-phantom',
  'metadata-deleted',
  'installer-forged',
]);

function inPart(sign: Sign): Sign {
  if (sign.level !== 'warning' || !OF_ABSENCE.has(sign.check)) return sign;
  return { ...sign, level: 'info', message: `${sign.message}; but the time for reading was over before all was read` };
}

/** What speaks for something having been taken out of sight, the grave first; `failed` is told of checks that a defect of this program kept from being made. */
export function signsOf(scene: SignScene, failed: (defect: string) => void): Sign[] {
  const signs = CHECKS.flatMap((check) =>
    orDefect(
      () => [...check(scene)],
      (defect) => {
        failed(`${check.name}: ${defect}`);
        return [];
      },
    ),
  );
  return (isReadInPart(scene.read) ? signs.map(inPart) : signs).sort((a, b) =>
    a.level === b.level ? 0 : a.level === 'warning' ? -1 : 1,
  );
}

export { codeOfKnownWheels, unlistedPython } from './languages.ts';
