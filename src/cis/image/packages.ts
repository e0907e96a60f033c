/** 4.7 and 4.9: how a package index is refreshed, and what ADD brings; for history and Dockerfile alike. */
import type { ShellCommand } from '../../formats/text/index.ts';
import { type BenchItem, type CheckVerdict, info, pass, warn } from '../check.ts';
import { isFixedAddress, isRemote, sourcesOf } from './addresses.ts';
import { type BuildStep, runCommands } from './steps.ts';

const INDEX_UPDATE: Readonly<Record<string, readonly string[]>> = {
  'apt-get': ['update'],
  apt: ['update'],
  aptitude: ['update'],
  apk: ['update'],
  zypper: ['refresh', 'ref'],
  pacman: ['-Sy'],
};
const USES_INDEX =
  /^(?:install|upgrade|dist-upgrade|full-upgrade|build-dep|add|in|up|update|dup|patch|satisfy|download|source|-S[^u]*u.*|-S)$/;

/** The words of a command without options. */
const plain = (command: ShellCommand) => command.words.slice(1).filter((word) => !word.startsWith('-'));

/** 4.7: a step that only refreshes the index leaves an old index to every later step that comes from the cache. */
export function judgeUpdates(steps: readonly BuildStep[]): CheckVerdict {
  const items: BenchItem[] = [];
  for (const step of steps) {
    const commands = runCommands(step);
    const update = commands.find((command) => isUpdate(command));
    if (update === undefined) continue;
    const used = commands.some(
      (command) =>
        INDEX_UPDATE[command.program] && !isUpdate(command) && command.words.some((word) => USES_INDEX.test(word)),
    );
    if (!used) items.push(step.item(`${update.text} stands alone`));
  }
  return items.length > 0
    ? warn('the package index is refreshed in a step of its own', items)
    : pass('no step refreshes the package index alone');
}

function isUpdate(command: ShellCommand): boolean {
  const updates = INDEX_UPDATE[command.program];
  const verb = command.program === 'pacman' ? command.words[1] : plain(command)[0];
  return updates !== undefined && verb !== undefined && updates.includes(verb);
}

const ARCHIVE = /\.(?:tar|tgz|tbz2|txz|tar\.(?:gz|bz2|xz|zst))$/i;

/** 4.9: ADD fetches and unpacks; where that is not wanted, COPY says what it does. */
export function judgeAdd(steps: readonly BuildStep[]): CheckVerdict {
  const unverified: BenchItem[] = [];
  const copies: BenchItem[] = [];
  for (const step of steps) {
    if (step.keyword !== 'ADD') continue;
    const sources = sourcesOf(step);
    const remote = sources.filter(isRemote);
    // A base image begins with its root file system unpacked by ADD: there is no other way.
    if (step.first && remote.length === 0 && /\s\/\s*$/.test(step.text)) continue;
    if (remote.length > 0) {
      if (!step.flags.has('checksum') && !remote.every(isFixedAddress))
        unverified.push(step.item(`fetches ${remote[0]} without --checksum`));
    } else if (!sources.every((source) => ARCHIVE.test(source)))
      copies.push(step.item(`${step.text.slice(0, 120)}: COPY would do`));
  }
  if (unverified.length > 0) return warn('ADD fetches what nobody verifies', [...unverified, ...copies]);
  return copies.length > 0
    ? info('ADD is used where COPY would do', copies)
    : pass('ADD is used for nothing that COPY does');
}
