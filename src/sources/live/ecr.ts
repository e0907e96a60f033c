import { PlimsollError } from '../../errors.ts';
import { AWS, type AwsOperation } from '../clouds/index.ts';
import { isObject, textOf, type UnknownRecord } from '../json.ts';
import { type EcrImage, ecrImage, ecrInput } from './ecr-image.ts';
import { type LiveWorld, liveDocument, liveSource } from './live-source.ts';
import { allPages } from './pages.ts';
import { untilDone } from './wait.ts';

const operation = (name: string): AwsOperation => ({
  service: AWS.ecr,
  target: `AmazonEC2ContainerRegistry_V20150921.${name}`,
  permission: `ecr:${name}`,
});

/** What the state of a scan means. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html */
const UNDER_WAY = new Set(['IN_PROGRESS', 'PENDING']);
const DONE = new Set(['COMPLETE', 'ACTIVE']);
const WITHOUT: ReadonlyMap<string, string> = new Map([
  ['FAILED', 'the scan failed'],
  ['UNSUPPORTED_IMAGE', 'ECR cannot scan this image'],
  ['SCAN_ELIGIBILITY_EXPIRED', 'the image is too old to be scanned on: scan it anew, or raise the scan duration'],
  ['FINDINGS_UNAVAILABLE', 'the findings are not available'],
  ['LIMIT_EXCEEDED', 'the account has reached its limit of scanned images'],
  ['IMAGE_ARCHIVED', 'the image is archived'],
  ['IMAGE_SIZE_EXCEEDED', 'the image is larger than ECR scans'],
]);

/**
 * What ECR's scanning found in an image, basic or enhanced: `DescribeImageScanFindings`, all pages.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html
 */
export const ecr = liveSource({
  name: 'ecr',
  title: 'AWS ECR',
  spelling: 'ecr:[ACCOUNT.dkr.ecr.REGION.amazonaws.com/]REPOSITORY:TAG|@DIGEST',
  async image(target, world) {
    const { ecrHost, ecrRegistryOf } = await import('../clouds/index.ts');
    if (ecrHost(target.slice(0, Math.max(target.indexOf('/'), 0))) !== undefined) return target;
    return `${await ecrRegistryOf(world)}/${target}`;
  },
  async fetch(target, world) {
    const image = await ecrImage(target, world);
    if (world.startScan) await startScan(image, world);
    const first = await finished(image, world);
    const document = isObject(first.imageScanFindings) ? first.imageScanFindings : {};
    const rowsIn = (kind: string, page: UnknownRecord): readonly unknown[] => {
      const list = isObject(page.imageScanFindings) ? page.imageScanFindings[kind] : undefined;
      return Array.isArray(list) ? list : [];
    };
    const pages = await allPages<UnknownRecord>(async (next) => {
      const page = next === undefined ? first : await describe(image, next);
      return { items: [page], next: textOf(page.nextToken) };
    }, image.where);
    const lists = Object.fromEntries(
      ['findings', 'enhancedFindings']
        .filter((kind) => document[kind] !== undefined)
        .map((kind) => [kind, pages.flatMap((page) => rowsIn(kind, page))]),
    );
    const { nextToken: _, ...rest } = first;
    return liveDocument(image.where, { ...rest, imageScanFindings: { ...document, ...lists } });
  },
});

const describe = (image: EcrImage, nextToken: string | undefined): Promise<UnknownRecord> =>
  image.aws.call(operation('DescribeImageScanFindings'), {
    ...ecrInput(image),
    maxResults: 1_000,
    ...(nextToken === undefined ? {} : { nextToken }),
  });

/** Asks for a scan. One image is scanned once in 24 hours: what was found then counts. */
async function startScan(image: EcrImage, { progress }: LiveWorld): Promise<void> {
  try {
    await image.aws.call(operation('StartImageScan'), ecrInput(image));
  } catch (error) {
    if (!(error instanceof PlimsollError) || !/LimitExceededException/.test(error.message)) throw error;
    progress.say(`${image.where}: scanned in the last 24 hours, so ECR does not scan it again`);
  }
}

/** The first page of a scan that has ended; waits for one that is under way. */
function finished(image: EcrImage, world: LiveWorld): Promise<UnknownRecord> {
  const { where } = image;
  return untilDone<UnknownRecord>(
    async () => {
      const page = await describe(image, undefined).catch((error: unknown) => {
        throw notScanned(error, where);
      });
      const state = isObject(page.imageScanStatus) ? page.imageScanStatus : {};
      const status = textOf(state.status) ?? 'unknown';
      if (UNDER_WAY.has(status)) return { underWay: status };
      if (DONE.has(status)) return { done: page };
      const why = WITHOUT.get(status) ?? `the scan is in a state that is not known here, ${status.slice(0, 40)}`;
      const said = textOf(state.description);
      throw new PlimsollError('unsupported', `${why}${said === undefined ? '' : `: ${said}`}`, {
        where,
        hint: `ECR says ${status}: there are no findings to compare`,
      });
    },
    where,
    world,
  );
}

function notScanned(error: unknown, where: string): unknown {
  if (!(error instanceof PlimsollError) || !/ScanNotFoundException/.test(error.message)) return error;
  return new PlimsollError('not-found', 'ECR has not scanned this image', {
    where,
    hint: '--start-scan asks for it; enhanced scanning begins by itself where it is switched on',
    cause: error,
  });
}
