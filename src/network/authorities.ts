/** Certificates of authorities besides those that Node trusts by itself, PEM: what `ca` of a connection wants. */
export async function withRootAuthorities(own: readonly string[]): Promise<string> {
  const { rootCertificates } = await import('node:tls');
  return [...rootCertificates, ...own].join('\n');
}
