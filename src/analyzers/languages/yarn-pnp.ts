import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, NPM_NAME, NPM_VERSION, object, text } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, unknown } from '../analyzer.ts';

/** `npm:4.17.20`, behind the place of a peer (`virtual:9f2c…#`), before an archive's own address (`::__archiveUrl=`). */
const REFERENCE = new RegExp(`^(?:virtual:[0-9a-f]{1,200}#)?npm:(${NPM_VERSION})(?:::|$)`);

/** A package that Yarn patched, its own built-in patches among them: `patch:typescript@npm%3A5.0.4#optional!builtin<compat/typescript>`. */
const PATCHED = new RegExp(
  `^(?:virtual:[0-9a-f]{1,200}#)?patch:(${NPM_NAME})@npm(?:%3A|:)(${NPM_VERSION})(?:#|::|$)`,
  'i',
);

/** The folder of an archive's package: what the archive is, and where it lies from the loader. */
const IN_ARCHIVE = /^([^\0]{1,2000}\.zip)\/node_modules\//;

/**
 * Packages that Yarn's Plug'n'Play loads out of archives elsewhere than beside it: since Yarn 4 in `~/.yarn/berry/cache`, unless `enableGlobalCache` is
 * off; wherever `YARN_CACHE_FOLDER` says. The loader says which archive each package is in; one that is not there proves nothing. Those in
 * `.yarn/cache` tell of themselves (`yarn-cache`). https://yarnpkg.com/configuration/yarnrc#enableGlobalCache, https://yarnpkg.com/advanced/pnp-spec
 */
export const yarnPnp = analyzer({
  name: 'yarn-pnp',
  version: 1,
  files: ['**/.pnp.cjs', '**/.pnp.js', '**/.pnp.data.json'],
  maxBytes: 64 * 1024 * 1024,
  *read(file) {
    const body = file.path.endsWith('.json') ? file.text() : stateOf(file.text());
    if (body === undefined) return;
    const state = readJson(body) as Json;
    if (!isObject(state)) return yield unknown('no JSON object');
    for (const [name, references] of pairs(state.packageRegistryData))
      for (const [reference, data] of pairs(references)) {
        const told = named(text(name), text(reference));
        const [, archive] = IN_ARCHIVE.exec(text(object(data).packageLocation) ?? '') ?? [];
        if (told === undefined || archive === undefined || /^(?:\.\/)?\.yarn\/cache\//.test(archive)) continue;
        yield { type: 'npm', ...told, needs: [archive] };
      }
  },
});

function named(name: string | undefined, reference: string | undefined): { name: string; version: string } | undefined {
  if (name === undefined || reference === undefined || name.length > LIMITS.nameBytes) return undefined;
  const [, version] = REFERENCE.exec(reference) ?? [];
  if (version !== undefined) return { name, version };
  const [, patched, from] = PATCHED.exec(reference) ?? [];
  return patched === undefined || from === undefined ? undefined : { name: patched, version: from };
}

/** A map as Yarn writes it: a list of pairs. */
const pairs = (value: Json | undefined): readonly (readonly Json[])[] =>
  Array.isArray(value) ? value.filter((pair): pair is Json[] => Array.isArray(pair) && pair.length === 2) : [];

/** The text that the loader parses: between single quotes, each line end escaped. Undefined where it stands in a file of its own (`.pnp.data.json`). */
function stateOf(code: string): string | undefined {
  const start = /\bRAW_RUNTIME_STATE =\s{0,20}'/.exec(code);
  if (start === null) return undefined;
  const from = start.index + start[0].length;
  const end = code.indexOf("';", from);
  if (end < 0) return undefined;
  return code
    .slice(from, end)
    .replace(/\\(\r?\n|[\s\S])/g, (_, escaped: string) => (/\n$/.test(escaped) ? '\n' : escaped));
}
