import { PlimsollError } from '../../errors.ts';
import { objectOf, objectsOf } from '../../formats/json-values.ts';
import { isLoopback } from '../../network/reach.ts';
import { azureToken, isAzureRegistry, managerOf } from '../clouds/index.ts';
import { textOf } from '../json.ts';
import { parseReference } from '../reference.ts';
import { askJson, type Service } from './ask.ts';
import { knownImage } from './image.ts';
import { type LiveWorld, liveDocument, liveSource } from './live-source.ts';
import { allPages } from './pages.ts';

/** The assessment of images in registries of Azure. https://learn.microsoft.com/azure/defender-for-cloud/subassessment-rest-api */
const ASSESSMENT = 'c0b7cfc6-3172-465a-b378-53c7ff2cc0d5';

/**
 * What Defender for Containers found in an image of Azure Container Registry, as Azure Resource Graph lists it.
 * https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
 */
export const azure = liveSource({
  name: 'azure',
  title: 'Microsoft Defender',
  spelling: 'azure:REGISTRY.azurecr.io/REPOSITORY:TAG|@DIGEST',
  image: async (target) => target,
  async fetch(target, world) {
    const { registry } = parseReference(target);
    if (!isAzureRegistry(registry) && !isLoopback(registry))
      throw new PlimsollError('reference', 'this is no registry of Azure', {
        where: target,
        hint: 'azure:REGISTRY.azurecr.io/REPOSITORY:TAG',
      });
    const { reference, digest } = await knownImage(target, world);
    const where = `azure:${target}`;
    const base = managerOf(world.environment);
    const service = serviceOf(base, world);
    // Names of registries and repositories, and digests, hold no quotes.
    const query = [
      'securityresources',
      "where type =~ 'microsoft.security/assessments/subassessments'",
      `where id contains '/assessments/${ASSESSMENT}/'`,
      `where properties.additionalData.artifactDetails.digest == '${digest}'`,
      `where properties.additionalData.artifactDetails.repositoryName == '${reference.repository}'`,
      'order by id asc',
    ].join(' | ');
    const url = `${base}/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01`;
    const data = await allPages<unknown>(async (token) => {
      const options = {
        resultFormat: 'objectArray',
        $top: 1_000,
        ...(token === undefined ? {} : { $skipToken: token }),
      };
      const page = objectOf(
        await askJson(service, {
          url,
          post: { query, options },
          permission: 'Microsoft.Security/assessments/read (Security Reader)',
        }),
      );
      return { items: objectsOf(page.data), next: textOf(page.$skipToken) };
    }, where);
    if (data.length === 0)
      throw new PlimsollError('not-found', 'Defender lists nothing for this image', {
        where,
        hint: 'it may have found nothing, not have scanned it (Defender for Containers has to be on), or not show it to this account (Security Reader): it does not say which',
      });
    return liveDocument(where, { data });
  },
});

function serviceOf(base: string, world: LiveWorld): Service {
  const { origin } = new URL(base);
  return {
    title: 'Azure',
    world,
    login: 'az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET',
    secret: once(async () => ({ origin, authorization: `Bearer ${(await azureToken(base, world)).token}` })),
  };
}

/** The same until a fresh one is asked for. */
function once<T>(make: () => Promise<T>): (fresh: boolean) => Promise<T> {
  let known: Promise<T> | undefined;
  return (fresh) => {
    if (fresh || known === undefined) known = make();
    return known;
  };
}
