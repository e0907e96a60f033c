import { PlimsollError } from '../../errors.ts';
import { isLoopback } from '../../network/reach.ts';

/** The address of a service whose host stands in a target: encrypted, unless it is this machine. */
export const originOfHost = (host: string): string => `${isLoopback(host) ? 'http' : 'https'}://${host}`;

/** Splits `HOST/REST` where the first part is a host (it has a dot or a port, or is `localhost`). */
export function splitHost(target: string): { readonly host: string | undefined; readonly rest: string } {
  const slash = target.indexOf('/');
  const first = target.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === 'localhost';
  return isHost ? { host: first, rest: target.slice(slash + 1) } : { host: undefined, rest: target };
}

/** The root of an address that a setting of the user's names, without a slash at its end. Throws `config` for what is none. */
export function originOfSetting(value: string, setting: string): string {
  const url = /^https?:\/\//.test(value) ? value : originOfHost(value);
  if (URL.canParse(url)) return url.replace(/\/{1,8}$/, '');
  throw new PlimsollError('config', 'not an address', { where: setting, hint: 'write https://HOST' });
}
