import { npm } from '../ecosystems/npm.ts';
import { counted } from '../formats/grouped.ts';
import type { Sign } from '../model.ts';
import type { Claim } from './owner-proof.ts';

/** How many claims a sign names. */
const NAMED = 5;

/** No package of a distribution brings so many things of other names and other versions, in no folder of its own. */
const STRANGE = 10;

/** The signs of what OS packages claim and are not believed to own: it is judged by itself. */
export function claimSigns(claims: readonly Claim[]): readonly Sign[] {
  if (claims.length === 0) return [];
  const strange = new Map<string, Claim[]>();
  const others: Claim[] = [];
  for (const claim of claims) {
    const key = `${claim.owner.type} ${claim.owner.name}`;
    // Debian puts dozens of small npm modules into one package, each in a version of its own.
    if (claim.version === undefined && claim.fact.type !== npm.type)
      strange.set(key, [...(strange.get(key) ?? []), claim]);
    else others.push(claim);
  }
  // Sixteen programs with one library in each of them are one thing: Debian's containernetworking-plugins.
  const isMany = (those: readonly Claim[]): boolean => new Set(those.map(({ fact }) => fact.name)).size >= STRANGE;
  const many = [...strange.values()].filter(isMany);
  const few = [...others, ...[...strange.values()].filter((those) => !isMany(those)).flat()];
  return [
    ...(many.length === 0 ? [] : [sign('warning', many.flat(), manyWords(many))]),
    ...(few.length === 0 ? [] : [sign('info', few, fewWords(few))]),
  ];
}

const sign = (level: Sign['level'], claims: readonly Claim[], message: string): Sign => ({
  check: 'ownership-contradicted',
  level,
  message,
  paths: claims.slice(0, NAMED).map(({ path }) => path),
});

function manyWords(many: readonly (readonly Claim[])[]): string {
  const named = many.slice(0, NAMED).map((those) => {
    const [{ fact, owner }] = those as [Claim, ...Claim[]];
    return `${owner.name} ${those.length} (${fact.name} ${fact.version} first)`;
  });
  return `OS packages list language packages of other names and versions than their own, which distributions pack one by one: ${named.join(', ')}: not believed, and judged by themselves`;
}

function fewWords(few: readonly Claim[]): string {
  const named = few.slice(0, NAMED).map(wordsOf);
  return `${counted(few.length, 'language package')} ${few.length === 1 ? 'is' : 'are'} listed by an OS package of another name or version, whose list may be forged: ${named.join(', ')}: judged apart from it`;
}

const wordsOf = ({ fact, owner, version }: Claim): string =>
  `${fact.name} ${fact.version} (${owner.name}${version === undefined ? '' : ` ${version}`})`;
