import { PlimsollError } from '../../errors.ts';
import { objectOf, objectsOf } from '../../formats/json-values.ts';
import { textOf, type UnknownRecord } from '../json.ts';
import { nextQuery } from '../registry/index.ts';
import { ask, parsedAnswer, type Service } from './ask.ts';
import { originOfHost, originOfSetting, splitHost } from './host.ts';
import { type LiveWorld, liveSource } from './live-source.ts';
import { allPages } from './pages.ts';
import { projectTarget } from './project-target.ts';

const GITLAB = 'gitlab.com';
const REPORT = 'gl-container-scanning-report.json';
const PERMISSION = 'read_api, as a Reporter of the project';

/**
 * The report of GitLab's container scanning: the artifact of the latest pipeline of a branch or tag.
 * https://docs.gitlab.com/api/job_artifacts/ and https://docs.gitlab.com/api/jobs/#list-pipeline-jobs
 */
export const gitlabFindings = liveSource({
  name: 'gitlab',
  title: 'GitLab',
  spelling: 'gitlab:[HOST/]GROUP/PROJECT[@REF][#JOB]',
  async fetch(target, world) {
    const { path, ref, part } = projectTarget(target);
    const split = splitHost(path);
    const host = split.host ?? hostOf(world.environment);
    const service = serviceOf(host, world);
    const project = `${originOfHost(host)}/api/v4/projects/${encodeURIComponent(split.rest)}`;
    const where = `gitlab:${target}`;
    const query = ref === undefined ? '' : `?ref=${encodeURIComponent(ref)}`;
    const pipeline = objectOf(await answer(service, `${project}/pipelines/latest${query}`));
    const jobs = await allPages<UnknownRecord>(async (next) => {
      const url = `${project}/pipelines/${Number(pipeline.id)}/jobs${next ?? '?per_page=100'}`;
      const page = await ask(service, { url, permission: PERMISSION });
      return { items: objectsOf(parsedAnswer(page, service, { url })), next: nextQuery(page.headers.link) };
    }, where);
    const job = chosen(jobs, part, where);
    const url = `${project}/jobs/${Number(job.id)}/artifacts/${REPORT}`;
    const report = await ask(service, { url, permission: PERMISSION }).catch((error) => {
      throw withoutFile(error, `${where}, job ${textOf(job.name)}`);
    });
    return { where: `${where}, job ${textOf(job.name)} of pipeline ${Number(pipeline.id)}`, bytes: report.bytes };
  },
});

/**
 * A file of a job comes out of its archive, in which a report is only where `artifacts:paths` names it too, as the template of GitLab does.
 * https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/ci/templates/Jobs/Container-Scanning.gitlab-ci.yml
 */
function withoutFile(error: unknown, where: string): unknown {
  if (!(error instanceof PlimsollError) || error.code !== 'not-found') return error;
  return new PlimsollError('not-found', `the archive of the job does not hold ${REPORT}`, {
    where,
    hint: 'name the file under artifacts:paths of the job, besides artifacts:reports; or the artifacts have expired',
    cause: error,
  });
}

async function answer(service: Service, url: string): Promise<unknown> {
  return parsedAnswer(await ask(service, { url, permission: PERMISSION }), service, { url });
}

/** The one job with a report; of several the one that is named. */
function chosen(jobs: readonly UnknownRecord[], name: string | undefined, where: string): UnknownRecord {
  const reporting = jobs.filter(({ artifacts }) =>
    objectsOf(artifacts).some(({ file_type }) => file_type === 'container_scanning'),
  );
  const [first, ...more] = name === undefined ? reporting : reporting.filter((job) => job.name === name);
  const names = [...new Set(reporting.map((job) => textOf(job.name) ?? ''))];
  if (first === undefined)
    throw new PlimsollError('not-found', 'no job of the latest pipeline has a report of container scanning', {
      where,
      hint:
        names.length > 0
          ? `jobs that have one: ${names.join(', ')}`
          : 'include the template Container-Scanning, and look at the job that it adds',
    });
  if (more.length > 0)
    throw new PlimsollError('usage', 'several jobs of the latest pipeline have a report of container scanning', {
      where,
      hint: `name one behind #: ${names.join(', ')}`,
    });
  return first;
}

/** GitLab's own variables say which server and who: those of its command line, else those of a job. https://docs.gitlab.com/cli/ */
function hostOf({ GITLAB_HOST, CI_SERVER_HOST, GITLAB_CI }: NodeJS.ProcessEnv): string {
  if (GITLAB_HOST) return new URL(originOfSetting(GITLAB_HOST, 'GITLAB_HOST')).host;
  return (GITLAB_CI && CI_SERVER_HOST) || GITLAB;
}

/** The token is for the server that the same variables name, and for no other that a target may. */
function serviceOf(host: string, world: LiveWorld): Service {
  const { GITLAB_TOKEN, GITLAB_ACCESS_TOKEN } = world.environment;
  const token = GITLAB_TOKEN || GITLAB_ACCESS_TOKEN;
  const secret = { origin: originOfHost(host), headers: { 'private-token': token ?? '' } };
  return {
    title: 'GitLab',
    world,
    login: 'GITLAB_TOKEN is a token with the scope read_api (for gitlab.com, or the server in GITLAB_HOST)',
    ...(token && host === hostOf(world.environment) ? { secret: async () => secret } : {}),
  };
}
