import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { maskedText } from '../../network/secret.ts';
import { printedText, run } from '../../programs/run.ts';
import { jsonObject, textOf, type UnknownRecord } from '../json.ts';
import { readCloudFile } from './ini.ts';
import { askMetadata } from './metadata.ts';
import { type CloudWorld, stoppable } from './world.ts';

/** A token of Entra ID for one resource. Never logged, never shown. */
interface AzureToken {
  readonly token: string;
  readonly from: string;
}

/** Azure's resource manager; another cloud's is set. */
export const managerOf = ({ AZURE_RESOURCE_MANAGER_ENDPOINT: own }: NodeJS.ProcessEnv): string =>
  (own || 'https://management.azure.com').replace(/\/$/, '');

/**
 * A token of this user or machine for a resource (`https://management.azure.com`), in the order of Azure's libraries: a secret or a federated
 * token in the environment, the managed identity, the login of `az`. Throws `unauthorized` where there is none, or Azure refuses.
 * https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains#defaultazurecredential-overview
 */
export async function azureToken(resource: string, world: CloudWorld): Promise<AzureToken> {
  const azureToken =
    (await ofApplication(resource, world)) ??
    (await ofIdentity(resource, world)) ??
    (await ofCommandLine(resource, world));
  if (azureToken !== undefined) return azureToken;
  throw new PlimsollError('unauthorized', 'there are no Azure credentials', {
    hint: 'az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET',
  });
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
async function ofApplication(resource: string, world: CloudWorld): Promise<AzureToken | undefined> {
  const { environment, http } = world;
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, AZURE_CLIENT_SECRET: secret } = environment;
  const file = environment.AZURE_FEDERATED_TOKEN_FILE;
  if (!tenant || !client || !(secret || file)) return undefined;
  const assertion = secret ? undefined : (await readCloudFile(file ?? ''))?.toString('utf8').trim();
  const authority = (environment.AZURE_AUTHORITY_HOST || 'https://login.microsoftonline.com').replace(/\/$/, '');
  const url = `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client,
    scope: `${resource}/.default`,
  });
  if (secret) body.set('client_secret', secret);
  else {
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', assertion ?? '');
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const sent = { method: 'POST', headers, body: body.toString(), namedBy: 'user', retry: true } as const;
  const response = await http.request(url, { ...sent, ...stoppable(world) });
  const answer = answerIn(await http.bytes(response, LIMITS.answerBytes));
  const token = textOf(answer.access_token);
  if (response.status === 200 && token !== undefined) return { token, from: 'AZURE_CLIENT_ID' };
  const all = textOf(answer.error_description)?.split('\n', 1)[0] ?? textOf(answer.error) ?? '';
  const said = maskedText(all, [secret, assertion]);
  throw new PlimsollError(
    'unauthorized',
    `Azure does not take the credentials of AZURE_CLIENT_ID${said && `: ${said.slice(0, 200)}`}`,
    {
      where: new URL(url).host,
      hint: 'check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret or federated token',
    },
  );
}

/** https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token */
async function ofIdentity(resource: string, world: CloudWorld): Promise<AzureToken | undefined> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER, AZURE_CLIENT_ID } = world.environment;
  const service = IDENTITY_ENDPOINT && IDENTITY_HEADER;
  const base = service ? IDENTITY_ENDPOINT : 'http://169.254.169.254/metadata/identity/oauth2/token';
  if (!URL.canParse(base)) return undefined;
  const query = new URLSearchParams({ resource, 'api-version': service ? '2019-08-01' : '2018-02-01' });
  if (AZURE_CLIENT_ID) query.set('client_id', AZURE_CLIENT_ID);
  const request = service
    ? { secret: { origin: new URL(base).origin, headers: { 'x-identity-header': IDENTITY_HEADER } } }
    : { headers: { metadata: 'true' } };
  const answer = await askMetadata(`${base}?${query}`, request, world);
  const token = answer?.status === 200 ? textOf(answerIn(Buffer.from(answer.text)).access_token) : undefined;
  return token === undefined ? undefined : { token, from: 'the managed identity' };
}

/** https://learn.microsoft.com/cli/azure/account#az-account-get-access-token */
async function ofCommandLine(resource: string, { environment, signal }: CloudWorld): Promise<AzureToken | undefined> {
  const result = await run('az', ['account', 'get-access-token', '--resource', resource, '--output', 'json'], {
    ...{ timeout: LIMITS.helperMs, maxOutput: LIMITS.helperBytes, environment, signal },
  });
  const token = result.status === 0 ? textOf(answerIn(Buffer.from(printedText(result))).accessToken) : undefined;
  return token === undefined ? undefined : { token, from: 'the login of az' };
}

function answerIn(bytes: Buffer): UnknownRecord {
  try {
    return jsonObject(bytes, 'azure', 'answer');
  } catch {
    return {};
  }
}

/** The registries of Azure and of its other clouds. */
export const isAzureRegistry = (host: string): boolean => /^[a-z0-9][a-z0-9-]{3,60}\.azurecr\.(?:io|cn|us)$/.test(host);

/** Whether somebody set up credentials for Azure: nobody else is kept waiting for a metadata service. */
export const hasAzure = ({ AZURE_CLIENT_ID, IDENTITY_ENDPOINT, AZURE_CONFIG_DIR }: NodeJS.ProcessEnv): boolean =>
  Boolean(AZURE_CLIENT_ID || IDENTITY_ENDPOINT || AZURE_CONFIG_DIR);

/**
 * A password for a registry of Azure: its own refresh token, for a token of Entra ID. Throws as `azureToken`, and `unauthorized`.
 * https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md#calling-post-oauth2exchange-to-get-an-acr-refresh-token
 */
export async function acrPassword(host: string, world: CloudWorld): Promise<{ username: string; password: string }> {
  const { token, from } = await azureToken(managerOf(world.environment), world);
  const url = `https://${host}/oauth2/exchange`;
  const body = new URLSearchParams({ grant_type: 'access_token', service: host, access_token: token }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const sent = { method: 'POST', headers, body, namedBy: 'user', retry: true } as const;
  const response = await world.http.request(url, { ...sent, ...stoppable(world) });
  const password = textOf(answerIn(await world.http.bytes(response, LIMITS.answerBytes)).refresh_token);
  if (response.status === 200 && password !== undefined)
    return { username: '00000000-0000-0000-0000-000000000000', password };
  throw new PlimsollError('unauthorized', `the registry does not take the Azure credentials of ${from}`, {
    where: host,
    hint: 'the role AcrPull is missing',
  });
}
