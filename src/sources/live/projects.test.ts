import { afterEach, describe, expect, it } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { type JsonAnswer, type JsonServer, jsonServer } from '../../../test/json-server.ts';
import { GITLAB_REPORT, gitlabJob } from '../../../test/service-answers.ts';
import { readReport, reportBytes } from '../../scanners/read.ts';
import { githubFindings } from './github.ts';
import { gitlabFindings } from './gitlab.ts';
import type { LiveSource } from './live-source.ts';

const closing: JsonServer[] = [];
afterEach(async () => {
  for (const server of closing.splice(0)) await server.close();
});

async function double(answer: (line: string) => JsonAnswer | undefined): Promise<JsonServer> {
  const made = await jsonServer(({ line }) => answer(line));
  closing.push(made);
  return made;
}

async function fetched(source: LiveSource, target: string, environment: Readonly<Record<string, string>> = {}) {
  const { where, bytes } = await source.fetch(target, { ...cloudWorld(environment), startScan: false });
  return readReport(reportBytes(bytes, where));
}

describe('findings of GitLab', () => {
  const answers =
    (pages: readonly (readonly unknown[])[]) =>
    (line: string): JsonAnswer | undefined => {
      const base = '/api/v4/projects/group%2Fsub%2Fmodel';
      if (line.startsWith(`GET ${base}/pipelines/latest`)) return { body: { id: 7, ref: 'main' } };
      const page = Number(/&page=(\d+)$/.exec(line)?.[1] ?? 1);
      const link = `<http://elsewhere.example/jobs?per_page=100&page=${page + 1}>; rel="next"`;
      if (line.includes('/pipelines/7/jobs'))
        return { body: pages[page - 1], ...(page < pages.length ? { headers: { link } } : {}) };
      return line.startsWith(`GET ${base}/jobs/12/artifacts/gl-container-scanning-report.json`)
        ? { body: GITLAB_REPORT }
        : undefined;
    };

  it('are the report of the one job of the latest pipeline that has one, on whichever page it is', async () => {
    const pages = [[gitlabJob(10, 'build', 'trace'), gitlabJob(11, 'sast', 'sast')], [gitlabJob(12, 'scan')]];
    const { url, seen } = await double(answers(pages));
    const environment = { GITLAB_HOST: url, GITLAB_TOKEN: 'gitlab-token' };
    const report = await fetched(gitlabFindings, 'group/sub/model@main', environment);
    expect(report).toMatchObject({ scanner: 'trivy', rows: 1 });
    expect(report.where).toContain('job scan of pipeline 7');
    expect(seen[0]?.line).toContain('?ref=main');
    expect(new Set(seen.map(({ headers }) => headers['private-token']))).toEqual(new Set(['gitlab-token']));
    // A server that a target names, and the settings do not, gets no token.
    await fetched(gitlabFindings, `${url.slice(7)}/group/sub/model`, { GITLAB_TOKEN: 'gitlab-token' });
    expect(seen.at(-1)?.headers['private-token']).toBeUndefined();
  });

  it('of several jobs are those of the one that is named, and of none an error', async () => {
    const { url } = await double(answers([[gitlabJob(12, 'scan: a'), gitlabJob(13, 'scan: b')]]));
    const environment = { GITLAB_HOST: url };
    await expect(fetched(gitlabFindings, 'group/sub/model', environment)).rejects.toMatchObject({
      hint: 'name one behind #: scan: a, scan: b',
    });
    expect((await fetched(gitlabFindings, 'group/sub/model#scan: a', environment)).rows).toBe(1);
    const none = await double(answers([[gitlabJob(1, 'build', 'trace')]]));
    await expect(fetched(gitlabFindings, 'group/sub/model', { GITLAB_HOST: none.url })).rejects.toThrow(
      'no job of the latest pipeline',
    );
    await expect(fetched(gitlabFindings, 'group/../model', environment)).rejects.toThrow('names no project');
  });

  it('that the archive of the job does not hold are an error with what to write in its configuration', async () => {
    const { url } = await double(answers([[gitlabJob(13, 'scan')]]));
    await expect(fetched(gitlabFindings, 'group/sub/model', { GITLAB_HOST: url })).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('artifacts:paths'),
    });
  });
});

describe('findings on GitHub', () => {
  const text =
    'Package: libssl1.1\nInstalled Version: 1.1.1n-0+deb11u3\nVulnerability CVE-2023-0464\nSeverity: HIGH\nFixed Version: ';
  const driver = { name: 'Trivy', version: '0.58.0', rules: [{ id: 'CVE-2023-0464', name: 'OsPackageVulnerability' }] };
  const sarif = {
    version: '2.1.0',
    runs: [{ tool: { driver }, results: [{ ruleId: 'CVE-2023-0464', message: { text } }] }],
  };
  const analysis = (id: number, name: string, day: string): unknown => ({ id, created_at: day, tool: { name } });
  const answers =
    (analyses: readonly unknown[]) =>
    (line: string): JsonAnswer | undefined => {
      const base = 'GET /api/v3/repos/owner/model/code-scanning/analyses';
      if (line.startsWith(`${base}?`)) return { body: analyses };
      return line === `${base}/2` ? { body: sarif } : undefined;
    };

  it('are the SARIF of the latest analysis by a scanner of images', async () => {
    const all = [
      analysis(1, 'Trivy', '2026-10-01'),
      analysis(2, 'Trivy', '2026-11-01'),
      analysis(3, 'CodeQL', '2026-11-02'),
    ];
    const { url, seen } = await double(answers(all));
    const host = url.slice(7);
    const environment = { GH_HOST: host, GH_ENTERPRISE_TOKEN: 'ghe-token', GH_TOKEN: 'gh-token' };
    const report = await fetched(githubFindings, `${host}/owner/model@main`, environment);
    expect(report).toMatchObject({ scanner: 'trivy', rows: 1 });
    expect(report.where).toContain('Trivy of 2026-11-01');
    expect(seen[0]?.line).toContain('ref=refs%2Fheads%2Fmain');
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer ghe-token', 'Bearer ghe-token']);
    expect(seen[1]?.headers.accept).toBe('application/sarif+json');
  });

  it('by several scanners want one named; a spent allowance and a missing permission are told as such', async () => {
    const at = async (answer: (line: string) => JsonAnswer | undefined): Promise<string> =>
      `${(await double(answer)).url.slice(7)}/owner/model`;
    const two = await at(answers([analysis(1, 'Trivy', '2026-10-01'), analysis(2, 'Grype', '2026-11-01')]));
    await expect(fetched(githubFindings, two)).rejects.toMatchObject({ hint: 'name one behind #: Trivy, Grype' });
    const spent = await at(() => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0' },
      body: { message: 'spent' },
    }));
    await expect(fetched(githubFindings, spent)).rejects.toMatchObject({ code: 'rate-limited' });
    const denied = await at(() => ({ status: 403, body: { message: 'Resource not accessible by integration' } }));
    await expect(fetched(githubFindings, denied)).rejects.toMatchObject({
      hint: 'the missing permission is code scanning alerts: read (security_events)',
    });
  });
});
