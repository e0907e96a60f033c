import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isObject, jsonObject, textMapOf, textOf, type UnknownRecord } from '../json.ts';
import type { GoogleFile } from './google-files.ts';
import { awsSubject } from './google-from-aws.ts';
import { readCloudFile } from './ini.ts';
import { type CloudWorld, stoppable } from './world.ts';

/**
 * The token of the platform that workload identity federation exchanges: out of a file (Kubernetes, GitLab) or from an address (GitHub,
 * Azure), as text or as a member of JSON; of AWS a signed request. Throws `config` for a source of another kind and one that gives nothing.
 * https://google.aip.dev/auth/4117
 */
export async function externalSubject(file: GoogleFile, world: CloudWorld): Promise<string> {
  const source = isObject(file.content.credential_source) ? file.content.credential_source : {};
  if (/^aws\d+$/.test(textOf(source.environment_id) ?? '')) return awsOf(file, source, world);
  const path = textOf(source.file);
  const url = textOf(source.url);
  if (path === undefined && url === undefined)
    throw new PlimsollError('config', 'this source of workload identity is not known here', {
      where: file.path,
      hint: 'a file, an address and AWS are; of a program none is run: gcloud itself runs it, and its token is taken where nothing else is set',
    });
  const bytes = path === undefined ? await fetched(url ?? '', source, world) : await readCloudFile(path);
  const token = bytes === undefined ? undefined : tokenIn(bytes, source, file.path);
  if (token) return token;
  throw new PlimsollError('config', 'the platform gives no token for workload identity', { where: path ?? file.path });
}

/** The first edition of AWS's way is known. */
async function awsOf(file: GoogleFile, source: UnknownRecord, world: CloudWorld): Promise<string> {
  if (textOf(source.environment_id) === 'aws1') return awsSubject(file, source, world);
  throw new PlimsollError('config', 'this edition of workload identity with AWS is not known here', {
    where: file.path,
    hint: 'environment_id is aws1',
  });
}

async function fetched(url: string, source: UnknownRecord, world: CloudWorld): Promise<Buffer | undefined> {
  if (!URL.canParse(url)) return undefined;
  const { authorization, Authorization, ...headers } = textMapOf(source.headers) ?? {};
  const own = authorization ?? Authorization;
  const response = await world.http.request(url, {
    headers,
    ...(own === undefined ? {} : { secret: { origin: new URL(url).origin, authorization: own } }),
    namedBy: 'user',
    ...stoppable(world),
  });
  const bytes = await world.http.bytes(response, LIMITS.answerBytes);
  return response.status === 200 ? bytes : undefined;
}

function tokenIn(bytes: Buffer, source: UnknownRecord, where: string): string | undefined {
  const format = isObject(source.format) ? source.format : {};
  if (textOf(format.type) !== 'json') return bytes.toString('utf8').trim();
  return textOf(jsonObject(bytes, where, 'token')[textOf(format.subject_token_field_name) ?? 'access_token']);
}
