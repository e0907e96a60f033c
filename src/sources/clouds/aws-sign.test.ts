import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type AwsRequest, signedRequest } from './aws-sign.ts';

interface Case extends Omit<AwsRequest, 'date'> {
  readonly date: string;
  readonly keys: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly authorization: string;
}

const { cases } = JSON.parse(readFileSync(new URL('fixtures/sigv4.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

const parts = (header: string | undefined): Record<string, string> =>
  Object.fromEntries(
    [...(header ?? '').matchAll(/(Credential|SignedHeaders|Signature)=([^,\s]+)/g)].map((entry) => [
      entry[1],
      entry[2],
    ]),
  );

it('signs 120 requests as botocore signed them', async () => {
  expect(cases).toHaveLength(120);
  for (const { keys, date, authorization, ...request } of cases) {
    const { secret } = await signedRequest({ ...request, date: new Date(date) }, { ...keys, from: 'a test' });
    expect(parts(secret?.authorization), `${request.method} ${request.url}`).toEqual(parts(authorization));
  }
});

it('binds the signature and the token of the session to the host that is asked', async () => {
  const request = { method: 'POST', url: 'https://api.ecr.eu-west-1.amazonaws.com/', headers: {}, body: '{}' } as const;
  const keys = { accessKeyId: 'A', secretAccessKey: 'S', sessionToken: 'T', from: 'a test' };
  const { headers, secret } = await signedRequest({ ...request, service: 'ecr', region: 'eu-west-1' }, keys);
  expect(secret?.origin).toBe('https://api.ecr.eu-west-1.amazonaws.com');
  expect(secret?.headers).toEqual({ 'x-amz-security-token': 'T' });
  expect(secret?.authorization).toContain('Credential=A/');
  expect(JSON.stringify(headers)).not.toMatch(/Signature|"T"/);
});
