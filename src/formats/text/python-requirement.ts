import { type Marker, parseMarker } from './python-marker.ts';

/** A dependency as `Requires-Dist` and requirements files write it. */
export interface Requirement {
  /** As written; compare normalised. */
  readonly name: string;
  readonly extras: readonly string[];
  /** `>=1.22,<1.24`; empty: any version. */
  readonly specifier: string;
  /** `name @ url`: from there, whatever its version. */
  readonly url?: string;
  readonly marker?: Marker;
}

const NAME = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*/;
const REQUIREMENT_CHARACTERS = 8_192;

/**
 * Parses one dependency specifier (PEP 508); undefined where it is malformed.
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/
 */
export function parseRequirement(text: string): Requirement | undefined {
  if (text.length > REQUIREMENT_CHARACTERS) return undefined;
  const head = NAME.exec(text);
  if (!head) return undefined;
  const name = head[1] as string;
  const extras = (head[2] ?? '')
    .split(',')
    .map((extra) => extra.trim())
    .filter(Boolean);
  const rest = text.slice(head[0].length);
  if (rest.startsWith('@')) {
    const [, url, markerText] = /^@\s*(\S+)(?:\s+;\s*(.*))?\s*$/s.exec(rest) ?? [];
    return url === undefined ? undefined : finished({ name, extras, specifier: '', url }, markerText);
  }
  const semicolon = rest.indexOf(';');
  const versions = (semicolon < 0 ? rest : rest.slice(0, semicolon)).trim();
  const specifier = versions.startsWith('(') && versions.endsWith(')') ? versions.slice(1, -1) : versions;
  if (specifier !== '' && !/^[<>=!~]/.test(specifier.trim())) return undefined;
  return finished(
    { name, extras, specifier: specifier.replace(/\s+/g, '') },
    semicolon < 0 ? undefined : rest.slice(semicolon + 1),
  );
}

function finished(requirement: Requirement, markerText: string | undefined): Requirement | undefined {
  if (markerText === undefined || markerText.trim() === '') return requirement;
  const marker = parseMarker(markerText);
  return marker && { ...requirement, marker };
}
