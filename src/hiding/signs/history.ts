import { isSystemType } from '../../ecosystems/index.ts';
import { counted } from '../../formats/grouped.ts';
import { type ShellCommand, shellCommands } from '../../formats/text/index.ts';
import type { Sign } from '../../model.ts';
import { removals, runOf } from '../removals/index.ts';
import { NAMED, type SignScene, sign } from './scene.ts';

/** Instructions that delete what scanners read. */
export function* history({ layers }: SignScene): Generator<Sign> {
  const gone = removals(layers.map(({ instruction }) => instruction));
  const emptied = layers.filter((_, at) => gone[at]!.length > 0);
  for (const { instruction, index } of emptied.slice(0, NAMED))
    yield sign(
      'history-deletes',
      'warning',
      `layer ${index + 1} was made by deleting what scanners read: ${instruction!.replace(/\s+/g, ' ').slice(0, 160)}`,
    );
}

/** A history that is not of these layers: one instruction too many or too few, or packages that an instruction installed and that no database ever listed. */
export function* unfitHistory({ read, layers, makers }: SignScene): Generator<Sign> {
  if (makers > 0 && makers !== layers.length)
    yield sign(
      'history-contradicted',
      'info',
      `the history tells of ${counted(makers, 'layer')}, and the image has ${layers.length}: nothing says which instruction made what`,
    );
  const claims = layers.flatMap(({ instruction, index }) => {
    const names = instruction === undefined ? [] : installedBy(instruction);
    return names.length === 0 ? [] : [{ index, names }];
  });
  if (claims.length === 0) return;
  const listed = new Set<string>();
  const written = new Set<number>();
  for (const [layer, { facts, entries }] of read.indexes.entries()) {
    for (const { fact } of facts)
      if ((fact.kind === undefined || fact.kind === 'package') && isSystemType(fact.type)) {
        listed.add(fact.name.toLowerCase());
        written.add(layer);
      }
    if (DATABASE_PLACES.some((place) => entries.find(place) >= 0)) written.add(layer);
  }
  for (const { index, names } of claims.slice(0, CLAIMS)) {
    if (written.has(index) || names.some((name) => listed.has(name.toLowerCase()))) continue;
    const told = names.slice(0, NAMED).join(', ');
    // One name may be that of something that another package provides, which then installs nothing.
    yield sign(
      'history-contradicted',
      names.length > 1 ? 'warning' : 'info',
      `the instruction of layer ${index + 1} installs ${told}${names.length > NAMED ? ', ...' : ''}, and neither does the layer write a package database, nor does any layer list ${names.length > 1 ? 'one of them' : 'it'}: the history is not of these files, or they were taken out`,
    );
  }
}

/** Instructions that are held to their layers. */
const CLAIMS = 200;

/** What an installation writes to, and what hides that from then on. */
const DATABASE_PLACES = ['lib/dpkg', 'lib/rpm', 'lib/pacman', 'lib/apk'].flatMap((place) => {
  const at = place.lastIndexOf('/') + 1;
  const hidden = `${place.slice(0, at)}.wh.${place.slice(at)}`;
  return ['', 'usr/', 'var/'].flatMap((above) => [`${above}${place}`, `${above}${hidden}`]);
});
DATABASE_PLACES.push(
  'usr/lib/sysimage/rpm',
  'usr/share/rpm',
  'var/lib/dpkg/status',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
);

/** What installs packages of a system, and the verb after which it names them. */
const INSTALLERS: ReadonlyMap<string, RegExp> = new Map([
  ['apt', /^install$/],
  ['apt-get', /^install$/],
  ['aptitude', /^install$/],
  ['apk', /^add$/],
  ['dnf', /^install$/],
  ['dnf5', /^install$/],
  ['microdnf', /^install$/],
  ['tdnf', /^install$/],
  ['yum', /^install$/],
  ['zypper', /^(?:install|in)$/],
]);
/** Options with a value in the next word. */
const VALUES =
  /^(?:-[cortXp]|--target-release|--option|--config-file|--repository|--virtual|--enablerepo|--disablerepo|--setopt|--releasever)$/;
/** It goes elsewhere, or nowhere. */
const ELSEWHERE =
  /^(?:--(?:root|installroot|prefix|download-only|simulate|dry-run|just-print|no-act|downloadonly)\b|-\w{0,6}[ds]\w{0,6}$|-p$)/;
/** Where it depends on something whether what is in brackets runs, and where failures are borne, nothing is followed further. */
const UNFOLLOWED = /(?:^|[;&|\n]|\bthen|\bdo|\belse)\s{0,99}[({]|<<|\bset \+e|\w\(\)/;
const COMPOUND_BEGINS = /^(?:if|case|for|while|until|select)$/;
const COMPOUND_GOES_ON = /^(?:then|do|else|elif|!)?$/;
const COMPOUND_ENDS = /^(?:fi|esac|done)$/;
/** It asks for something, goes to another system, or calls others with what it reads. */
const UNSURE: ReadonlySet<string> = new Set(['test', '[', '[[', 'chroot', 'unshare', 'xargs', 'apt-mark', 'eval']);
/** What takes packages away again. */
const REMOVES = /^(?:purge|remove|erase|del|rm|autoremove|--auto-remove)$/;
/** Behind a name stand its architecture, the version that is asked for or the release that it is to come from. */
const BEHIND_NAME = /[:=<>~/]/;
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9+._-]{1,100}$/;

/** The name of a package that a word asks for; undefined of a group, a file, a capability and a variable, which are not known to be called so. */
function nameIn(word: string): string | undefined {
  if (/^[./@]|\.(?:deb|rpm|apk)$/.test(word)) return undefined;
  const [name = ''] = word.split(BEHIND_NAME, 1);
  return NAME.test(name) ? name : undefined;
}

/** The packages of the system that an instruction surely installs, by the names that it calls them, and does not take away again. */
function installedBy(instruction: string): readonly string[] {
  const run = runOf(instruction);
  if (run === undefined || UNFOLLOWED.test(run.text)) return [];
  const installed: string[] = [];
  const removed = new Set<string>();
  let depth = 0;
  let chain: ShellCommand[] = [];
  /** Commands that depend on one another run all or fail together, but where one is only tried or asked. */
  const follow = (): boolean => {
    const isSure = depth === 0 && chain.every(({ joined, program }) => joined !== '||' && !UNSURE.has(program));
    for (const command of chain) {
      const named = namedBy(command);
      if (named === undefined) {
        if (isSure || removesBy(command)) return false;
      } else if (removesBy(command)) for (const name of named) removed.add(name);
      else if (isSure) installed.push(...named);
    }
    return true;
  };
  for (const command of shellCommands(run.text)) {
    if (command.joined === undefined) {
      if (!follow()) return [];
      chain = [];
    }
    for (const word of command.text.split(/\s+/, WORDS_BEFORE)) {
      if (COMPOUND_BEGINS.test(word)) depth += 1;
      else if (COMPOUND_ENDS.test(word)) depth -= 1;
      else if (!COMPOUND_GOES_ON.test(word)) break;
    }
    chain.push(command);
  }
  return follow() ? installed.filter((name) => !removed.has(name)) : [];
}

/** Words of the shell before a command: `then if`, `while !`. */
const WORDS_BEFORE = 6;

const removesBy = ({ program, words }: ShellCommand): boolean =>
  INSTALLERS.has(program) && words.some((word) => REMOVES.test(word));

/** The packages that a command installs or takes away; undefined where they are not all named. */
function namedBy({ program, words }: ShellCommand): readonly string[] | undefined {
  const verb = INSTALLERS.get(program);
  const at =
    verb === undefined ? -1 : words.findIndex((word, index) => index > 0 && (verb.test(word) || REMOVES.test(word)));
  if (at < 0 || words.some((word) => ELSEWHERE.test(word))) return [];
  const names: string[] = [];
  for (let next = 1; next < words.length; next += 1) {
    const word = words[next]!;
    if (/^\d?[<>]/.test(word)) break;
    if (VALUES.test(word)) next += 1;
    else if (next > at && !word.startsWith('-')) {
      const name = nameIn(word);
      if (name === undefined) return undefined;
      names.push(name);
    }
  }
  return names;
}
