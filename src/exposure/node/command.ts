import { fileNameOf } from '../../formats/paths.ts';
import type { Process } from '../model.ts';

/** What Node is given to run. https://nodejs.org/api/cli.html */
interface NodeCommand {
  readonly kind: 'script' | 'text' | 'none';
  /** The script as it was named, or the text of `-e`. */
  readonly what: string;
  /** The text is a module of ECMAScript. */
  readonly isModule: boolean;
  /** What is loaded before, by `require` and by `import`. */
  readonly required: readonly string[];
  readonly imported: readonly string[];
  readonly conditions: readonly string[];
}

/** Options whose value is a word of its own where it is not attached with `=`. */
const VALUED =
  /^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions|-e|--eval|-p|--print|-pe|--input-type|--env-file|--env-file-if-exists|--title|--icu-data-dir|--openssl-config|--max-http-header-size|--stack-trace-limit|--unhandled-rejections|--dns-result-order|--redirect-warnings|--diagnostic-dir|--test-reporter|--test-name-pattern|--watch-path|--disable-warning|--es-module-specifier-resolution)$/;
const TEXT = /^(?:-e|--eval|-p|--print|-pe)$/;

/** Whether a program is Node, by its name. */
export const isNode = ({ program, calledAs = program }: Process): boolean =>
  [program, calledAs].some((path) => /^node(?:js)?(?:-?\d+)?$/.test(fileNameOf(path)));

/** Reads the command line, with `NODE_OPTIONS` before it. */
export function nodeCommand({ arguments: words, environment }: Process): NodeCommand {
  const given = { required: [] as string[], imported: [] as string[], conditions: [] as string[] };
  const options = (environment.get('NODE_OPTIONS') ?? '').split(/\s+/).filter((word) => word !== '');
  readOptions(options, given);
  const { at, text, isModule } = readOptions(words, given);
  const script = words[at];
  if (text !== undefined) return { ...given, kind: 'text', what: text, isModule };
  if (script === undefined || script === '-') return { ...given, kind: 'none', what: '', isModule };
  return { ...given, kind: 'script', what: script, isModule };
}

/** Where the script stands, and what options say. */
function readOptions(
  words: readonly string[],
  given: { readonly required: string[]; readonly imported: string[]; readonly conditions: string[] },
): { readonly at: number; readonly text?: string; readonly isModule: boolean } {
  let text: string | undefined;
  let isModule = false;
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === '--') return { at: at + 1, isModule, ...(text !== undefined && { text }) };
    if (!word.startsWith('-') || word === '-') break;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const name = equals < 0 ? word : word.slice(0, equals);
    const isApart = equals < 0 && VALUED.test(name);
    if (isApart) at += 1;
    const value = isApart ? words[at] : equals < 0 ? undefined : word.slice(equals + 1);
    if (value === undefined) continue;
    if (name === '-r' || name === '--require') given.required.push(value);
    else if (name === '--import' || name.endsWith('loader')) given.imported.push(value);
    else if (name === '-C' || name === '--conditions') given.conditions.push(value);
    else if (name === '--input-type') isModule = value === 'module';
    else if (TEXT.test(name)) text = value;
  }
  return { at, isModule, ...(text !== undefined && { text }) };
}
