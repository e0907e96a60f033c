import { PlimsollError } from '../../errors.ts';
import { jsonObject, type UnknownRecord } from '../json.ts';
import { callAws } from './aws-call.ts';
import { instanceRegion } from './aws-container.ts';
import { awsKeys } from './aws-credentials.ts';
import { type AwsService, awsEndpoint, isRegion } from './aws-endpoint.ts';
import type { AwsKeys } from './aws-keys.ts';
import { awsFiles } from './aws-profile.ts';
import { callerAccount } from './aws-roles.ts';
import type { CloudWorld } from './world.ts';

/** An operation of a service of AWS. */
export interface AwsOperation {
  readonly service: AwsService;
  /** Of the JSON protocol: `AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken`. Absent: the path says it. */
  readonly target?: string;
  readonly path?: string;
  /** What its caller has to be allowed: `ecr:GetAuthorizationToken`. */
  readonly permission: string;
}

/** AWS in one region. */
export interface Aws {
  readonly region: string;
  /** The answer as JSON. Throws `unauthorized`, which names the permission, `not-found`, `rate-limited`, `registry`, `network`, `limit`. */
  call(operation: AwsOperation, input: UnknownRecord): Promise<UnknownRecord>;
  /** The keys that it signs with, renewed where they ran out. Throws as `call`. */
  keys(): Promise<AwsKeys>;
  /** The account of the caller, which needs no permission. Throws as `call`. */
  account(): Promise<string>;
}

/** Keys are renewed this long before they end. */
const BEFORE_END_MS = 60_000;

/**
 * AWS in a region, with this user's or machine's keys, which are looked for with the first call and renewed when they run out.
 * `region` as an image's name states it; absent: that of the environment, the profile or the instance. Throws `config` where there is none.
 */
export async function openAws(region: string | undefined, world: CloudWorld): Promise<Aws> {
  const { environment } = world;
  const files = await awsFiles(world);
  const profile = files.profile(files.name);
  const own = region ?? (environment.AWS_REGION || environment.AWS_DEFAULT_REGION || profile?.get('region'));
  const used = own || (await instanceRegion(world));
  if (used === undefined || !isRegion(used))
    throw new PlimsollError('config', used ? `"${used.slice(0, 40)}" is no AWS region` : 'no AWS region is set', {
      hint: 'set AWS_REGION, or name the registry whole: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME',
    });
  let current: Promise<AwsKeys> | undefined;
  const keys = async (fresh: boolean): Promise<AwsKeys> => {
    const known = fresh ? undefined : await current;
    if (known !== undefined && (known.expires ?? Number.POSITIVE_INFINITY) > Date.now() + BEFORE_END_MS) return known;
    current = awsKeys(files, used, world);
    return current;
  };
  return {
    region: used,
    async call({ service, target, path = '/', permission }, input) {
      const base = awsEndpoint(service, used, { environment, profile }).replace(/\/$/, '');
      const type = target === undefined ? 'application/json' : 'application/x-amz-json-1.1';
      const request = {
        ...({ method: 'POST', url: `${base}${path}`, body: JSON.stringify(input) } as const),
        ...{ service: service.signingName, region: used },
        headers: { 'content-type': type, ...(target === undefined ? {} : { 'x-amz-target': target }) },
      };
      return jsonObject(await callAws(request, { keys, permission, world }), base, 'answer');
    },
    keys: () => keys(false),
    account: () => callerAccount(keys, { world, region: used, profile }),
  };
}
