import { sign } from 'node:crypto';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { maskedText, type Secret } from '../../network/secret.ts';
import { isObject, jsonObject, textOf, type UnknownRecord } from '../json.ts';
import { externalSubject } from './google-external.ts';
import type { GoogleFile } from './google-files.ts';
import { type CloudWorld, stoppable } from './world.ts';

/** A token of Google. Never logged, never shown. */
export interface GoogleToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly from: string;
  /** The project that calls are counted for, where the credentials name one. */
  readonly quotaProject?: string;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const LIFE_S = 3_600;

/** A token for the credentials of a file. Throws `config` for a file that is not whole or of an unknown kind, `unauthorized` where Google refuses. */
export async function tokenOfFile(file: GoogleFile, world: CloudWorld): Promise<GoogleToken> {
  const from = `${file.path} (${file.type})`;
  const quota = world.environment.GOOGLE_CLOUD_QUOTA_PROJECT || textOf(file.content.quota_project_id);
  const token = await tokenOf(file, from, world);
  return { ...token, ...(quota && file.type !== 'service_account' ? { quotaProject: quota } : {}) };
}

async function tokenOf(file: GoogleFile, from: string, world: CloudWorld): Promise<GoogleToken> {
  const need = (name: string): string => needed(file, name);
  switch (file.type) {
    case 'service_account':
      return byAssertion(
        need('client_email'),
        need('private_key'),
        textOf(file.content.token_uri) ?? TOKEN_URL,
        from,
        world,
      );
    case 'authorized_user':
      return exchanged(
        textOf(file.content.token_uri) ?? TOKEN_URL,
        {
          grant_type: 'refresh_token',
          client_id: need('client_id'),
          client_secret: need('client_secret'),
          refresh_token: need('refresh_token'),
        },
        from,
        world,
      );
    case 'external_account':
      return external(file, from, world);
    case 'impersonated_service_account': {
      const source = file.content.source_credentials;
      if (!isObject(source)) throw notWhole(file, 'source_credentials');
      const inner = { path: file.path, type: textOf(source.type) ?? '', content: source };
      if (inner.type === file.type) throw notWhole(file, 'source_credentials');
      return impersonated(need('service_account_impersonation_url'), await tokenOf(inner, from, world), world);
    }
    default:
      throw new PlimsollError('config', `Google credentials of the kind "${file.type}" are not known here`, {
        where: file.path,
        hint: 'a service account key, an authorized user, or workload identity federation',
      });
  }
}

function needed(file: GoogleFile, name: string): string {
  const value = textOf(file.content[name]);
  if (value === undefined) throw notWhole(file, name);
  return value;
}

const notWhole = (file: GoogleFile, name: string): PlimsollError =>
  new PlimsollError('config', `the Google credentials lack ${name}`, { where: file.path });

/** A token for a statement that the key of a service account signs. https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests */
async function byAssertion(
  email: string,
  key: string,
  url: string,
  from: string,
  world: CloudWorld,
): Promise<GoogleToken> {
  const now = Math.floor(Date.now() / 1_000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: email, scope: SCOPE, aud: url, iat: now, exp: now + LIFE_S };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  let signature: string;
  try {
    signature = sign('sha256', Buffer.from(text), key).toString('base64url');
  } catch (cause) {
    throw new PlimsollError('config', 'the private key of the service account cannot be read', { where: from, cause });
  }
  const assertion = `${text}.${signature}`;
  return exchanged(url, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }, from, world);
}

/** Workload identity federation: a token of the platform for one of Google. https://google.aip.dev/auth/4117 */
async function external(file: GoogleFile, from: string, world: CloudWorld): Promise<GoogleToken> {
  const fields = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: needed(file, 'audience'),
    scope: SCOPE,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: needed(file, 'subject_token_type'),
    subject_token: await externalSubject(file, world),
  };
  const token = await exchanged(needed(file, 'token_url'), fields, from, world);
  const url = textOf(file.content.service_account_impersonation_url);
  return url === undefined ? token : impersonated(url, token, world);
}

async function impersonated(url: string, { token, from }: GoogleToken, world: CloudWorld): Promise<GoogleToken> {
  const secret = { origin: originOf(url, from), authorization: `Bearer ${token}` };
  const body = JSON.stringify({ scope: [SCOPE], lifetime: `${LIFE_S}s` });
  const answer = await post(url, { body, type: 'application/json', secret, from }, world);
  const given = textOf(answer.accessToken);
  if (given === undefined) throw new PlimsollError('corrupt', 'the answer holds no token', { where: url });
  return { token: given, from, expires: Date.parse(textOf(answer.expireTime) ?? '') || Date.now() + LIFE_S * 1_000 };
}

async function exchanged(
  url: string,
  fields: Readonly<Record<string, string>>,
  from: string,
  world: CloudWorld,
): Promise<GoogleToken> {
  originOf(url, from);
  const body = new URLSearchParams(fields).toString();
  const answer = await post(url, { body, type: 'application/x-www-form-urlencoded', from }, world);
  const token = textOf(answer.access_token);
  if (token === undefined) throw new PlimsollError('corrupt', 'the answer holds no token', { where: url });
  const life = typeof answer.expires_in === 'number' ? answer.expires_in : LIFE_S;
  return { token, from, expires: Date.now() + life * 1_000 };
}

/** What is sent proves who the user is: the address that the file names has to be one, encrypted unless it is this machine. */
function originOf(url: string, from: string): string {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const local = address !== undefined && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(address.hostname);
  if (address?.protocol === 'https:' || (local && address.protocol === 'http:')) return address.origin;
  throw new PlimsollError('config', 'the credentials name an address that no secret is sent to', { where: from });
}

async function post(
  url: string,
  { body, type, secret, from }: { body: string; type: string; secret?: Secret; from: string },
  world: CloudWorld,
): Promise<UnknownRecord> {
  const { http } = world;
  const headers = { 'content-type': type, accept: 'application/json' };
  const response = await http.request(url, {
    ...{ method: 'POST', headers, body, namedBy: 'user', retry: true },
    ...(secret === undefined ? {} : { secret }),
    ...stoppable(world),
  });
  const bytes = await http.bytes(response, LIMITS.answerBytes);
  const where = new URL(url).host;
  if (response.status === 200) return jsonObject(bytes, where, 'answer');
  let said = '';
  try {
    const answer = jsonObject(bytes, where, 'answer');
    const error = isObject(answer.error) ? answer.error : answer;
    const all = textOf(error.error_description) ?? textOf(error.message) ?? textOf(error.error) ?? '';
    // What was sent in the form or the header proves who the user is.
    said = maskedText(all, [...new URLSearchParams(body).values(), secret?.authorization]);
  } catch {
    // The status says enough.
  }
  throw new PlimsollError(
    'unauthorized',
    `Google does not take the credentials of ${from}${said && `: ${said.slice(0, 200)}`}`,
    {
      where,
      hint: 'gcloud auth application-default login renews them; for a service account check its key and roles',
    },
  );
}
