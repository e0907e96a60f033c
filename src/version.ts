import { readFileSync } from 'node:fs';

const manifest: { readonly version: string; readonly homepage?: string; readonly bugs?: { readonly url?: string } } =
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The version in package.json: the same for `--version`, reports and the user agent. */
export const VERSION: string = manifest.version;

/** Where the program is explained: `homepage` of package.json. */
export const HOMEPAGE: string | undefined = manifest.homepage;

/** Where defects are reported: `bugs` of package.json; undefined where the project says nothing of it. */
export const BUGS: string | undefined = manifest.bugs?.url;

declare const __BUILD__: string | undefined;

/** Digest of everything the program was built from; undefined when it runs from its source. */
export const BUILD: string | undefined = typeof __BUILD__ === 'undefined' ? undefined : __BUILD__;
