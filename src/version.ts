import { readFileSync } from 'node:fs';

/** The version in package.json: the same for `--version`, reports and the user agent. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

declare const __BUILD__: string | undefined;

/** Digest of everything the program was built from; undefined when it runs from its source. */
export const BUILD: string | undefined = typeof __BUILD__ === 'undefined' ? undefined : __BUILD__;
