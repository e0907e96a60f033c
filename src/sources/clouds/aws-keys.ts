import { isObject, textOf } from '../json.ts';

/** What signs requests to AWS. Never logged, never shown. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since 1970 from which on they are no longer good. */
  readonly expires?: number;
  /** Where they were found, for errors: `the profile "dev"`. */
  readonly from: string;
}

/**
 * Keys as the services and helpers of AWS write them: `AccessKeyId`, `SecretAccessKey`, `Token` or `SessionToken`, `Expiration` as text
 * or milliseconds, in either case of the first letter. Undefined where they are not whole.
 */
export function keysOf(value: unknown, from: string): AwsKeys | undefined {
  if (!isObject(value)) return undefined;
  const fields = new Map(Object.entries(value).map(([key, field]) => [key.toLowerCase(), field]));
  const accessKeyId = textOf(fields.get('accesskeyid'));
  const secretAccessKey = textOf(fields.get('secretaccesskey'));
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const sessionToken = textOf(fields.get('sessiontoken')) ?? textOf(fields.get('token'));
  const until = fields.get('expiration');
  const expires = typeof until === 'number' ? until : Date.parse(textOf(until) ?? '');
  return {
    accessKeyId,
    secretAccessKey,
    from,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(Number.isFinite(expires) ? { expires } : {}),
  };
}
