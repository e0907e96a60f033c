/**
 * Whether two servers (`host`, `host:port`) belong to the same owner, as far as names tell: the same server, or names below the
 * same registrable domain (`registry.gitlab.com` and `gitlab.com`), with the domains of hosters (`github.io`) counting as public
 * suffixes. Of numbers and names without a domain nothing is known: another port may be another's.
 * https://publicsuffix.org
 */
export async function isSameSite(left: string, other: string): Promise<boolean> {
  if (left.toLowerCase() === other.toLowerCase()) return true;
  const { getDomain } = await import('tldts');
  const domain = (host: string): string | null => getDomain(`http://${host}/`, { allowPrivateDomains: true });
  const own = domain(left);
  return own !== null && own === domain(other);
}
