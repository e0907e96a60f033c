import { posix } from 'node:path';
import { LIMITS } from '../../limits.ts';
import { withoutEnd, withoutStart } from '../ends.ts';
import { matchesGlob } from './glob.ts';

/** The rules of a `.dockerignore`. */
export interface IgnoreRules {
  /** Whether a name in this folder is left out; what the folder's own path comes to is worked out once, for the first of them. */
  below(folder: string): (name: string) => boolean;
  /** Whether some name what is left in again (`!keep`), so that in a folder that is left out something may not be. */
  readonly hasKept: boolean;
  /** Whether some were not looked at: beyond the budget nothing is left out. */
  wasCut(): boolean;
}

interface Rule {
  readonly keep: boolean;
  /** Whoever comes to the end of them is matched, with all that is below. */
  readonly wanted: readonly string[];
}

/**
 * https://docs.docker.com/build/concepts/context/#dockerignore-files: the last rule that matches a path or a folder above it counts. Read as
 * Docker's own library reads them (github.com/moby/patternmatcher), to which the tests are held.
 */
export function ignoreRules(text: string): IgnoreRules {
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const taken = lines.filter((line) => line.length <= LIMITS.pathBytes).slice(0, LIMITS.contextRules);
  const rules = taken.flatMap(rulesOf).slice(0, LIMITS.contextRules * MOST_WAYS);
  const budget = { steps: LIMITS.contextSteps };
  return {
    below(folder) {
      const names = folder === '' ? [] : folder.split('/');
      const come = (rule: Rule): Places => names.reduce((at, name) => onwards(rule, at, name, budget), START);
      let places: readonly Places[] | undefined;
      return (name) => {
        places ??= rules.map(come);
        const last = rules.findLast((rule, at) => isThrough(rule, onwards(rule, places?.[at] ?? START, name, budget)));
        return last !== undefined && !last.keep && budget.steps >= 0;
      };
    },
    hasKept: rules.some(({ keep }) => keep),
    wasCut: () => budget.steps < 0 || taken.length < lines.length,
  };
}

/** `**` within names that a line is read with, and the ways that comes to; nobody writes more. */
const INNER = 3;
const MOST_WAYS = 2 ** INNER;

/** What a line says, as one rule or several of the same meaning: `a**b` is `ab` in one folder, and `a*` with a `b` anywhere below it. */
function rulesOf(line: string): Rule[] {
  const keep = line.startsWith('!');
  const plain = withoutStart(withoutEnd(posix.normalize(line.replace(/^!/, '').trim()), '/'), '/');
  return waysOf(plain).map((way) => {
    const wanted = way.split('/').filter((part, at, all) => part !== '**' || all[at - 1] !== '**');
    // At the end it is what lies below, and not the folder, or a file of its name.
    return { keep, wanted: wanted.map((part, at) => (part === '**' && at === wanted.length - 1 ? '*' : part)) };
  });
}

function waysOf(line: string): string[] {
  // At the beginning, before plain letters, it stands for the beginning of a name as well.
  const first = /^\*\*([^/*?[\\][^*?[\\]*)$/.exec(line);
  if (first) return [`**/*${first[1]}`];
  let ways = [line.replace(/^\*\*(?=[^/])/, '**/').replace(/([^/])\*\*$/, '$1*')];
  for (let count = 0; count < INNER; count++)
    ways = ways.flatMap((way) => {
      const inner = /(?<!^|\/)\*\*\/?(?=.)|(?<=\/)\*\*(?=[^/])/.exec(way);
      if (inner === null) return [way];
      const [before, after] = [way.slice(0, inner.index), way.slice(inner.index + inner[0].length)];
      return [`${before}${after}`, `${before}*/**/${after}`];
    });
  return ways;
}

/** Places of a rule, each so many parts in. */
type Places = ReadonlySet<number>;

const START: Places = new Set([0]);

/** Whether one of them is so far in that the rule matches. */
const isThrough = ({ wanted }: Rule, places: Places): boolean => places.has(wanted.length);

const HAS_WILDCARD = /[*?\\[]/;

/**
 * Where a rule has come to after one more name of a path. `**` stands for any number of folders, the other wildcards stay within a
 * name. All places are followed together: one after the other they are without number.
 */
function onwards(rule: Rule, places: Places, name: string, budget: { steps: number }): Places {
  budget.steps--;
  if (places.size === 0 || budget.steps < 0) return places;
  if (isThrough(rule, places) && places !== START) return places;
  const from = new Set(places);
  const next = new Set<number>();
  // A set goes on with what is added to it on the way: `**` may also stand for nothing.
  for (const at of from) {
    budget.steps--;
    const part = rule.wanted[at];
    if (part === '**') {
      next.add(at);
      from.add(at + 1);
    } else if (
      part !== undefined &&
      (HAS_WILDCARD.test(part) ? matchesGlob(name, part, budget, { classes: true }) : name === part)
    )
      next.add(at + 1);
  }
  return next;
}
