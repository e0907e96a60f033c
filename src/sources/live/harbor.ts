import { PlimsollError } from '../../errors.ts';
import { isObject, objectOf, objectsOf } from '../../formats/json-values.ts';
import { textOf, type UnknownRecord } from '../json.ts';
import { choosePlatform } from '../platform.ts';
import { type ImageReference, parseReference } from '../reference.ts';
import { ask, askJson, type Service } from './ask.ts';
import { originOfHost, splitHost } from './host.ts';
import { keychainOf } from './image.ts';
import { type LiveWorld, liveDocument, liveSource } from './live-source.ts';
import { untilDone } from './wait.ts';

/** The report, newest format first. https://github.com/goharbor/pluggable-scanner-spec */
const REPORTS = [
  'application/vnd.security.vulnerability.report; version=1.1',
  'application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0',
].join(', ');

/**
 * What Harbor's scanner found in an artifact: the addition `vulnerabilities`, once the scan has ended.
 * https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml (getVulnerabilitiesAddition)
 */
export const harborFindings = liveSource({
  name: 'harbor',
  title: 'Harbor',
  spelling: 'harbor:HOST/PROJECT/REPOSITORY:TAG|@DIGEST',
  image: async (target) => target,
  async fetch(target, world) {
    if (splitHost(target).host === undefined)
      throw new PlimsollError('reference', 'a target of Harbor begins with its host', {
        where: target,
        hint: 'harbor:harbor.example.com/library/model:1',
      });
    const reference = parseReference(target);
    const service = await serviceOf(reference, world);
    const where = `harbor:${target}`;
    const artifact = await oneImage(service, artifactUrl(reference, target), reference.name, where);
    if (world.startScan)
      await ask(service, { url: `${artifact}/scan`, post: {}, permission: 'scan: create', also: [202] });
    const state = await scanned(service, artifact, where);
    const headers = { 'x-accept-vulnerabilities': REPORTS };
    const report = objectOf(
      await askJson(service, {
        url: `${artifact}/additions/vulnerabilities`,
        headers,
        permission: 'artifact-addition: read',
      }),
    );
    return liveDocument(where, withDigest(report, state));
  },
});

/**
 * The address of the image itself: of an index the one for the platform that would be scanned here, which is said. The report of an index is that
 * of all its images together, of which no row says whose it is.
 * https://github.com/goharbor/harbor/blob/main/src/controller/scan/base_controller.go (collectScanningArtifacts), api/v2.0/swagger.yaml (Reference)
 */
async function oneImage(service: Service, artifact: string, name: string, where: string): Promise<string> {
  const record = objectOf(await askJson(service, { url: artifact, permission: 'artifact: read' }));
  const images = objectsOf(record.references).flatMap(({ child_digest, platform }) => {
    const { os, architecture, variant } = objectOf(platform);
    const digest = textOf(child_digest);
    const named = { os: textOf(os) ?? '', architecture: textOf(architecture) ?? '' };
    const of = textOf(variant) ? { ...named, variant: textOf(variant)! } : named;
    return digest === undefined
      ? []
      : [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 0, platform: of }];
  });
  if (images.length === 0) return artifact;
  const { descriptor } = choosePlatform(images, undefined, name);
  service.world.progress.say(`${where} is for several platforms: ${descriptor.digest} is the one asked about`);
  return `${artifact.slice(0, artifact.lastIndexOf('/') + 1)}${descriptor.digest}`;
}

/** https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml (NativeReportSummary) */
function scanned(service: Service, artifact: string, where: string): Promise<string | undefined> {
  return untilDone(
    async () => {
      const headers = { 'x-accept-vulnerabilities': REPORTS };
      const url = `${artifact}?with_scan_overview=true`;
      const record = objectOf(await askJson(service, { url, headers, permission: 'artifact: read' }));
      const [overview] = Object.values(objectOf(record.scan_overview)).filter(isObject);
      const status = textOf(overview?.scan_status) ?? 'Not Scanned';
      if (status === 'Success') return { done: textOf(record.digest) };
      if (/^(?:Pending|Running|Scheduled)$/.test(status)) return { underWay: status };
      if (status === 'Not Scanned' || overview === undefined)
        throw new PlimsollError('not-found', 'Harbor has not scanned this artifact', {
          where,
          hint: '--start-scan asks for it; an index is scanned by the images it lists, each by its digest',
        });
      throw new PlimsollError('unsupported', `the scan of Harbor ended with "${status.slice(0, 40)}"`, {
        where,
        hint: "look at the scan's log in Harbor; --start-scan tries again",
      });
    },
    where,
    service.world,
  );
}

/** The addition does not say which artifact it is of. */
const withDigest = (report: UnknownRecord, digest: string | undefined): UnknownRecord =>
  Object.fromEntries(
    Object.entries(report).map(([key, value]) => [
      key,
      isObject(value) && digest !== undefined ? { ...value, artifact: { ...objectOf(value.artifact), digest } } : value,
    ]),
  );

/** Slashes in the name of a repository are written twice encoded. */
function artifactUrl({ registry, repository, tag, digest }: ImageReference, target: string): string {
  const slash = repository.indexOf('/');
  if (slash <= 0)
    throw new PlimsollError('reference', 'a target of Harbor names a project and a repository', { where: target });
  const [project, name] = [
    repository.slice(0, slash),
    encodeURIComponent(encodeURIComponent(repository.slice(slash + 1))),
  ];
  return `${originOfHost(registry)}/api/v2.0/projects/${project}/repositories/${name}/artifacts/${digest ?? tag}`;
}

/** Harbor's API takes what opens its registry: a user's or robot's name and password. */
async function serviceOf({ registry, repository }: ImageReference, world: LiveWorld): Promise<Service> {
  const credential = await (await keychainOf(world)).credential(registry, repository);
  const pair = credential?.kind === 'password' ? `${credential.username}:${credential.password}` : undefined;
  const authorization = `Basic ${Buffer.from(pair ?? '').toString('base64')}`;
  return {
    title: 'Harbor',
    world,
    login: `docker login ${registry}`,
    ...(pair === undefined ? {} : { secret: async () => ({ origin: originOfHost(registry), authorization }) }),
  };
}
