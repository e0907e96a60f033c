/** A text of an address or a package URL without its percent-encoding; as it stands where a percent sign stands for itself. */
export function uriDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A text without the users, passwords and tokens that stand in the addresses in it. The last `@` before the path ends them (a password may hold one).
 * https://url.spec.whatwg.org/#authority-state
 */
export const withoutUsers = (text: string, instead = ''): string => text.replace(/:\/\/[^/?#\s]*@/g, `://${instead}`);
