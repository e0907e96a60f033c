import { PlimsollError } from '../../errors.ts';
import { textOf, type UnknownRecord } from '../json.ts';
import { openAws } from './aws.ts';
import { AWS, domainOf } from './aws-endpoint.ts';
import { signedRequest } from './aws-sign.ts';
import type { GoogleFile } from './google-files.ts';
import type { CloudWorld } from './world.ts';

/** Google takes the request to the audience it is signed for and to no other. */
const RESOURCE = 'x-goog-cloud-target-resource';

/**
 * What Google's workload identity federation takes of AWS as a token: a request to `GetCallerIdentity`, signed with the keys of this user or
 * machine and never sent from here, which Google asks AWS with. It is good for Google alone, as the audience is signed as well.
 * Throws `config` for an address that is not AWS's, and what looking for keys throws. https://google.aip.dev/auth/4117
 */
export async function awsSubject(
  file: GoogleFile,
  source: UnknownRecord,
  world: CloudWorld,
  date = new Date(),
): Promise<string> {
  const aws = await openAws(undefined, world);
  const named = textOf(source.regional_cred_verification_url) ?? '';
  const url = named.replaceAll('{region}', aws.region);
  const audience = textOf(file.content.audience) ?? '';
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const hosts = [`${AWS.sts.host(aws.region, false)}.${domainOf(aws.region)}`, 'sts.amazonaws.com'];
  if (address?.protocol !== 'https:' || !hosts.includes(address.host))
    throw new PlimsollError('config', 'the address that AWS is to be asked at is not one of AWS', {
      where: file.path,
      hint: `regional_cred_verification_url is https://${hosts[0]}?Action=GetCallerIdentity&Version=2011-06-15`,
    });
  const keys = await aws.keys();
  const bound: Readonly<Record<string, string>> = audience === '' ? {} : { [RESOURCE]: audience };
  const request = {
    ...({ method: 'POST', url, body: '', service: 'sts', region: aws.region, date } as const),
    headers: bound,
  };
  const { headers = {}, secret } = await signedRequest(request, keys);
  const all = { ...headers, ...secret.headers, Authorization: secret.authorization ?? '', host: address.host };
  const listed = Object.entries(all).map(([key, value]) => ({ key, value }));
  return encodeURIComponent(JSON.stringify({ headers: listed, method: 'POST', url }));
}
