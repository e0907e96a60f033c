import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { parsePurl } from '../ecosystems/purl.ts';
import { number } from '../formats/text/index.ts';
import { nameFromPurl } from './collect.ts';
import { ratings, scoreRating } from './ratings.ts';
import type { FindingFact, TextFormat } from './scanner.ts';

/** Where a vulnerability begins: a badge that links to its page. */
const BADGE =
  /<a href="https:\/\/scout[^"/]*\/v\/([A-Za-z0-9-]{4,40})[^"]{0,500}"><img alt="([a-z]{3,12}) ?[\d.]{0,4} ?:/;
const PURL = /<code>(pkg:[^<]{1,1000})<\/code>/g;

/**
 * `docker scout cves --format markdown`: a package's purl, then for each vulnerability a badge and a small table.
 * https://docs.docker.com/reference/cli/docker/scout/cves/
 */
export const scoutMarkdown: TextFormat = {
  kind: 'text',
  name: 'Docker Scout Markdown',
  recognise: (head) => head.includes(':mag: Vulnerabilities of <code>'),
  read(source) {
    const findings = [...facts(source)];
    const system = findings
      .map((fact) => parsePurl(fact.purl)?.qualifiers)
      .find((qualifiers) => qualifiers?.has('os_name'));
    return {
      title: 'Docker Scout',
      subject: withoutUndefined({
        name: /Vulnerabilities of <code>([^<]{1,500})<\/code>/.exec(source)?.[1],
        digest: /<td>digest<\/td><td><code>(sha256:[0-9a-f]{64})<\/code>/.exec(source)?.[1],
        platform: /<td>platform<\/td><td>([\w/]{1,60})<\/td>/.exec(source)?.[1],
        os:
          system === undefined ? undefined : `${system.get('os_name')}:${system.get('os_version') ?? ''}`.toLowerCase(),
      }),
      findings,
    };
  },
};

function* facts(source: string): Generator<FindingFact> {
  let purl: string | undefined;
  // Between two links there is at most one package and one vulnerability; a package stands before its vulnerabilities.
  for (const [index, part] of source.split('<a href="').entries()) {
    const badge = index === 0 ? null : BADGE.exec(`<a href="${part.slice(0, 1_200)}`);
    if (badge !== null) yield fact(badge[1]!, badge[2]!, purl, part);
    for (const match of part.matchAll(PURL)) purl = match[1]!.replaceAll('&amp;', '&');
  }
}

function fact(id: string, severity: string, purl: string | undefined, part: string): FindingFact {
  const cell = (name: string): string | undefined =>
    new RegExp(`<td>${name}</td><td><(?:code|strong)>([^<]{1,300})<`).exec(part)?.[1]?.trim();
  const type = typeInWords(parsePurl(purl)?.type) ?? parsePurl(purl)?.type;
  const fixed = cell('Fixed version');
  const unfixed = fixed === undefined || /^not fixed$/i.test(fixed);
  return {
    id,
    package: nameFromPurl(purl),
    kind: isSystemType(type) ? 'source' : 'binary',
    ...withoutUndefined({ purl, type, severity }),
    ratings: ratings(scoreRating('any', number(cell('CVSS Score')), cell('CVSS Vector'))),
    fix: { state: unfixed ? 'not-fixed' : 'fixed', versions: unfixed ? [] : [fixed] },
  };
}
