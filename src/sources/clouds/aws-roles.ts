import { PlimsollError } from '../../errors.ts';
import { objectOf } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import { maskedText } from '../../network/secret.ts';
import { jsonObject } from '../json.ts';
import { callAws, type KeySource } from './aws-call.ts';
import { AWS, awsEndpoint } from './aws-endpoint.ts';
import { awsError, refusalOf } from './aws-error.ts';
import { type AwsKeys, keysOf } from './aws-keys.ts';
import { readCloudFile } from './ini.ts';
import { type CloudWorld, stoppable } from './world.ts';

/** A role that is taken on. */
interface Role {
  readonly arn: string;
  readonly session: string | undefined;
  readonly externalId?: string | undefined;
  readonly from: string;
}

interface Around {
  readonly world: CloudWorld;
  readonly region: string;
  readonly profile: ReadonlyMap<string, string> | undefined;
}

const VERSION = '2011-06-15';

/**
 * Keys of a role, taken on with other keys. Throws as `callAws`.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function assumeRole(role: Role, base: AwsKeys, around: Around): Promise<AwsKeys> {
  const { world, region } = around;
  const body = new URLSearchParams({ Action: 'AssumeRole', Version: VERSION, ...named(role) });
  if (role.externalId !== undefined) body.set('ExternalId', role.externalId);
  const answer = await callAws(
    {
      method: 'POST',
      url: `${sts(around)}/`,
      headers: form(),
      body: body.toString(),
      service: AWS.sts.signingName,
      region,
    },
    { keys: async () => base, permission: 'sts:AssumeRole', world },
  );
  return keysIn(answer, role);
}

/**
 * Keys of a role for a token that the platform wrote into a file (EKS, GitHub's runners): nothing is signed, the token is the proof.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function assumeRoleWithToken(role: Role, tokenFile: string, around: Around): Promise<AwsKeys> {
  const token = (await readCloudFile(tokenFile))?.toString('utf8').trim();
  if (!token)
    throw new PlimsollError('config', 'the token of the web identity is not there', {
      where: tokenFile,
      hint: 'AWS_WEB_IDENTITY_TOKEN_FILE names it',
    });
  const { http } = around.world;
  const url = `${sts(around)}/`;
  const response = await http.request(url, {
    method: 'POST',
    headers: form(),
    namedBy: 'user',
    body: new URLSearchParams({
      ...{ Action: 'AssumeRoleWithWebIdentity', Version: VERSION, WebIdentityToken: token },
      ...named(role),
    }).toString(),
    ...stoppable(around.world),
  });
  const bytes = await http.bytes(response, LIMITS.answerBytes);
  if (response.status === 200) return keysIn(bytes, role);
  throw awsError(refusalOf(response.status, response.headers, maskedText(bytes.toString('utf8'), [token])), {
    permission: 'sts:AssumeRoleWithWebIdentity',
    from: role.from,
    where: new URL(url).host,
  });
}

/** The account that keys belong to. Throws as `callAws`. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export async function callerAccount(keys: KeySource, around: Around): Promise<string> {
  const { world, region } = around;
  const answer = await callAws(
    {
      ...({ method: 'POST', url: `${sts(around)}/`, headers: form(), service: AWS.sts.signingName, region } as const),
      body: new URLSearchParams({ Action: 'GetCallerIdentity', Version: VERSION }).toString(),
    },
    { keys, permission: 'sts:GetCallerIdentity', world },
  );
  const [, account] = /"?Account"?>?:?\s{0,9}"?(\d{12})\b/.exec(answer.toString('utf8')) ?? [];
  if (account !== undefined) return account;
  throw new PlimsollError('corrupt', 'AWS STS does not say whose the keys are', { where: sts(around) });
}

const named = ({ arn, session }: Role): Record<string, string> => ({
  RoleArn: arn,
  RoleSessionName: session ?? `plimsoll-${Date.now()}`,
});

const sts = ({ region, world, profile }: Around): string =>
  awsEndpoint(AWS.sts, region, { environment: world.environment, profile }).replace(/\/$/, '');

/** STS writes XML, or JSON to those who say that they would rather have it. */
const form = (): Record<string, string> => ({
  'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  accept: 'application/json',
});

async function keysIn(answer: Buffer, { from }: Role): Promise<AwsKeys> {
  const text = answer.toString('utf8').trimStart();
  const keys = keysOf(text.startsWith('<') ? await fromXml(text) : fromJson(answer), from);
  if (keys !== undefined) return keys;
  throw new PlimsollError('corrupt', 'the answer of AWS STS holds no keys', { where: from });
}

function fromJson(answer: Buffer): unknown {
  const [outer] = Object.values(jsonObject(answer, 'sts', 'answer'));
  const [result] = Object.values(objectOf(outer)).filter((value) => 'Credentials' in objectOf(value));
  return objectOf(result).Credentials;
}

async function fromXml(text: string): Promise<unknown> {
  const { readXml } = await import('../../formats/text/xml.ts');
  const result = readXml(text).children.find(({ name }) => name.endsWith('Result'));
  const credentials = result?.children.find(({ name }) => name === 'Credentials');
  return Object.fromEntries((credentials?.children ?? []).map(({ name, text: value }) => [name, value]));
}
