import { PlimsollError } from '../../errors.ts';
import { readJson } from '../../formats/json-values.ts';
import { isObject, textOf } from '../json.ts';

/** What a service of AWS says of its refusal. */
interface AwsRefusal {
  readonly status: number;
  /** `AccessDeniedException` */
  readonly code: string;
  readonly message: string;
}

/** The refusal in an answer: JSON (`__type`, `x-amzn-errortype`) or the XML of STS. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization */
export function refusalOf(status: number, headers: Readonly<Record<string, string>>, body: string): AwsRefusal {
  let stated: string | undefined;
  let message: string | undefined;
  try {
    const answer: unknown = readJson(body);
    const outer = isObject(answer) ? answer : {};
    const error = isObject(outer.Error) ? outer.Error : outer;
    stated = textOf(error.__type) ?? textOf(error.code) ?? textOf(error.Code);
    message = textOf(error.message) ?? textOf(error.Message);
  } catch {
    stated = /<Code>([\w.]{1,100})<\/Code>/.exec(body)?.[1];
    message = /<Message>([^<]{1,1000})<\/Message>/.exec(body)?.[1];
  }
  const raw = headers['x-amzn-errortype'] ?? stated ?? '';
  const code = /([\w.]{1,100})(?::|$)/.exec(raw.split('#').at(-1) ?? '')?.[1] ?? `status ${status}`;
  return { status, code, message: message ?? '' };
}

/** Words by which AWS says that it is asked too often, whatever the status. https://github.com/smithy-lang/smithy-typescript/blob/main/packages/service-error-classification/src/constants.ts */
const THROTTLED =
  /^(?:BandwidthLimitExceeded|EC2ThrottledException|LimitExceededException|PriorRequestNotComplete|ProvisionedThroughputExceededException|RequestLimitExceeded|RequestThrottled(?:Exception)?|SlowDown|Thrott(?:ling|led)(?:Exception)?|TooManyRequestsException|TransactionInProgressException)$/;

/** Keys that were good and no longer are. */
const EXPIRED = /^(?:ExpiredToken(?:Exception)?|RequestExpired|ExpiredTokenException)$/;
const DENIED = /^(?:AccessDenied(?:Exception)?|UnauthorizedOperation|NotAuthorized|AuthorizationError\w*)$/;
const UNKNOWN_KEYS =
  /^(?:UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|MissingAuthenticationToken\w*|InvalidAccessKeyId|AuthFailure|IncompleteSignature)$/;

/** True where the same request may be answered a moment later. A limit on how often an image may be scanned is none of these. */
export const isThrottled = ({ code, status }: AwsRefusal): boolean =>
  status === 429 || (THROTTLED.test(code) && code !== 'LimitExceededException');

/** True where new keys may be taken. */
export const isExpired = ({ code }: AwsRefusal): boolean => EXPIRED.test(code);

/** The refusal as one error of ours, which names the permission that is missing. `from`: where the keys were found. */
export function awsError(
  refusal: AwsRefusal,
  { permission, from, where }: { readonly permission: string; readonly from: string; readonly where: string },
): PlimsollError {
  const { code, message, status } = refusal;
  const said = message === '' ? '' : `: ${message.slice(0, 300)}`;
  if (DENIED.test(code) || (status === 403 && !UNKNOWN_KEYS.test(code) && !EXPIRED.test(code)))
    return new PlimsollError('unauthorized', `AWS does not allow ${permission} with the keys of ${from}${said}`, {
      where,
      hint: `the missing permission is ${permission}`,
    });
  if (EXPIRED.test(code))
    return new PlimsollError('unauthorized', `the AWS keys of ${from} have expired`, {
      where,
      hint: 'log in again (aws sso login), or renew them',
    });
  if (UNKNOWN_KEYS.test(code))
    return new PlimsollError('unauthorized', `AWS does not know the keys of ${from}: ${code}${said}`, {
      where,
      hint: 'check them with aws sts get-caller-identity; the clock of this machine must be right, too',
    });
  if (isThrottled(refusal))
    return new PlimsollError('rate-limited', `AWS is asked too often for ${permission}: ${code}`, {
      where,
      hint: 'wait, or ask for fewer images at a time',
    });
  if (/NotFoundException$|^NoSuch/.test(code))
    return new PlimsollError('not-found', `AWS has no such thing: ${code}${said}`, { where });
  return new PlimsollError('registry', `AWS answered ${status} ${code}${said}`, { where });
}
