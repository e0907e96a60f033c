import { PlimsollError } from '../../errors.ts';
import { objectOf, readJson } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import { maskedText, type Secret, secretHeaders } from '../../network/secret.ts';
import { findingsBody, stoppable } from '../clouds/index.ts';
import { textOf } from '../json.ts';
import type { LiveWorld } from './live-source.ts';

/** A service that answers with JSON, and who asks it. */
export interface Service {
  /** `Harbor` */
  readonly title: string;
  readonly world: LiveWorld;
  /** What shows it who is calling; `fresh` after it said that the last one is over. Undefined: nobody. Default: nobody. */
  secret?(fresh: boolean): Promise<Secret | undefined>;
  /** How a user comes to be known there: said where it refuses. */
  readonly login: string;
}

/** One question. */
interface Question {
  readonly url: string;
  /** What the caller has to be allowed, in the service's own words: said where it refuses. */
  readonly permission: string;
  /** Absent: GET. */
  readonly post?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that are an answer, too. */
  readonly also?: readonly number[];
  /** Default: JSON. */
  readonly accept?: string;
}

/** What came. */
interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/**
 * Asks a service. 429 and 5xx are tried again by the client, as `Retry-After` says; credentials that are over are renewed once.
 * Throws `unauthorized` (which names the permission), `not-found`, `rate-limited`, `registry`, `network`, `limit`.
 */
export async function ask(service: Service, question: Question): Promise<Answered> {
  let response = await send(service, question, false);
  if (response.status === 401 && service.secret !== undefined) {
    await response.discard();
    response = await send(service, question, true);
  }
  if (response.status === 200 || question.also?.includes(response.status)) {
    const bytes = await findingsBody(service.world, response);
    return { status: response.status, headers: response.headers, bytes };
  }
  const bytes = await service.world.http.bytes(response, LIMITS.answerBytes);
  const secret = await service.secret?.(false);
  const sent = secret === undefined ? [] : Object.values(secretHeaders(secret));
  throw refused(service, question, { status: response.status, headers: response.headers, bytes }, sent);
}

/** The answer as JSON. Throws `corrupt` for what is none, and as `ask`. */
export async function askJson(service: Service, question: Question): Promise<unknown> {
  return parsedAnswer(await ask(service, question), service, question);
}

/** What an answer holds. Throws `corrupt` where that is no JSON: mostly a page to log in. */
export function parsedAnswer({ bytes }: Answered, { title }: Service, { url }: Pick<Question, 'url'>): unknown {
  try {
    return readJson(bytes.toString('utf8'), (key, value: unknown) => (key === '__proto__' ? undefined : value));
  } catch (cause) {
    throw new PlimsollError('corrupt', `the answer of ${title} is not JSON`, {
      where: where(url),
      hint: 'is the address right? A proxy or a login page may stand between',
      cause,
    });
  }
}

async function send(service: Service, { url, post, headers = {}, accept }: Question, fresh: boolean) {
  const secret = await service.secret?.(fresh);
  const body = post === undefined ? {} : { method: 'POST' as const, body: JSON.stringify(post), retry: true };
  const type: Record<string, string> = post === undefined ? {} : { 'content-type': 'application/json' };
  return service.world.http.request(url, {
    ...body,
    headers: { accept: accept ?? 'application/json', ...type, ...headers },
    ...(secret === undefined ? {} : { secret }),
    namedBy: 'user',
    ...stoppable(service.world),
  });
}

const where = (url: string): string => {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
};

function refused(
  { title, login }: Service,
  { url, permission }: Question,
  answer: Answered,
  secrets: readonly string[],
): PlimsollError {
  const { status, headers, bytes } = answer;
  const said = maskedText(messageIn(bytes), secrets).slice(0, 300);
  const because = said === '' ? '' : `: ${said}`;
  const at = { where: where(url) };
  if (status === 401)
    return new PlimsollError('unauthorized', `${title} wants to know who is calling${because}`, { ...at, hint: login });
  // GitHub says so with 403.
  const spent = status === 403 && headers['x-ratelimit-remaining'] === '0';
  if (status === 403 && !spent)
    return new PlimsollError('unauthorized', `${title} does not allow this${because}`, {
      ...at,
      hint: `the missing permission is ${permission}`,
    });
  if (status === 404)
    return new PlimsollError('not-found', `${title} has no such thing${because}`, {
      ...at,
      hint: `check the name; ${title} may also say this to whom it does not allow ${permission}`,
    });
  if (status === 429 || spent) {
    const after = headers['retry-after'];
    return new PlimsollError('rate-limited', `${title} is asked too often${because}`, {
      ...at,
      hint: after === undefined ? 'wait, and try again' : `it asks to wait (${after.slice(0, 40)})`,
    });
  }
  return new PlimsollError('registry', `${title} answered ${status}${because}`, at);
}

/** What a refusal says: Google's and Azure's `error.message`, the `errors` of registries and Harbor, a `message`, the `detail` of RFC 9457 and Quay. */
function messageIn(bytes: Buffer): string {
  try {
    const answer = objectOf(readJson(bytes.subarray(0, LIMITS.answerBytes).toString('utf8')));
    const list: readonly unknown[] = Array.isArray(answer.errors) ? answer.errors : [];
    const [first] = list;
    const error = objectOf(first ?? answer.error);
    const { message, detail, error_message, error_description } = answer;
    const said = [error.message, message, detail, error_message, error_description, answer.error].map(textOf);
    return said.find((value) => value !== undefined) ?? '';
  } catch {
    return '';
  }
}
