import { LIMITS } from '../../limits.ts';
import type { Http } from '../../network/http.ts';
import { jsonObject, textOf } from '../json.ts';
import { isTag, parseReference } from '../reference.ts';
import { connectRegistry } from './client.ts';
import { answerError } from './error.ts';
import { nextQuery } from './pages.ts';
import type { RegistryOptions } from './registry.ts';

/** Tags of a repository, and whether there are more than were asked for. */
export interface TagList {
  readonly tags: readonly string[];
  readonly isCut: boolean;
}

/**
 * The tags of the repository that a reference names, in the registry's order, at most `LIMITS.registryTags`. What is no tag is left out.
 * Throws as the registry does. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
 */
export async function listTags(reference: string, options: RegistryOptions): Promise<TagList> {
  const parsed = parseReference(reference);
  const client = await connectRegistry({ ...options, reference: parsed });
  const tags: string[] = [];
  let query = `?n=${LIMITS.registryTagsPage}`;
  for (let page = 0; page < LIMITS.registryTagPages; page++) {
    const { listed, next } = await pageOf(client, options.http, query, parsed.name);
    tags.push(...listed.slice(0, LIMITS.registryTags - tags.length));
    if (next === undefined) return { tags, isCut: false };
    if (tags.length >= LIMITS.registryTags) break;
    query = next;
  }
  return { tags, isCut: true };
}

async function pageOf(
  client: Awaited<ReturnType<typeof connectRegistry>>,
  http: Http,
  query: string,
  where: string,
): Promise<{ listed: readonly string[]; next: string | undefined }> {
  const response = await client.send(`tags/list${query}`, { headers: { accept: 'application/json' } });
  if (response.status !== 200) throw await answerError(http, response, where);
  const document = jsonObject(await http.bytes(response, LIMITS.manifestBytes), where, 'list of tags');
  const listed = Array.isArray(document.tags) ? document.tags.flatMap((tag) => textOf(tag) ?? []).filter(isTag) : [];
  return { listed, next: nextQuery(response.headers.link) };
}
