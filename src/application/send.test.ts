import { afterEach, expect, it } from 'vitest';
import { type JsonAnswer, type JsonServer, jsonServer } from '../../test/json-server.ts';
import { report } from '../../test/report.ts';
import type { Report } from '../model.ts';
import { silent } from '../progress.ts';
import { sendToSecurityHub } from './send.ts';

const closing: JsonServer[] = [];
afterEach(async () => {
  for (const server of closing.splice(0)) await server.close();
});

const identity: JsonAnswer = {
  body: {
    GetCallerIdentityResponse: {
      GetCallerIdentityResult: { Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/a' },
    },
  },
};

/** A report with so many findings, each of another vulnerability. */
function withFindings(count: number): Report {
  const whole = report();
  const [finding] = whole.findings;
  if (finding === undefined) throw new Error('a report without findings');
  const findings = Array.from({ length: count }, (_, at) => ({ ...finding, id: `CVE-2023-${10_000 + at}` }));
  return { ...whole, findings, risks: [] };
}

async function sent(
  of: Report,
  answer: (batch: readonly unknown[]) => JsonAnswer,
  environment: Readonly<Record<string, string>> = {},
) {
  const aws = await jsonServer(({ line, body }) => (line === 'POST /' ? identity : answer(JSON.parse(body).Findings)));
  closing.push(aws);
  const said: string[] = [];
  const around = {
    environment: {
      ...{
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'A',
        AWS_SECRET_ACCESS_KEY: 'S',
        AWS_ENDPOINT_URL: aws.url,
        HOME: '/nonexistent',
      },
      ...environment,
    },
    progress: { ...silent, say: (line: string) => void said.push(line) },
    signal: new AbortController().signal,
  };
  const count = await sendToSecurityHub(of, around);
  return { count, said, batches: aws.seen.filter(({ line }) => line === 'POST /findings/import') };
}

const taken = (batch: readonly unknown[]): JsonAnswer => ({
  body: { FailedCount: 0, SuccessCount: batch.length, FailedFindings: [] },
});

it("brings the findings into Security Hub a hundred at a time, as those of the caller's own account", async () => {
  const { count, said, batches } = await sent(withFindings(230), taken);
  const all = batches.map(({ body }) => JSON.parse(body).Findings as { AwsAccountId: string; ProductArn: string }[]);
  expect(all.map((batch) => batch.length)).toEqual([100, 100, count - 200]);
  expect(all[0]?.[0]).toMatchObject({
    AwsAccountId: '123456789012',
    ProductArn: 'arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default',
  });
  expect(said).toEqual([`Security Hub has ${count} findings of this image (123456789012, eu-west-1)`]);
});

it('names the region of the registry and its partition where the image is of ECR', async () => {
  const whole = withFindings(1);
  const name = '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/model:1';
  const { batches } = await sent({ ...whole, subject: { ...whole.subject, name } }, taken);
  expect(JSON.parse(batches[0]?.body ?? '').Findings[0].ProductArn).toMatch(/^arn:aws-cn:securityhub:cn-north-1:/);
});

it('says what Security Hub refuses, and which permission is missing', async () => {
  const refused = (batch: readonly unknown[]): JsonAnswer => ({
    body: {
      FailedCount: 1,
      SuccessCount: batch.length - 1,
      FailedFindings: [{ Id: 'x', ErrorCode: 'InvalidInput', ErrorMessage: 'Types is malformed' }],
    },
  });
  await expect(sent(withFindings(3), refused)).rejects.toThrow(/refused 1 findings, and took \d+: Types is malformed/);
  const denied = (): JsonAnswer => ({ status: 403, body: { Code: 'AccessDeniedException', Message: 'no' } });
  await expect(sent(withFindings(3), denied)).rejects.toMatchObject({
    hint: 'the missing permission is securityhub:BatchImportFindings',
  });
});
