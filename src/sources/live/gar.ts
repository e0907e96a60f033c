import { addTo } from '../../collections.ts';
import { PlimsollError } from '../../errors.ts';
import { objectOf, objectsOf } from '../../formats/json-values.ts';
import { type Google, openGoogle } from '../clouds/index.ts';
import { textOf, type UnknownRecord } from '../json.ts';
import { parseReference } from '../reference.ts';
import { askJson, type Service } from './ask.ts';
import { knownImage } from './image.ts';
import { type LiveDocument, type LiveSource, type LiveWorld, liveDocument, liveSource } from './live-source.ts';
import { allPages } from './pages.ts';
import { untilDone } from './wait.ts';

/** Artifact Analysis, and scanning on demand. gcloud's variables name other addresses. https://cloud.google.com/sdk/gcloud/reference/topic/configurations */
const ANALYSIS = {
  setting: 'CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINERANALYSIS',
  url: 'https://containeranalysis.googleapis.com/',
};
const ON_DEMAND = {
  setting: 'CLOUDSDK_API_ENDPOINT_OVERRIDES_ONDEMANDSCANNING',
  url: 'https://ondemandscanning.googleapis.com/',
};
const PERMISSION = 'containeranalysis.occurrences.list';

/** States of an analysis without findings. https://cloud.google.com/artifact-analysis/docs/reference/rest/v1/projects.occurrences#AnalysisStatus */
const WITHOUT: ReadonlyMap<string, string> = new Map([
  ['FINISHED_FAILED', 'the analysis failed'],
  ['FINISHED_UNSUPPORTED', 'Artifact Analysis cannot read this image'],
]);
const UNDER_WAY = new Set(['PENDING', 'SCANNING']);
const DONE = new Set(['FINISHED_SUCCESS', 'COMPLETE']);

/**
 * What Artifact Analysis found in an image of Artifact Registry or gcr.io: its occurrences, all pages, in the shape of `gcloud artifacts docker
 * images describe`. A scan on demand is named by its resource.
 * https://cloud.google.com/artifact-analysis/docs/reference/rest/v1/projects.occurrences/list
 */
const artifactAnalysis = (name: string, spelling: string, complete: (target: string) => string): LiveSource =>
  liveSource({
    name,
    title: 'Google Artifact Analysis',
    spelling,
    image: async (target) => complete(target),
    async fetch(target, world) {
      const service = serviceOf(world);
      if (/^projects\//.test(target)) return onDemand(service, target);
      const named = parseReference(complete(target));
      const project = projectOf(named.registry, named.repository, target);
      const { reference, digest } = await knownImage(named.name, world);
      const uri = `${reference.registry}/${reference.repository}@${digest}`;
      return described(service, project, uri, `${name}:${target}`);
    },
  });

export const gar = artifactAnalysis(
  'gar',
  'gar:LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE:TAG|@DIGEST',
  (target) => target,
);
export const gcr = artifactAnalysis('gcr', 'gcr:PROJECT/IMAGE:TAG|@DIGEST', (target) =>
  /^[a-z.]*gcr\.io\//.test(target) ? target : `gcr.io/${target}`,
);

interface GoogleService extends Service {
  readonly google: Google;
}

function serviceOf(world: LiveWorld): GoogleService {
  const google = openGoogle(world);
  return {
    title: 'Google',
    world,
    google,
    login: 'gcloud auth application-default login, or name a key file in GOOGLE_APPLICATION_CREDENTIALS',
  };
}

/** A question to one of Google's services, with the token for its host. */
async function asked(
  service: GoogleService,
  base: typeof ANALYSIS,
  path: string,
  permission = PERMISSION,
): Promise<UnknownRecord> {
  const root = (service.world.environment[base.setting] || base.url).replace(/\/?$/, '/');
  const url = `${root}v1/${path}`;
  const { origin } = new URL(url);
  const { quotaProject } = await service.google.token(false);
  const answer = await askJson(
    {
      ...service,
      secret: async (fresh) => ({ origin, authorization: `Bearer ${(await service.google.token(fresh)).token}` }),
    },
    { url, permission, headers: quotaProject === undefined ? {} : { 'x-goog-user-project': quotaProject } },
  );
  return objectOf(answer);
}

/** The project that a repository belongs to; a domain's are written `example.com/project` in names and `example.com:project` elsewhere. */
function projectOf(registry: string, repository: string, target: string): string {
  const [first = '', second = ''] = repository.split('/');
  const project = first.includes('.') ? `${first}:${second}` : first;
  if (/^(?:[\w-]+-docker\.pkg\.dev|[a-z.]*gcr\.io|localhost|127\.0\.0\.1)(?::\d+)?$/.test(registry) && project !== '')
    return project;
  throw new PlimsollError('reference', 'this is no registry of Google', {
    where: target,
    hint: 'write LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE:TAG or gcr.io/PROJECT/IMAGE:TAG',
  });
}

async function occurrences(
  service: GoogleService,
  project: string,
  filter: string,
  where: string,
): Promise<UnknownRecord[]> {
  return allPages<UnknownRecord>(async (pageToken) => {
    const query = new URLSearchParams({ filter, pageSize: '1000', ...(pageToken === undefined ? {} : { pageToken }) });
    const page = await asked(service, ANALYSIS, `projects/${encodeURIComponent(project)}/occurrences?${query}`);
    return { items: objectsOf(page.occurrences), next: textOf(page.nextPageToken) };
  }, where);
}

async function described(service: GoogleService, project: string, uri: string, where: string): Promise<LiveDocument> {
  const of = `resourceUrl="https://${uri}"`;
  const discovery = await finished(service, project, of, where);
  const notes = await occurrences(service, project, `kind="VULNERABILITY" AND ${of}`, where);
  await heldToSummary(service, project, of, notes.length, where);
  const [name = '', digest] = uri.split('@');
  const [registry, , repository] = name.split('/');
  const bySeverity = new Map<string, UnknownRecord[]>();
  for (const note of notes) {
    const severity = severityOf(objectOf(note.vulnerability).effectiveSeverity);
    addTo(bySeverity, severity, note);
  }
  return liveDocument(where, {
    image_summary: { digest, fully_qualified_digest: uri, registry, repository },
    discovery_summary: { discovery },
    package_vulnerability_summary: { vulnerabilities: Object.fromEntries(bySeverity) },
  });
}

const severityOf = (value: unknown): string => {
  const word = textOf(value);
  return word === undefined || !/^[A-Z_]{1,40}$/.test(word) ? 'None' : word;
};

/** What Artifact Analysis says of its analysis, once that has ended. */
function finished(
  service: GoogleService,
  project: string,
  of: string,
  where: string,
): Promise<readonly UnknownRecord[]> {
  const status = (state: UnknownRecord): string => textOf(state.analysisStatus) ?? '';
  return untilDone<readonly UnknownRecord[]>(
    async () => {
      const all = await occurrences(service, project, `kind="DISCOVERY" AND ${of}`, where);
      const states = all.map((note) => objectOf(note.discovery)).filter((state) => status(state) !== '');
      if (states.length === 0)
        throw new PlimsollError('not-found', 'Artifact Analysis has not looked at this image', {
          where,
          hint: 'the Container Scanning API has to be enabled before an image is pushed; gcloud artifacts docker images scan scans one on demand',
        });
      const underWay = states.find((state) => UNDER_WAY.has(status(state)));
      if (underWay !== undefined) return { underWay: status(underWay) };
      const done = states.find((state) => DONE.has(status(state)));
      if (done === undefined) throw without(states[0] ?? {}, where);
      if (textOf(done.continuousAnalysis) === 'INACTIVE')
        service.world.progress.say(
          `${where}: no longer analysed, the findings are those of ${textOf(done.lastScanTime) ?? 'an earlier day'}`,
        );
      return { done: all };
    },
    where,
    service.world,
  );
}

function without(state: UnknownRecord, where: string): PlimsollError {
  const status = textOf(state.analysisStatus) ?? '';
  const said = textOf(objectOf(state.analysisStatusError).message);
  return new PlimsollError(
    'unsupported',
    `${WITHOUT.get(status) ?? 'the analysis is in a state that is not known here'}${said === undefined ? '' : `: ${said}`}`,
    {
      where,
      hint: `Artifact Analysis says ${status}: there are no findings to compare`,
    },
  );
}

/** Holds what came to Google's own count, where it gives one. https://cloud.google.com/artifact-analysis/docs/reference/rest/v1/projects.occurrences/getVulnerabilitySummary */
async function heldToSummary(
  service: GoogleService,
  project: string,
  of: string,
  came: number,
  where: string,
): Promise<void> {
  const query = new URLSearchParams({ filter: of });
  const path = `projects/${encodeURIComponent(project)}/occurrences:vulnerabilitySummary?${query}`;
  const summary = await asked(service, ANALYSIS, path).catch((error: unknown) => {
    if (error instanceof PlimsollError && ['unauthorized', 'not-found'].includes(error.code)) return undefined;
    throw error;
  });
  if (summary === undefined) return;
  const total = objectsOf(summary.counts).reduce((sum, { totalCount }) => sum + (Number(totalCount) || 0), 0);
  if (total !== came)
    service.world.progress.say(
      `${where}: the summary counts ${total} findings, and ${came} came: they may have changed in between`,
    );
}

/** The findings of a scan on demand. https://cloud.google.com/artifact-analysis/docs/reference/on-demand-scanning/rest/v1/projects.locations.scans.vulnerabilities/list */
async function onDemand(service: GoogleService, target: string): Promise<LiveDocument> {
  if (!/^projects\/[\w.:-]{1,100}\/locations\/[\w-]{1,40}\/scans\/[\w-]{1,100}$/.test(target))
    throw new PlimsollError('reference', 'this names no scan', {
      where: target,
      hint: 'projects/PROJECT/locations/LOCATION/scans/ID, as gcloud artifacts docker images scan prints it',
    });
  const notes = await allPages<UnknownRecord>(async (pageToken) => {
    const query = new URLSearchParams({ pageSize: '1000', ...(pageToken === undefined ? {} : { pageToken }) });
    const path = `${target}/vulnerabilities?${query}`;
    const page = await asked(service, ON_DEMAND, path, 'ondemandscanning.scans.listVulnerabilities');
    return { items: objectsOf(page.occurrences), next: textOf(page.nextPageToken) };
  }, target);
  return liveDocument(target, { occurrences: notes });
}
