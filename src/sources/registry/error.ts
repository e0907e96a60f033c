import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Http, HttpResponse } from '../../network/http.ts';
import { isObject, jsonObject, textOf } from '../json.ts';

/**
 * An answer that is no success, as one of our errors: `rate-limited` for 429, else `registry`, with the first error
 * that the body states. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export async function answerError(http: Http, response: HttpResponse, where: string): Promise<PlimsollError> {
  const said = await errorText(http, response);
  const because = said === '' ? '' : `: ${said}`;
  if (response.status === 429) {
    const after = response.headers['retry-after'];
    const when =
      after === undefined ? 'wait' : `wait (the registry says ${/^\d+$/.test(after) ? `${after} s` : after})`;
    return new PlimsollError('rate-limited', `too many requests${because}`, {
      where,
      hint: `${when}, or log in: registries allow more to users they know`,
    });
  }
  const hint = response.status >= 500 ? { hint: 'the server has a problem: try again later' } : {};
  return new PlimsollError('registry', `the server answered ${response.status}${because}`, { where, ...hint });
}

/** `CODE message` of the first error in the body; empty when it states none. The body is consumed. */
export async function errorText(http: Http, response: HttpResponse): Promise<string> {
  if (!/json/.test(response.headers['content-type'] ?? 'json')) {
    await response.discard();
    return '';
  }
  try {
    const answer = jsonObject(await http.bytes(response, LIMITS.errorBodyBytes), '', 'answer');
    const first: unknown = Array.isArray(answer.errors) ? answer.errors[0] : answer;
    if (!isObject(first)) return '';
    return [textOf(first.code), textOf(first.message)]
      .filter((part) => part !== undefined)
      .join(' ')
      .slice(0, 300);
  } catch {
    return '';
  }
}
