/** The digest behind the `@` of a reference. */
export function digestOfReference(reference: string | undefined): string | undefined {
  return /@(sha\d+[:_][0-9a-fA-F]{32,})/.exec(reference ?? '')?.[1]?.replace('_', ':');
}
