/**
 * Doubles of the deck's services, for one image: ECR, Artifact Analysis (Grafeas v1) with its token server, Clair v4. What they have
 * found is what the rules of each say over the same image and records, in the shapes of its own; pages are small, so that there are several.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../../src/compare/comparison.ts';
import { type JsonAnswer, type JsonServer, jsonServer } from '../json-server.ts';
import type { SeenRequest } from '../registry.ts';

/** What a service says of one vulnerability in one source package: the rules of its scanner said so over the same image and records. */
export interface DeckFinding {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly version: string;
  /** As the service names what it found it in. */
  readonly packages: readonly string[];
  /** In its own word. */
  readonly severity: string;
  readonly fixed?: string | undefined;
}

/** What a lens of a comparison says, as findings. */
export const findingsOf = ({ rows }: Pick<Comparison, 'rows'>, report: string): DeckFinding[] =>
  rows.flatMap(({ id, type = '', package: source, version, reportedBy }) =>
    reportedBy
      .filter((cell) => cell.report === report)
      .map((cell) => ({
        ...{ id, type, source, version, packages: cell.packages },
        severity: (cell.original ?? cell.severity).toUpperCase(),
        fixed: cell.fix.versions[0],
      })),
  );

/** What is asked about. */
export interface DeckImage {
  /** `127.0.0.1:5000` */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

export interface Deck {
  readonly environment: Readonly<Record<string, string>>;
  /** What arrived at each: ECR, Google, Clair. */
  readonly seen: () => readonly (readonly SeenRequest[])[];
  close(): Promise<void>;
}

const PAGE = 50;

/** A page of a list and the word for the next. */
function paged<T>(
  all: readonly T[],
  token: string | null | undefined,
): { items: readonly T[]; next: string | undefined } {
  const from = Number(token ?? 0);
  return { items: all.slice(from, from + PAGE), next: from + PAGE < all.length ? String(from + PAGE) : undefined };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html */
function ecr(image: DeckImage, findings: readonly DeckFinding[]): (request: SeenRequest) => JsonAnswer | undefined {
  const rows = findings.map((finding) => ({
    name: finding.id,
    uri: `https://security-tracker.debian.org/tracker/${finding.id}`,
    severity: finding.severity,
    attributes: [
      { key: 'package_name', value: finding.source },
      { key: 'package_version', value: finding.version },
    ],
  }));
  return ({ headers, body }) => {
    if (headers['x-amz-target'] !== 'AmazonEC2ContainerRegistry_V20150921.DescribeImageScanFindings') return undefined;
    if (!/^AWS4-HMAC-SHA256 Credential=AKIADECK\//.test(headers.authorization ?? ''))
      return { status: 400, body: { __type: 'UnrecognizedClientException' } };
    const { items, next } = paged(rows, JSON.parse(body).nextToken);
    return {
      body: {
        registryId: '123456789012',
        repositoryName: image.repository,
        imageId: { imageDigest: image.digest, imageTag: image.tag },
        imageScanStatus: { status: 'COMPLETE' },
        imageScanFindings: {
          findings: items,
          imageScanCompletedAt: 1_795_000_000,
          findingSeverityCounts: { HIGH: rows.length },
        },
        ...(next === undefined ? {} : { nextToken: next }),
      },
    };
  };
}

/** https://cloud.google.com/artifact-analysis/docs/reference/rest/v1/projects.occurrences */
function grafeas(image: DeckImage, findings: readonly DeckFinding[]): (request: SeenRequest) => JsonAnswer | undefined {
  const resourceUri = `https://${image.registry}/${image.repository}@${image.digest}`;
  const discovery = {
    analysisStatus: 'FINISHED_SUCCESS',
    continuousAnalysis: 'ACTIVE',
    lastScanTime: '2026-11-01T00:00:00Z',
  };
  const listed = findings.map((finding, at) => ({
    kind: 'VULNERABILITY',
    name: `projects/team/occurrences/${at}`,
    noteName: `projects/goog-vulnz/notes/${finding.id}`,
    resourceUri,
    vulnerability: {
      effectiveSeverity: finding.severity,
      packageIssue: finding.packages.map((name) => ({
        affectedPackage: name,
        ...(finding.type === 'deb'
          ? { affectedCpeUri: 'cpe:/o:debian:debian_linux:11', packageType: 'OS' }
          : { packageType: finding.type.toUpperCase() }),
        affectedVersion: { kind: 'NORMAL', fullName: finding.version },
        fixedVersion: finding.fixed === undefined ? { kind: 'MAXIMUM' } : { kind: 'NORMAL', fullName: finding.fixed },
      })),
    },
  }));
  return ({ line, headers }) => {
    if (line === 'POST /token') return { body: { access_token: 'google-token-of-the-deck', expires_in: 3600 } };
    const url = new URL(line.split(' ')[1] ?? '', 'http://deck');
    if (!url.pathname.startsWith('/v1/projects/team/occurrences')) return undefined;
    if (headers.authorization !== 'Bearer google-token-of-the-deck')
      return { status: 401, body: { error: { message: 'no' } } };
    const filter = url.searchParams.get('filter') ?? '';
    if (!filter.includes(`resourceUrl="${resourceUri}"`)) return { body: {} };
    if (url.pathname.endsWith(':vulnerabilitySummary'))
      return { body: { counts: [{ resourceUri, totalCount: String(listed.length) }] } };
    if (filter.includes('kind="DISCOVERY"'))
      return { body: { occurrences: [{ kind: 'DISCOVERY', resourceUri, discovery }] } };
    const { items, next } = paged(listed, url.searchParams.get('pageToken'));
    return { body: { occurrences: items, ...(next === undefined ? {} : { nextPageToken: next }) } };
  };
}

/** https://quay.github.io/clair/reference/api.html */
function clair(image: DeckImage, findings: readonly DeckFinding[]): (request: SeenRequest) => JsonAnswer | undefined {
  const packages: Record<string, unknown> = {};
  const environments: Record<string, unknown> = {};
  const vulnerabilities: Record<string, unknown> = {};
  const together: Record<string, string[]> = {};
  for (const finding of findings)
    for (const name of finding.packages) {
      const key = `${name} ${finding.version}`;
      const place = finding.type === 'deb' ? 'var/lib/dpkg/status' : 'python:usr/lib/python3/dist-packages';
      packages[key] = {
        ...{ id: key, name, version: finding.version, kind: 'binary' },
        ...(finding.type === 'deb'
          ? { source: { name: finding.source, version: finding.version, kind: 'source' } }
          : {}),
      };
      environments[key] = [{ package_db: place }];
      const id = `${finding.id} ${finding.source}`;
      vulnerabilities[id] = {
        ...{ id, name: finding.id, updater: finding.type === 'deb' ? 'debian/updater' : 'osv/pypi' },
        ...{ normalized_severity: finding.severity, fixed_in_version: finding.fixed ?? '' },
      };
      together[key] = [...(together[key] ?? []), id];
    }
  const distributions = { 1: { id: '1', did: 'debian', version_id: '11' } };
  const manifest_hash = image.digest;
  return ({ line }) => {
    if (line === `GET /indexer/api/v1/index_report/${image.digest}`)
      return { body: { manifest_hash, state: 'IndexFinished', success: true, err: '' } };
    if (line !== `GET /matcher/api/v1/vulnerability_report/${image.digest}`) return undefined;
    return {
      body: {
        manifest_hash,
        packages,
        distributions,
        environments,
        vulnerabilities,
        package_vulnerabilities: together,
      },
    };
  };
}

/** Starts the doubles; the user's settings for them are in the environment and in files of `home`. */
export async function startDeck(
  image: DeckImage,
  said: {
    readonly ecr: readonly DeckFinding[];
    readonly gcp: readonly DeckFinding[];
    readonly clair: readonly DeckFinding[];
  },
  home: string,
): Promise<Deck> {
  const [aws, google, scanner]: readonly JsonServer[] = await Promise.all([
    jsonServer(ecr(image, said.ecr)),
    jsonServer(grafeas(image, said.gcp)),
    jsonServer(clair(image, said.clair)),
  ]);
  if (aws === undefined || google === undefined || scanner === undefined) throw new Error('no doubles');
  const folder = join(home, 'gcloud');
  mkdirSync(folder, { recursive: true });
  const file = {
    type: 'authorized_user',
    client_id: 'i',
    client_secret: 'google-secret-of-the-deck',
    refresh_token: 'google-refresh-of-the-deck',
  };
  writeFileSync(
    join(folder, 'application_default_credentials.json'),
    JSON.stringify({ ...file, token_uri: `${google.url}/token` }),
  );
  return {
    environment: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIADECK',
      AWS_SECRET_ACCESS_KEY: 'aws-secret-of-the-deck',
      AWS_SESSION_TOKEN: 'aws-session-of-the-deck',
      AWS_ENDPOINT_URL_ECR: aws.url,
      CLOUDSDK_CONFIG: folder,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINERANALYSIS: `${google.url}/`,
      CLAIR_API: scanner.url,
    },
    seen: () => [aws, google, scanner].map((server) => server.seen),
    close: async () => void (await Promise.all([aws, google, scanner].map((server) => server.close()))),
  };
}
