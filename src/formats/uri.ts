/** A text of an address or a package URL without its percent-encoding; as it stands where a percent sign stands for itself. */
export function uriDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
