import type { Process } from '../model.ts';

/** What Perl is given to run. */
interface PerlCommand {
  /** Modules of `-M` and `-m`. */
  readonly modules: readonly string[];
  /** Folders of `-I`. */
  readonly folders: readonly string[];
  /** Texts of `-e`. */
  readonly texts: readonly string[];
  readonly script: string | undefined;
  /** Words that the script is given. */
  readonly rest: readonly string[];
}

/** Switches that take the rest of their word, or the next one. */
const VALUED = /[IMme]/i;

/** The command line. https://perldoc.perl.org/perlrun#Command-Switches */
export function perlCommand({ arguments: words, environment }: Process): PerlCommand {
  const modules: string[] = [];
  const folders: string[] = [];
  const texts: string[] = [];
  // The kernel gives all of a script's first line behind the interpreter as one word.
  const split = (list: readonly string[]): string[] =>
    list.flatMap((word, at) => (at === 0 && /^-[^eE\s]*\s/.test(word) ? word.trim().split(/\s+/) : [word]));
  const take = (given: readonly string[]): number => {
    let at = 0;
    for (; at < given.length; at += 1) {
      const word = given[at] as string;
      if (word === '--') return at + 1;
      if (!word.startsWith('-') || word === '-') return at;
      // A switch that takes a value ends a cluster of switches: `-wMstrict`, `-ne text`.
      const letter = /^-[acdfilnpstuvwxSTUWX\d]*([IMmeE])/.exec(word);
      if (letter === null || !VALUED.test(letter[1] as string)) continue;
      const attached = word.slice(letter[0].length);
      const value = attached === '' || /e/i.test(letter[1] as string) ? (given[++at] ?? '') : attached;
      if (letter[1] === 'I') folders.push(value);
      else if (/e/i.test(letter[1] as string)) texts.push(value);
      else modules.push(/^-?([\w:]+)/.exec(value)?.[1] ?? '');
    }
    return at;
  };
  take(
    (environment.get('PERL5OPT') ?? '')
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => (word.startsWith('-') ? word : `-${word}`)),
  );
  const given = split(words);
  const at = take(given);
  return {
    modules: modules.filter((name) => name !== ''),
    folders,
    texts,
    script: texts.length > 0 ? undefined : given[at],
    rest: given.slice(at + 1),
  };
}
