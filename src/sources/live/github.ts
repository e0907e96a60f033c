import { PlimsollError } from '../../errors.ts';
import { objectOf, objectsOf } from '../../formats/json-values.ts';
import { textOf, type UnknownRecord } from '../json.ts';
import { nextQuery } from '../registry/index.ts';
import { ask, parsedAnswer, type Service } from './ask.ts';
import { originOfSetting, splitHost } from './host.ts';
import { type LiveWorld, liveSource } from './live-source.ts';
import { allPages } from './pages.ts';
import { projectTarget } from './project-target.ts';

const GITHUB = 'github.com';
const PERMISSION = 'code scanning alerts: read (security_events)';
/** Tools of code scanning that look at images; the reader knows each by its SARIF. */
const SCANNERS = /^(?:trivy|grype|snyk|docker scout|osv-scanner|plimsoll)/i;

/**
 * What a scanner of images brought to GitHub's code scanning: the SARIF of its latest analysis of a branch or tag.
 * https://docs.github.com/en/rest/code-scanning/code-scanning#list-code-scanning-analyses-for-a-repository
 */
export const githubFindings = liveSource({
  name: 'github',
  title: 'GitHub',
  spelling: 'github:[HOST/]OWNER/REPOSITORY[@REF][#TOOL]',
  async fetch(target, world) {
    const { path, ref, part: tool } = projectTarget(target);
    const { host = GITHUB, rest } = splitHost(path);
    const service = serviceOf(host, world);
    const where = `github:${target}`;
    const base = `${apiOf(host)}/repos/${rest.split('/').map(encodeURIComponent).join('/')}/code-scanning/analyses`;
    const query = new URLSearchParams({ per_page: '100', ...(ref === undefined ? {} : { ref: fullRef(ref) }) });
    const analyses = await allPages<UnknownRecord>(async (next) => {
      const url = `${base}${next ?? `?${query}`}`;
      const page = await ask(service, { url, permission: PERMISSION });
      return { items: objectsOf(parsedAnswer(page, service, { url })), next: nextQuery(page.headers.link) };
    }, where);
    const analysis = chosen(analyses, tool, where);
    const sarif = await ask(service, {
      url: `${base}/${Number(analysis.id)}`,
      permission: PERMISSION,
      accept: 'application/sarif+json',
    });
    const name = `${textOf(objectOf(analysis.tool).name)} of ${textOf(analysis.created_at)?.slice(0, 10)}`;
    return { where: `${where}, ${name}`, bytes: sarif.bytes };
  },
});

const fullRef = (ref: string): string => (ref.startsWith('refs/') ? ref : `refs/heads/${ref}`);

/** The latest analysis of the one scanner of images; of several the one that is named. */
function chosen(analyses: readonly UnknownRecord[], tool: string | undefined, where: string): UnknownRecord {
  const toolOf = (analysis: UnknownRecord): string => textOf(objectOf(analysis.tool).name) ?? '';
  const wanted = analyses.filter((analysis) =>
    tool === undefined ? SCANNERS.test(toolOf(analysis)) : toolOf(analysis).toLowerCase() === tool.toLowerCase(),
  );
  const created = (analysis: UnknownRecord): string => textOf(analysis.created_at) ?? '';
  const [latest] = [...wanted].sort((a, b) => (created(a) < created(b) ? 1 : -1));
  const names = [...new Set((tool === undefined ? wanted : analyses).map(toolOf))];
  if (latest === undefined)
    throw new PlimsollError('not-found', 'code scanning has no analysis by a scanner of images', {
      where,
      hint:
        names.length > 0
          ? `tools there: ${names.join(', ')}`
          : 'upload its SARIF with github/codeql-action/upload-sarif',
    });
  if (tool === undefined && names.length > 1)
    throw new PlimsollError('usage', 'several scanners of images brought analyses', {
      where,
      hint: `name one behind #: ${names.join(', ')}`,
    });
  return latest;
}

const apiOf = (host: string): string =>
  host === GITHUB ? 'https://api.github.com' : `${originOfSetting(host, host)}/api/v3`;

/** GH_TOKEN is for github.com, GH_ENTERPRISE_TOKEN for the server in GH_HOST, as GitHub's command line has it. https://cli.github.com/manual/gh_help_environment */
function serviceOf(host: string, world: LiveWorld): Service {
  const { GH_TOKEN, GITHUB_TOKEN, GH_ENTERPRISE_TOKEN, GITHUB_ENTERPRISE_TOKEN, GH_HOST } = world.environment;
  const own =
    host === GITHUB
      ? GH_TOKEN || GITHUB_TOKEN
      : host === GH_HOST
        ? GH_ENTERPRISE_TOKEN || GITHUB_ENTERPRISE_TOKEN
        : undefined;
  const secret = { origin: new URL(apiOf(host)).origin, authorization: `Bearer ${own}` };
  return {
    title: 'GitHub',
    world,
    login: `${host === GITHUB ? 'GH_TOKEN' : 'GH_ENTERPRISE_TOKEN, with GH_HOST,'} is a token with ${PERMISSION}`,
    ...(own ? { secret: async () => secret } : {}),
  };
}
