import { PlimsollError } from '../../errors.ts';
import { objectsOf } from '../../formats/json-values.ts';
import { textOf } from '../json.ts';
import type { Aws } from './aws.ts';
import { AWS } from './aws-endpoint.ts';

/** What one call may bring in. https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html */
const BATCH = 100;

/**
 * Brings findings into Security Hub, a hundred at a time; how many there are now. Throws `registry` for those that it refuses, with its
 * reason for the first, and as AWS refuses.
 */
export async function importFindings(aws: Aws, findings: Iterable<unknown>): Promise<number> {
  let imported = 0;
  for (const batch of batches(findings)) {
    const answer = await aws.call(
      { service: AWS.securityHub, path: '/findings/import', permission: 'securityhub:BatchImportFindings' },
      { Findings: batch },
    );
    const failed = Number(answer.FailedCount) || 0;
    imported += batch.length - failed;
    const [first] = objectsOf(answer.FailedFindings);
    if (failed > 0)
      throw new PlimsollError(
        'registry',
        `Security Hub refused ${failed} findings, and took ${imported}: ${textOf(first?.ErrorMessage) ?? textOf(first?.ErrorCode) ?? 'it does not say why'}`,
        { where: `security-hub in ${aws.region}` },
      );
  }
  return imported;
}

function* batches(all: Iterable<unknown>): Generator<unknown[]> {
  let batch: unknown[] = [];
  for (const item of all) {
    batch.push(item);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
