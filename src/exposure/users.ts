import type { World } from './model.ts';

/** A user as the image knows him: his number, his name and his home folder. */
interface User {
  readonly id: string;
  readonly name?: string;
  readonly home?: string;
}

/** The user that is called so or has that number, with or without a group behind (`www-data:www`); undefined: the image does not know him. https://man7.org/linux/man-pages/man5/passwd.5.html */
export function userNamed(named: string, world: World): User | undefined {
  const wanted = named.split(':')[0] as string;
  for (const line of (world.code('etc/passwd', 'text') ?? '').split('\n')) {
    const [name = '', , id = '', , , home] = line.split(':');
    if ((name === wanted || id === wanted) && /^\d+$/.test(id)) return { id, name, ...(home && { home }) };
  }
  if (wanted === 'root' || wanted === '0') return { id: '0', name: 'root', home: '/root' };
  return /^\d+$/.test(wanted) ? { id: wanted } : undefined;
}

/** Options of programs that run another as somebody else, behind which he stands. */
const OPTIONS: ReadonlyMap<string, RegExp> = new Map([
  ['setpriv', /^--(?:reuid|ruid)$/],
  ['sudo', /^(?:-u|--user)$/],
  ['doas', /^-u$/],
  ['runuser', /^(?:-u|--user)$/],
  ['chpst', /^-[uU]$/],
  ['start-stop-daemon', /^(?:-c|--chuid)$/],
  ['s6-applyuidgid', /^-u$/],
]);
const FIRST_WORD = /^(?:gosu|su-exec|s6-setuidgid|su)$/;

/** As whom a program of that name runs what it is told to: undefined where that is whoever runs it. */
export function changedUser(name: string, words: readonly string[]): string | undefined {
  if (FIRST_WORD.test(name)) {
    const at = words.findIndex((word) => !word.startsWith('-'));
    return words[at] ?? (name === 'su' ? 'root' : undefined);
  }
  const option = OPTIONS.get(name);
  if (option === undefined) return undefined;
  for (const [at, word] of words.entries()) {
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    if (equals > 0 && option.test(word.slice(0, equals))) return word.slice(equals + 1);
    if (option.test(word)) return words[at + 1];
    if (!word.startsWith('-')) break;
  }
  return name === 'sudo' || name === 'doas' ? 'root' : undefined;
}
