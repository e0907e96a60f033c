import { withoutUndefined } from '../collections.ts';
import { isSystemType } from '../ecosystems/index.ts';
import { parsePurl } from '../ecosystems/purl.ts';
import { type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import type { Rating, Suppression } from '../model.ts';
import { suppressionInWords } from '../policy/suppression-words.ts';
import { nameFromPurl } from './collect.ts';
import { digestOfReference } from './references.ts';
import { type SarifRun, sarifFormat } from './sarif.ts';
import { type FindingFact, jsonFormat, type ReportBody, type Scanner, type ScanSettings, scanner } from './scanner.ts';
import { severityWord } from './severity.ts';

const needed = ({ description: _, reasons: __, ...row }: JsonObject): JsonObject => row;
const SUPPRESSIONS: readonly Suppression['status'][] = ['accepted', 'not_affected', 'fixed', 'false_positive'];

/** Plimsoll's own `scan -f json`. */
const own = jsonFormat({
  name: 'Plimsoll JSON',
  recognise: (head) => text(object(object(head).tool).name) === 'plimsoll' && object(head).subject !== undefined,
  rows: {
    'findings.*': needed,
    'suppressed.*': ({ finding, by }) => ({ ...(finding ? { finding: needed(object(finding)), by: by ?? null } : {}) }),
  },
  skip: ['packages', 'subject.config'],
  read(document) {
    const root = object(document.root);
    const subject = object(root.subject);
    const platform = object(subject.platform);
    const os = object(root.os);
    const database = object(root.database);
    return {
      ...withoutUndefined({ version: text(object(root.tool).version), created: text(root.created) }),
      subject: {
        ...withoutUndefined({
          name: text(subject.name) ?? text(subject.reference),
          digest: text(subject.digest) ?? digestOfReference(texts(subject.repoDigests)[0]),
          imageId: text(subject.imageId),
          platform:
            text(platform.architecture) === undefined
              ? undefined
              : `${text(platform.os) ?? 'linux'}/${text(platform.architecture)}`,
          os: text(os.id) === undefined ? undefined : `${text(os.id)}:${text(os.versionId) ?? ''}`,
        }),
        repoDigests: texts(subject.repoDigests),
        diffIDs: list(subject.layers).flatMap((layer) => text(object(layer).diffID) ?? []),
      },
      database: withoutUndefined({ date: text(database.asOf) ?? text(database.built), version: text(database.digest) }),
      settings: settingsOf(object(root.filtered)),
      findings: [
        ...document.rows('findings.*').map(({ value }) => factOf(value)),
        // Risks are no rows of anybody.
        ...document
          .rows('suppressed.*')
          .flatMap(({ value: { finding, by } }): readonly FindingFact[] =>
            finding === undefined
              ? []
              : [{ ...factOf(object(finding)), suppressed: suppressionInWords(suppressionOf(object(by))) }],
          ),
      ],
    };
  },
});

/** A finding as our own JSON writes it. */
function factOf(value: JsonObject): FindingFact {
  const pkg = object(value.package);
  const source = object(pkg.source);
  const fix = object(value.fix);
  const fixed = text(fix.version);
  const state = text(fix.state);
  // In its first version the places stood with the package.
  const places = list(value.locations ?? pkg.evidence).map(object);
  const ratings = list(value.ratings).map(ratingOf);
  return {
    id: text(value.id),
    aliases: texts(value.aliases),
    package: text(pkg.name),
    kind: isSystemType(text(pkg.type)) ? 'binary' : 'unknown',
    ...(text(source.name) !== undefined && {
      source: { name: text(source.name)!, ...withoutUndefined({ version: text(source.version) }) },
    }),
    ...withoutUndefined({
      version: text(pkg.version),
      type: text(pkg.type),
      purl: text(pkg.purl),
      severity: text(value.severity),
      severitySource: text(value.severitySource),
      status: text(value.state),
      vendorWord: wordOf(ratings, text(value.severitySource)),
      layer: text(places[0]?.diffID),
      title: text(value.title),
      url: text(value.url),
      published: text(value.published),
    }),
    ratings,
    fix: {
      state:
        state === 'fixed' ||
        state === 'subscription' ||
        state === 'wont-fix' ||
        state === 'deferred' ||
        state === 'not-fixed'
          ? state
          : 'unknown',
      versions: fixed === undefined ? [] : [fixed],
    },
    locations: places.map((place) => text(place.path)),
  };
}

/** Who took a finding out, checked: the file may come from anywhere. */
function suppressionOf(by: JsonObject): Suppression {
  const status = SUPPRESSIONS.find((status) => status === by.status) ?? 'accepted';
  const [until, owner, reason, justification] = ['until', 'owner', 'reason', 'justification'].map((key) =>
    text(by[key]),
  );
  return {
    source: 'policy',
    where: text(by.where) ?? 'the report',
    status,
    ...withoutUndefined({ until, owner, reason, justification }),
  };
}

/** What the scan was told to show: the rest is in no list of the report. */
function settingsOf(filtered: JsonObject): ScanSettings {
  const severities = texts(filtered.severity);
  return {
    ...(filtered.fixable === true && { only: 'fixed' as const }),
    ...(severities.length > 0 && { severities }),
  };
}

/** Plimsoll's own SARIF: one result for a source package, its binaries beside it. */
function readOwnSarif(run: SarifRun): ReportBody {
  return {
    ...withoutUndefined({ version: run.version }),
    subject: withoutUndefined({
      name: text(run.properties.subject),
      digest: digestOfReference(text(run.properties.subject)),
    }),
    findings: run.results.flatMap(({ result, rule }, row) => {
      const said = /, ([A-Z]+) by (\S+?):/.exec(result.message ?? '');
      // The rule is as bad as the worst of its results: that is nothing of one that nobody has rated.
      const unrated = /, nobody has rated it: /.test(result.message ?? '') ? 'UNKNOWN' : undefined;
      const fixed = result.properties.fixedVersion ?? [];
      const paid = result.properties.subscription !== undefined;
      return (result.properties.purls ?? []).map((purl): FindingFact => {
        const parts = parsePurl(purl);
        return {
          row: String(row),
          id: result.ruleId,
          aliases: result.properties.aliases ?? [],
          package: nameFromPurl(purl),
          kind: isSystemType(parts?.type) ? 'binary' : 'unknown',
          purl,
          ...withoutUndefined({
            severity: said?.[1] ?? unrated ?? rule?.severityTag,
            severitySource: said?.[2],
            url: rule?.helpUri,
            title: rule?.short,
          }),
          fix: { state: paid ? 'subscription' : fixed.length > 0 ? 'fixed' : 'not-fixed', versions: fixed },
          locations: [result.locations[0]?.uri],
          ...withoutUndefined({ suppressed: result.suppressed }),
        };
      });
    }),
  };
}

/** The word of a distribution that the severity was read from, where it was one: `unimportant`. */
const wordOf = (ratings: readonly Rating[], source: string | undefined): string | undefined =>
  ratings.find((rating) => rating.source === source && (rating.method === 'urgency' || rating.method === 'priority'))
    ?.original;

/** A rating as our own report writes it, checked: the file may come from anywhere. */
function ratingOf(value: Json): Rating {
  const { source, severity, method, score, vector, original } = object(value);
  const points = number(score);
  return {
    source: text(source) ?? 'unknown',
    severity: severityWord(text(severity)) ?? 'UNKNOWN',
    method: text(method) ?? 'text',
    ...(points !== undefined && { score: points }),
    ...withoutUndefined({ vector: text(vector), original: text(original) }),
  };
}

export const plimsoll: Scanner = scanner({
  name: 'plimsoll',
  title: 'Plimsoll',
  formats: [own, sarifFormat('Plimsoll SARIF', /^plimsoll$/i, readOwnSarif, { message: true })],
  lenses: [],
});
