import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { image, layer } from '../../../test/image.ts';
import { jsonServer } from '../../../test/json-server.ts';
import { type SeenRequest, startRegistry } from '../../../test/registry.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { imageBlobs } from '../files/memory.ts';
import { fetchFindings } from './index.ts';

/**
 * What is sent, held to what the services publish of themselves: AWS's models as botocore 1.44.8 has them, Google's discovery document as
 * the client that gcloud 528 generates of it has it. The fixture holds the operations that are used.
 */

interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Shape>>;
  readonly member?: Shape;
  readonly max?: number;
  readonly min?: number;
  readonly enum?: readonly string[];
}
interface Contracts {
  readonly operations: Readonly<
    Record<string, { method: string; path: string; target: string | null; input: Shape; output: readonly string[] }>
  >;
  readonly scanStatus: readonly string[];
  readonly analysisStatus: readonly string[];
  readonly google: Readonly<Record<string, { method: string; path: string; query: readonly string[] }>>;
}
const contracts = JSON.parse(readFileSync(new URL('fixtures/contracts.json', import.meta.url), 'utf8')) as Contracts;

/** Where a value is not what a shape allows. */
function offences(value: unknown, shape: Shape, at: string): string[] {
  if (shape.type === 'structure') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`];
    const members = Object.entries(value);
    const missing = (shape.required ?? []).filter((name) => !(name in value)).map((name) => `${at}: lacks ${name}`);
    return [
      ...missing,
      ...members.flatMap(([name, member]) => {
        const known = shape.members?.[name];
        return known === undefined ? [`${at}.${name}: unknown`] : offences(member, known, `${at}.${name}`);
      }),
    ];
  }
  if (shape.type === 'list') {
    if (!Array.isArray(value)) return [`${at}: no list`];
    const many = shape.max !== undefined && value.length > shape.max ? [`${at}: too many`] : [];
    return [
      ...many,
      ...value.flatMap((item, index) => offences(item, shape.member ?? { type: 'any' }, `${at}.${index}`)),
    ];
  }
  if (shape.type === 'string') {
    if (typeof value !== 'string') return [`${at}: no text`];
    return shape.enum && !shape.enum.includes(value) ? [`${at}: ${value} is none of ${shape.enum}`] : [];
  }
  if (shape.type === 'integer') {
    if (!Number.isInteger(value)) return [`${at}: no number`];
    const [number, low, high] = [Number(value), shape.min ?? 0, shape.max ?? Number.POSITIVE_INFINITY];
    return number < low || number > high ? [`${at}: ${number} is not within ${low} and ${high}`] : [];
  }
  return [];
}

/** The operation of AWS that a request asks for. */
const operationOf = ({ line, headers }: SeenRequest) =>
  Object.entries(contracts.operations).find(([, { method, path, target }]) =>
    target === null ? line === `${method} ${path}` : headers['x-amz-target'] === target,
  );

const signal = new AbortController().signal;
const AWS_SETTINGS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'S' };
const digest = `sha256:${'a'.repeat(64)}`;

it('asks AWS as its models have it, and reads what they say is answered', async () => {
  const answers: Record<string, object> = {
    'ecr.DescribeImageScanFindings': { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findings: [] } },
    'ecr.DescribeImages': { imageDetails: [{ registryId: '123456789012', imageDigest: digest, imageTags: ['1'] }] },
    'inspector2.ListFindings': { findings: [] },
    'inspector2.ListCoverage': { coveredResources: [{ scanStatus: { statusCode: 'ACTIVE' } }] },
    'securityhub.GetFindings': { Findings: [] },
    'ecr.StartImageScan': {},
  };
  const paged = new Set<string>();
  const aws = await jsonServer((request) => {
    const name = operationOf(request)?.[0] ?? '';
    const token = contracts.operations[name]?.output.find((member) => /^nextToken$/i.test(member));
    // A first page says that there is a second, so that the word for it is sent as well.
    const more =
      token === undefined || paged.has(name) || name === 'inspector2.ListCoverage' ? {} : { [token]: 'next' };
    paged.add(name);
    return { body: { ...answers[name], ...more } };
  });
  const { progress, environment } = cloudWorld({ ...AWS_SETTINGS, AWS_ENDPOINT_URL: aws.url });
  for (const target of [
    'ecr:team/model:1',
    `ecr:123456789012.dkr.ecr.eu-west-1.amazonaws.com/a@${digest}`,
    'inspector:team/model:1',
    'security-hub:team/model:1',
  ])
    await fetchFindings(target, { environment, progress, signal, startScan: target === 'ecr:team/model:1' });
  const asked = aws.seen.map((request) => [operationOf(request), request] as const);
  expect(new Set(asked.map(([operation]) => operation?.[0]))).toEqual(new Set(Object.keys(answers)));
  expect(
    asked.flatMap(([operation, { body }]) =>
      offences(JSON.parse(body), operation?.[1].input ?? { type: 'none' }, operation?.[0] ?? ''),
    ),
  ).toEqual([]);
  // What is read is what is answered.
  for (const [name, answer] of Object.entries(answers))
    expect(Object.keys(answer).filter((member) => !contracts.operations[name]?.output.includes(member))).toEqual([]);
  await aws.close();
});

it.each(contracts.scanStatus)(
  'knows the state %s of a scan of ECR: none of them is taken for no findings',
  async (status) => {
    const aws = await jsonServer((_, count) => ({
      // One that is under way ends with the second look.
      body: { imageScanStatus: { status: count > 1 ? 'COMPLETE' : status }, imageScanFindings: { findings: [] } },
    }));
    const { progress, environment, said } = cloudWorld({ ...AWS_SETTINGS, AWS_ENDPOINT_URL: aws.url });
    const fetched = await fetchFindings('ecr:team/model:1', { environment, progress, signal }).catch(
      (error: Error) => error,
    );
    await aws.close();
    if (['COMPLETE', 'ACTIVE'].includes(status)) expect(fetched).not.toBeInstanceOf(Error);
    else if (['PENDING', 'IN_PROGRESS'].includes(status))
      expect(said).toEqual([expect.stringContaining(`the scan is ${status}`)]);
    else expect(fetched).toMatchObject({ code: 'unsupported', message: expect.not.stringContaining('not known here') });
  },
);

it('asks Google as its discovery document has it, and knows every state of an analysis', async () => {
  const registry = await startRegistry({});
  registry.push('project/model', '1', imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' }))));
  const home = temporaryFolder();
  mkdirSync(join(home, '.config', 'gcloud'), { recursive: true });
  const outcomes: [string, boolean][] = [];
  for (const analysisStatus of contracts.analysisStatus.filter((status) => !['PENDING', 'SCANNING'].includes(status))) {
    const google = await jsonServer(({ line }) => {
      if (line === 'POST /token') return { body: { access_token: 't', expires_in: 3600 } };
      return { body: line.includes('DISCOVERY') ? { occurrences: [{ discovery: { analysisStatus } }] } : {} };
    });
    const file = {
      type: 'authorized_user',
      client_id: 'i',
      client_secret: 'c',
      refresh_token: 'r',
      token_uri: `${google.url}/token`,
    };
    writeFileSync(join(home, '.config', 'gcloud', 'application_default_credentials.json'), JSON.stringify(file));
    const { progress, environment } = cloudWorld(
      { PATH: '', CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINERANALYSIS: google.url },
      home,
    );
    const target = `gar:${registry.host}/project/model:1`;
    const fetched = await fetchFindings(target, { environment, progress, signal }).catch((error: Error) => error);
    outcomes.push([analysisStatus, !(fetched instanceof Error)]);
    for (const { line } of google.seen.filter((request) => request.line.startsWith('GET'))) {
      const url = new URL(line.split(' ')[1] ?? '', google.url);
      const known = Object.values(contracts.google).find(
        ({ path }) => url.pathname === `/${path.replace('{+parent}', 'projects/project')}`,
      );
      expect(known, line).toBeDefined();
      expect([...url.searchParams.keys()].filter((name) => !known?.query.includes(name))).toEqual([]);
    }
    await google.close();
  }
  expect(Object.fromEntries(outcomes)).toEqual({
    ...{ ANALYSIS_STATUS_UNSPECIFIED: false, FINISHED_SUCCESS: true, COMPLETE: true },
    ...{ FINISHED_FAILED: false, FINISHED_UNSUPPORTED: false },
  });
  await registry.close();
});
