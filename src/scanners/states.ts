import { readJson } from '../formats/json-values.ts';
import { isObject, type Json, object, text } from '../formats/text/index.ts';
import type { ScannerState } from './scanner.ts';

/** `trivy version --format json`: of a build of one's own the version is `dev`; a database that is not there is left out. */
export function trivyState(answer: string): ScannerState | undefined {
  const root = object(parsed(answer));
  const date = text(object(root.VulnerabilityDB).UpdatedAt);
  const version = text(root.Version);
  // Told to leave alone a database that it does not have, Trivy ends with an error.
  const kept = [
    ...(date === undefined ? [] : ['--skip-db-update']),
    ...(isObject(root.JavaDB) ? ['--skip-java-db-update'] : []),
  ];
  return {
    ...(date !== undefined && { date }),
    ...(version !== undefined && version !== 'dev' && { version }),
    ...(kept.length > 0 && { untouched: { arguments: kept } }),
  };
}

/** `grype db status --output json`: its age is told with the comparison, so it is no reason to refuse. */
export function grypeState(answer: string): ScannerState | undefined {
  const { built, valid } = object(parsed(answer));
  const date = text(built);
  if (valid !== true || date === undefined) return undefined;
  return {
    date,
    untouched: { environment: { GRYPE_DB_AUTO_UPDATE: 'false', GRYPE_DB_VALIDATE_AGE: 'false' } },
  };
}

function parsed(answer: string): Json | undefined {
  try {
    return readJson(answer) as Json;
  } catch {
    return undefined;
  }
}
