import { PlimsollError } from '../../errors.ts';
import { isObject, textOf } from '../json.ts';
import { parseReference } from '../reference.ts';
import type { EngineClient } from './client.ts';

/** A container's name or id. https://github.com/moby/moby/blob/master/daemon/names/names.go */
export const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** The name as part of a path. Nothing but a reference or an id gets there: `../containers` is neither. */
export function engineName(reference: string): string {
  if (!/^(sha256:)?[0-9a-f]{4,64}$/.test(reference)) parseReference(reference);
  return reference.split('/').map(encodeURIComponent).join('/');
}

/** What was given where an image is named. */
export interface NamedContainer {
  readonly isRunning: boolean;
  /** What it was made from, as a name where that still means it; undefined where the engine does not say it. */
  readonly image?: string;
}

/** The container of that name or id, where the engine has one. Throws what asking throws. */
export async function namedContainer(
  client: EngineClient,
  name: string,
  signal: AbortSignal | undefined,
): Promise<NamedContainer | undefined> {
  if (!CONTAINER_NAME.test(name)) return undefined;
  const facts = await client.json(`/containers/${name}/json`, signal);
  if (facts === undefined) return undefined;
  const id = textOf(facts.Image);
  const config = isObject(facts.Config) ? textOf(facts.Config.Image) : undefined;
  const isRunning = isObject(facts.State) && facts.State.Running === true;
  return { isRunning, ...(id === undefined ? {} : { image: await containerImage(client, config, id, signal) }) };
}

/** The image of a container: its name, or its id where the tag has moved to another since the start. */
export async function containerImage(
  client: EngineClient,
  named: string | undefined,
  id: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (named === undefined) return id;
  try {
    const facts = await client.json(`/images/${engineName(named)}/json`, signal);
    // Podman leaves the algorithm out.
    return textOf(facts?.Id)?.endsWith(id.slice(id.indexOf(':') + 1)) ? named : id;
  } catch (error) {
    if (error instanceof PlimsollError && (error.code === 'reference' || error.code === 'engine')) return id;
    throw error;
  }
}
