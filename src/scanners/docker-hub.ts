import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { parsePurl } from '../ecosystems/purl.ts';
import { list, number, object, text, texts } from '../formats/text/index.ts';
import { nameFromPurl } from './collect.ts';
import { dockerHubLens } from './docker-hub-rules.ts';
import { scoutMarkdown } from './docker-scout-markdown.ts';
import { ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { digestOfReference } from './references.ts';
import { type SarifResult, type SarifRun, sarifFormat } from './sarif.ts';
import { type FindingFact, jsonFormat, type ReportBody, scanner, type TextFormat } from './scanner.ts';

/** What a Scout row says of a package, from its purl: Debian and Alpine packages are named by their source. */
function factsOfPurl(
  purl: string | undefined,
): Pick<FindingFact, 'package' | 'kind'> & { purl?: string; type?: string; version?: string } {
  const parts = parsePurl(purl);
  const type = typeInWords(parts?.type) ?? parts?.type;
  return {
    package: nameFromPurl(purl),
    kind: isSystemType(type) ? 'source' : 'binary',
    ...withoutUndefined({ purl, type, version: parts?.version }),
  };
}

function fixFacts(fixed: string | undefined): FindingFact['fix'] {
  const version = fixed === undefined || /^(not fixed|-)?$/i.test(fixed) ? undefined : fixed;
  return { state: version === undefined ? 'not-fixed' : 'fixed', versions: version === undefined ? [] : [version] };
}

const systemOf = (purl: string | undefined): string | undefined => {
  const qualifiers = parsePurl(purl)?.qualifiers;
  const name = qualifiers?.get('os_name');
  return name === undefined ? undefined : `${name}:${qualifiers?.get('os_version') ?? ''}`.toLowerCase();
};

/**
 * `docker scout cves --format sarif`: a rule per vulnerability with all purls it concerns, a result per package.
 * https://docs.docker.com/reference/cli/docker/scout/cves/
 */
function readScoutSarif(run: SarifRun): ReportBody {
  const findings = [...sarifFacts(run)];
  const place = run.results.flatMap(({ result }) =>
    result.locations.flatMap((location) => [...location.names, location.uri ?? '']),
  )[0];
  return {
    title: 'Docker Scout',
    ...withoutUndefined({ version: run.version }),
    subject: withoutUndefined({
      digest: digestOfReference(place),
      os: findings.map((fact) => systemOf(fact.purl)).find((os) => os !== undefined),
    }),
    findings,
  };
}

function* sarifFacts(run: SarifRun): Generator<FindingFact> {
  for (const { result, rule, fields } of run.results) {
    const properties = rule?.properties ?? {};
    const ofRule = texts(properties.purls);
    const purls = purlsOf(result, fields.get('Package'), ofRule);
    for (const purl of purls) {
      yield {
        // A rule that names several packages is one row; a result that does is of as many.
        ...(purls.length > 1 && purls === ofRule && { row: `${result.ruleId}/${result.locations[0]?.uri ?? ''}` }),
        id: fields.get('Vulnerability') ?? result.ruleId,
        ...(purl === undefined ? nameAndVersion(fields.get('Package')) : factsOfPurl(purl)),
        ...withoutUndefined({
          severity: fields.get('Severity') ?? rule?.severityTag ?? text(properties.cvssV3_severity),
          title: rule?.short,
          url: rule?.helpUri,
        }),
        ratings: ratings(
          scoreRating('any', rule?.score, text(properties.cvssV3) ?? text(properties.cvssV4)),
          ratingOfWord('any', text(properties.cvssV3_severity) ?? text(properties.cvssV4_severity)),
        ),
        fix: fixFacts(fields.get('Fixed version') ?? text(properties.fixed_version)),
        locations: [result.locations[0]?.uri, ...placesOf(result)],
        ...withoutUndefined({ suppressed: result.suppressed }),
      };
    }
  }
}

/** The package of a result: up to 0.6 its purl is among the names of the place, and the message has name and version. */
function purlsOf(
  result: SarifResult,
  field: string | undefined,
  ofRule: readonly string[],
): readonly (string | undefined)[] {
  if (field?.startsWith('pkg:')) return [field];
  const named = result.locations.flatMap((location) => location.names).filter((name) => name.startsWith('pkg:'));
  if (named.length > 0) return [...new Set(named)];
  return field === undefined ? ofRule : [undefined];
}

/** `stdlib 1.19.4`. */
function nameAndVersion(said: string | undefined): Pick<FindingFact, 'package' | 'kind' | 'version'> {
  const [, name, version] = /^(\S+)(?:\s+(\S+))?/.exec(said ?? '') ?? [];
  return { package: name, kind: 'unknown', ...withoutUndefined({ version }) };
}

/** Files named beside the package. */
const placesOf = (result: SarifResult): readonly string[] =>
  result.locations.flatMap((location) => location.names).filter((name) => name.startsWith('/'));

/** What Docker Hub's pages ask its service: vulnerabilities by package. */
const hubPackages = jsonFormat({
  name: 'Docker Hub vulnerabilities by package',
  recognise: (head) =>
    Array.isArray(object(object(head).data).vulnerabilitiesByPackage) ||
    Array.isArray(object(head).vulnerabilitiesByPackage),
  rows: { 'data.vulnerabilitiesByPackage.*': (row) => row, 'vulnerabilitiesByPackage.*': (row) => row },
  read(document) {
    const packages = [
      ...document.rows('data.vulnerabilitiesByPackage.*'),
      ...document.rows('vulnerabilitiesByPackage.*'),
    ];
    return {
      subject: withoutUndefined({ os: systemOf(text(packages[0]?.value.purl)) }),
      findings: packages.flatMap(({ value }) =>
        list(value.vulnerabilities).map((vulnerability): FindingFact => {
          const row = object(vulnerability);
          const cvss = object(row.cvss);
          return {
            id: text(row.sourceId),
            ...factsOfPurl(text(value.purl)),
            ...withoutUndefined({
              severity: text(cvss.severity),
              severitySource: text(row.source),
              feed: text(row.source),
              url: text(row.url),
              published: text(row.publishedAt),
            }),
            ratings: ratings(scoreRating(text(row.source) ?? 'docker', number(cvss.score), text(cvss.vector))),
            fix: fixFacts(text(row.fixedBy)),
          };
        }),
      ),
    };
  },
});

const VULNERABILITY = /^\s*[✗x]\s+(CRITICAL|HIGH|MEDIUM|LOW|UNSPECIFIED)\s+(\S+)/;

/** `docker scout cves` as it is printed (`--format packages`): a purl, then what is wrong with it. */
const scoutText: TextFormat = {
  kind: 'text',
  name: 'Docker Scout packages',
  recognise: (head) =>
    /^[ \t]*[✗x]\s+(CRITICAL|HIGH|MEDIUM|LOW|UNSPECIFIED)\s+\S+/m.test(head) && /^[ \t]*pkg:/m.test(head),
  read(source) {
    const lines = source.split(/\r?\n/);
    const target = /Target\s+│\s+(\S+)/.exec(source)?.[1];
    const digest = /^[ \t]+digest[ \t]+│[ \t]+([0-9a-f]{12,64})/m.exec(source)?.[1];
    const findings = [...textFacts(lines)];
    return {
      title: 'Docker Scout',
      subject: {
        ...withoutUndefined({
          name: target,
          digest: digest === undefined ? undefined : `sha256:${digest}`,
          platform: /^[ \t]+platform[ \t]+│[ \t]+(\S+)/m.exec(source)?.[1],
          os: findings.map((fact) => systemOf(fact.purl)).find((os) => os !== undefined),
        }),
      },
      findings,
    };
  },
};

function* textFacts(lines: readonly string[]): Generator<FindingFact> {
  let purl: string | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    purl = /^\s*(pkg:\S+)/.exec(lines[index]!)?.[1] ?? purl;
    const match = VULNERABILITY.exec(lines[index]!);
    if (match === null) continue;
    const details = new Map<string, string>();
    for (
      let next = index + 1;
      next < lines.length && !VULNERABILITY.test(lines[next]!) && lines[next]!.trim() !== '';
      next += 1
    ) {
      const pair = /^\s{1,80}([A-Z][\w ]{1,80}?)\s{0,80}:\s+(.*)$/.exec(lines[next]!);
      if (pair !== null) details.set(pair[1]!, pair[2]!.trim());
    }
    yield {
      id: match[2],
      ...factsOfPurl(purl),
      severity: match[1]!,
      ratings: ratings(scoreRating('any', number(details.get('CVSS Score')), details.get('CVSS Vector'))),
      fix: fixFacts(details.get('Fixed version')),
    };
  }
}

export const dockerHub = scanner({
  name: 'docker-hub',
  also: ['scout'],
  title: 'Docker Hub',
  formats: [
    sarifFormat('Docker Scout SARIF', /^(?:docker[ -]?)?scout$/i, readScoutSarif),
    hubPackages,
    scoutText,
    scoutMarkdown,
  ],
  lenses: [dockerHubLens],
  run: {
    program: 'docker',
    // https://docs.docker.com/reference/cli/docker/scout/cves/#description
    arguments: ({ kind, value }) => {
      const from = {
        archive: 'archive',
        'oci-dir': 'oci-dir',
        dir: 'fs',
        docker: 'local',
        registry: 'registry',
        sbom: 'sbom',
      };
      if (kind === 'name') return ['scout', 'cves', '--format', 'sarif', value];
      const scheme = Object.hasOwn(from, kind) ? from[kind as keyof typeof from] : undefined;
      return scheme === undefined ? undefined : ['scout', 'cves', '--format', 'sarif', `${scheme}://${value}`];
    },
    success: [0, 2],
  },
});
