/**
 * The user name and password that stand in an address, as a Basic authorization, and the address without them.
 * https://www.rfc-editor.org/rfc/rfc7617
 */
export function withoutCredentials(url: URL): { address: URL; authorization: string | undefined } {
  if (url.username === '' && url.password === '') return { address: url, authorization: undefined };
  const address = new URL(url);
  address.username = '';
  address.password = '';
  const pair = `${decoded(url.username)}:${decoded(url.password)}`;
  return { address, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** A stray percent sign stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
