import { uriDecoded } from '../formats/uri.ts';

/**
 * The user name and password that stand in an address, as a Basic authorization, and the address without them.
 * https://www.rfc-editor.org/rfc/rfc7617
 */
export function withoutCredentials(url: URL): { address: URL; authorization: string | undefined } {
  if (url.username === '' && url.password === '') return { address: url, authorization: undefined };
  const address = new URL(url);
  address.username = '';
  address.password = '';
  const pair = `${uriDecoded(url.username)}:${uriDecoded(url.password)}`;
  return { address, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
