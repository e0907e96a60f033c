import { AWS } from '../clouds/index.ts';
import { textOf } from '../json.ts';
import { arnOf, ecrDigest, ecrImage } from './ecr-image.ts';
import { liveDocument, liveSource } from './live-source.ts';
import { allPages } from './pages.ts';

/**
 * What Security Hub holds on an image in ECR, whoever brought it in: `GetFindings` for the image's ARN, all pages.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html
 */
export const securityHub = liveSource({
  name: 'security-hub',
  title: 'AWS Security Hub',
  spelling: 'security-hub:[ACCOUNT.dkr.ecr.REGION.amazonaws.com/]REPOSITORY:TAG|@DIGEST',
  async fetch(target, world) {
    const image = await ecrImage(target, world);
    const { account, digest } = await ecrDigest(image);
    const filters = { ResourceId: [{ Comparison: 'EQUALS', Value: arnOf(image, account, digest) }] };
    const where = `security-hub:${target} in ${image.aws.region}`;
    const findings = await allPages<unknown>(async (next) => {
      const page = await image.aws.call(
        { service: AWS.securityHub, path: '/findings', permission: 'securityhub:GetFindings' },
        { Filters: filters, MaxResults: 100, ...(next === undefined ? {} : { NextToken: next }) },
      );
      return { items: Array.isArray(page.Findings) ? page.Findings : [], next: textOf(page.NextToken) };
    }, where);
    return liveDocument(where, { Findings: findings });
  },
});
