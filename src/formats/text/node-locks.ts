/** A name of npm, with its scope; and a version. */
export const NPM_NAME = String.raw`(?:@[\w.~-]{1,100}\/)?[\w.~-]{1,214}`;
export const NPM_VERSION = String.raw`\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+][\w.+-]{1,100})?`;

/** `lodash@^4.17.20, lodash@^4.17.21:` of Yarn 1, `"lodash@npm:^4.17.20, ...":` of its successors; the version stands below, an inch in. */
const YARN = new RegExp(String.raw`^"?(${NPM_NAME})@([^\n]{0,2000}):\r?\n {2}version:? "?(${NPM_VERSION})"?\r?$`, 'gm');

/** What a yarn.lock fixes: name, what was asked for behind its `@`, version. */
export function* yarnPackages(
  content: string,
): Generator<{ readonly name: string; readonly wanted: string; readonly version: string }> {
  for (const [, name, wanted, version] of content.matchAll(YARN) as Iterable<string[]>)
    yield { name: name!, wanted: wanted!, version: version! };
}

/** A key below `packages:`: `/lodash@4.17.21:` of versions 6, `lodash@4.17.21:` of 9, `/lodash/4.17.21:` of 5; behind it what its peers are. */
const PNPM = new RegExp(
  String.raw`^ {2}['"]?\/?(${NPM_NAME})[@/](${NPM_VERSION})((?:\([^\n:'"]{1,500}\)|_[^\n:'"]{1,500})?)['"]?:\r?$`,
  'gm',
);

/** What a pnpm-lock.yaml fixes: name, version, and what its peers are as it is written behind them. */
export function* pnpmPackages(
  content: string,
): Generator<{ readonly name: string; readonly version: string; readonly peers: string }> {
  for (const [, name, version, peers] of content.matchAll(PNPM) as Iterable<string[]>)
    yield { name: name!, version: version!, peers: peers! };
}
