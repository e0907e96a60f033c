import { PlimsollError } from '../../errors.ts';
import { AWS, type Aws, ecrHost, openAws, partitionOf } from '../clouds/index.ts';
import { isObject, textOf, textsOf, type UnknownRecord } from '../json.ts';
import { type ImageReference, parseReference } from '../reference.ts';
import type { LiveWorld } from './live-source.ts';

/** An image in a repository of ECR, as a user named it. */
export interface EcrImage {
  readonly aws: Aws;
  readonly repository: string;
  /** Whose registry; absent: the caller's own. */
  readonly account?: string;
  readonly tag?: string;
  readonly digest?: string;
  /** For people. */
  readonly where: string;
}

/**
 * Reads `[ACCOUNT.dkr.ecr.REGION.amazonaws.com/]REPOSITORY[:TAG][@DIGEST]` and opens AWS in its region.
 * Throws `reference` for what is no image of ECR, and as `openAws`.
 */
export async function ecrImage(target: string, world: LiveWorld): Promise<EcrImage> {
  const slash = target.indexOf('/');
  const first = target.slice(0, Math.max(slash, 0));
  const host = ecrHost(first);
  if (host === undefined && /[.:]/.test(first))
    throw new PlimsollError('reference', 'this is no private registry of ECR', {
      where: target,
      hint: 'write ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG, or NAME:TAG with AWS_REGION set',
    });
  // The grammar is that of all references; a name without a host would be taken for one of Docker Hub.
  const parsed = host === undefined ? withoutHost(target) : parseReference(target);
  const aws = await openAws(host?.region, world);
  return {
    aws,
    repository: parsed.repository,
    where: `ecr:${target} in ${aws.region}`,
    ...(host === undefined ? {} : { account: host.account }),
    ...(parsed.tag === undefined || parsed.digest !== undefined ? {} : { tag: parsed.tag }),
    ...(parsed.digest === undefined ? {} : { digest: parsed.digest }),
  };
}

const NO_HOST = 'ecr.invalid/';

function withoutHost(target: string): ImageReference {
  try {
    return parseReference(`${NO_HOST}${target}`);
  } catch (cause) {
    if (!(cause instanceof PlimsollError)) throw cause;
    const hint = cause.hint?.replaceAll(NO_HOST, '');
    throw new PlimsollError(cause.code, cause.message, {
      where: target,
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }
}

/** The image as operations of ECR name it. */
export const ecrInput = ({ repository, account, tag, digest }: EcrImage): UnknownRecord => ({
  repositoryName: repository,
  ...(account === undefined ? {} : { registryId: account }),
  imageId: digest === undefined ? { imageTag: tag } : { imageDigest: digest },
});

/** The name of an image among all of AWS's resources. */
export const arnOf = ({ aws, repository }: EcrImage, account: string, digest: string): string =>
  `arn:${partitionOf(aws.region)}:ecr:${aws.region}:${account}:repository/${repository}/${digest}`;

/** What Inspector and Security Hub know an image by: account, digest and tags. Throws as AWS refuses. */
export async function ecrDigest(image: EcrImage): Promise<{ account: string; digest: string; tags: string[] }> {
  const { imageId, ...input } = ecrInput(image);
  const { imageDetails } = await image.aws.call(
    {
      service: AWS.ecr,
      target: 'AmazonEC2ContainerRegistry_V20150921.DescribeImages',
      permission: 'ecr:DescribeImages',
    },
    { ...input, imageIds: [imageId] },
  );
  const [first]: readonly unknown[] = Array.isArray(imageDetails) ? imageDetails : [];
  const details = isObject(first) ? first : {};
  const digest = textOf(details.imageDigest);
  const account = textOf(details.registryId) ?? image.account;
  if (digest === undefined || account === undefined)
    throw new PlimsollError('not-found', 'ECR does not say which image this is', { where: image.where });
  return { account, digest, tags: textsOf(details.imageTags) ?? [] };
}
