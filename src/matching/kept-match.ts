import { createHash } from 'node:crypto';
import type { Scheme } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import type { TakenInventory } from '../inventory/kept.ts';
import type { LayerCache } from '../layers/cache.ts';
import { LIMITS } from '../limits.ts';
import type { Finding, NoInterest, Package } from '../model.ts';
import { withLinkedCode } from './affected-code.ts';
import { type Matched, match } from './match.ts';
import { withNamedModules } from './named-modules.ts';
import { nearestFirst } from './nearest-first.ts';

/** What the code and the modules of one package say of a finding; other binaries of its source have others. */
type OfItsCode = Pick<Finding, 'code' | 'named'>;
type Answer = Omit<Finding, 'package' | 'named'>;

/** What matching found, with packages by their places in the inventory: the binaries of one source share an answer. */
interface Kept {
  readonly answers: readonly Answer[];
  /** Answer and package of each finding, and what its code says where that is not the answer's. */
  readonly findings: readonly (readonly [answer: number, place: number, own?: OfItsCode])[];
  readonly passed: readonly (readonly [NoInterest, readonly number[]])[];
  readonly undetermined: number;
  readonly undecidable: number;
}

/**
 * `match`, with what the programs and modules of the image say of the code that advisories name, from the cache where this very program has asked
 * this very database about this very inventory before: the same report in another format or with another filter costs no matching.
 */
export function matchKept(
  { inventory, key: inventoryKey }: Pick<TakenInventory, 'inventory' | 'key'>,
  store: AdvisoryStore,
  scheme: Scheme | undefined,
  cache: LayerCache | undefined,
): Matched {
  const { packages, linked, modules } = inventory;
  const { answersAs } = store;
  const judged = (): Matched => {
    const matched = match(packages, store, scheme);
    return { ...matched, findings: nearestFirst(withNamedModules(withLinkedCode(matched.findings, linked), modules)) };
  };
  if (cache === undefined || inventoryKey === undefined || !answersAs || scheme !== undefined) return judged();
  const key = `findings ${createHash('sha256').update(`${inventoryKey}\n${answersAs}`).digest('hex')}`;
  const kept = cache.text(key);
  const known = kept === undefined ? undefined : restored(kept, packages);
  if (known) return known;
  const matched = judged();
  // What a defect kept from being judged is tried again the next time.
  if (matched.problems.length === 0 && matched.findings.length <= LIMITS.keptItems)
    cache.putText(key, () => JSON.stringify(packed(matched, packages)));
  return matched;
}

function packed({ findings, passed, undetermined, undecidable }: Matched, packages: readonly Package[]): Kept {
  const places = new Map(packages.map((installed, place) => [installed, place]));
  const placeOf = (installed: Package): number => places.get(installed) as number;
  const answers: Answer[] = [];
  const numbers = new Map<Finding['reasons'], number>();
  return {
    answers,
    findings: findings.map(({ package: installed, named, ...answer }) => {
      let number = numbers.get(answer.reasons);
      if (number === undefined) {
        number = answers.push(answer) - 1;
        numbers.set(answer.reasons, number);
      }
      const own: OfItsCode = {
        ...(answer.code && answer.code !== answers[number]?.code && { code: answer.code }),
        ...(named && { named }),
      };
      const place = placeOf(installed);
      return own.code || own.named ? [number, place, own] : [number, place];
    }),
    passed: [...passed].map(([reason, those]) => [reason, those.map(placeOf)]),
    undetermined,
    undecidable,
  };
}

function restored(text: string, packages: readonly Package[]): Matched | undefined {
  try {
    const { answers, findings, passed, undetermined, undecidable } = JSON.parse(text) as Kept;
    const nth = <Item>(items: readonly Item[], index: number): Item => {
      const item = items[index];
      if (item === undefined) throw new RangeError('what was kept does not fit together');
      return item;
    };
    const at = (place: number): Package => nth(packages, place);
    return {
      findings: findings.map(([answer, place, own]) => ({ ...nth(answers, answer), package: at(place), ...own })),
      passed: new Map(passed.map(([reason, places]) => [reason, places.map(at)])),
      undetermined,
      undecidable,
      problems: [],
    };
  } catch {
    return undefined; // as everything in the cache: what cannot be read is made again
  }
}
