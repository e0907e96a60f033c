import { PlimsollError } from '../../errors.ts';
import { objectOf } from '../../formats/json-values.ts';
import { AWS } from '../clouds/index.ts';
import { textOf } from '../json.ts';
import { arnOf, type EcrImage, ecrDigest, ecrImage } from './ecr-image.ts';
import { liveDocument, liveSource } from './live-source.ts';
import { allPages } from './pages.ts';
import { untilDone } from './wait.ts';

/**
 * What Amazon Inspector knows of an image in ECR: `ListFindings` for its digest, all pages; also what is suppressed or closed.
 * https://docs.aws.amazon.com/inspector/v2/APIReference/API_ListFindings.html
 */
export const inspector = liveSource({
  name: 'inspector',
  title: 'Amazon Inspector',
  spelling: 'inspector:[ACCOUNT.dkr.ecr.REGION.amazonaws.com/]REPOSITORY:TAG|@DIGEST',
  async fetch(target, world) {
    const image = await ecrImage(target, world);
    const { account, digest } = await ecrDigest(image);
    const equal = (value: string): unknown => [{ comparison: 'EQUALS', value }];
    const filterCriteria = {
      ecrImageHash: equal(digest),
      ecrImageRepositoryName: equal(image.repository),
      awsAccountId: equal(account),
    };
    const where = `inspector:${target} in ${image.aws.region}`;
    const list = (): Promise<unknown[]> =>
      allPages<unknown>(async (nextToken) => {
        const page = await image.aws.call(
          { service: AWS.inspector, path: '/findings/list', permission: 'inspector2:ListFindings' },
          { filterCriteria, maxResults: 100, ...(nextToken === undefined ? {} : { nextToken }) },
        );
        return { items: Array.isArray(page.findings) ? page.findings : [], next: textOf(page.nextToken) };
      }, where);
    const findings = await untilDone<unknown[]>(
      async () => {
        const known = await list();
        const underWay =
          known.length > 0 ? undefined : await mustBeScanned(image, arnOf(image, account, digest), where);
        return underWay === undefined ? { done: known } : { underWay };
      },
      where,
      world,
    );
    return liveDocument(where, { findings });
  },
});

/** Why an image has no findings yet. https://docs.aws.amazon.com/inspector/v2/APIReference/API_ScanStatus.html */
const UNDER_WAY = new Set(['PENDING_INITIAL_SCAN', 'PENDING_REVIVAL_SCAN', 'SCAN_IN_PROGRESS']);

/**
 * That nothing is found says something of an image that was scanned alone: the word for what is still being done, undefined where it was. Throws
 * `unsupported` for an image that is not scanned, with Inspector's reason.
 * https://docs.aws.amazon.com/inspector/v2/APIReference/API_ListCoverage.html
 */
async function mustBeScanned(image: EcrImage, arn: string, where: string): Promise<string | undefined> {
  const { coveredResources } = await image.aws.call(
    { service: AWS.inspector, path: '/coverage/list', permission: 'inspector2:ListCoverage' },
    { filterCriteria: { resourceId: [{ comparison: 'EQUALS', value: arn }] } },
  );
  const [covered]: readonly unknown[] = Array.isArray(coveredResources) ? coveredResources : [];
  const state = objectOf(objectOf(covered).scanStatus);
  const reason = textOf(state.reason);
  if (reason !== undefined && UNDER_WAY.has(reason)) return reason;
  if (state.statusCode === 'ACTIVE' && (reason === undefined || reason === 'SUCCESSFUL')) return undefined;
  throw new PlimsollError('unsupported', `Inspector does not scan this image: ${reason ?? 'it does not know it'}`, {
    where,
    hint: 'enhanced scanning has to be switched on for its repository, and covers what was pushed since or is young enough',
  });
}
