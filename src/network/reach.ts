import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { PlimsollError } from '../errors.ts';
import { type Zone, zoneOf } from './zone.ts';

/**
 * Who named the address that is asked. `user`: in a command, the environment or the configuration. `project`: a file of the
 * project, such as its Dockerfile. `content`: an image, a report, anything else. `server`: the answer of that server (a token
 * realm, a file of an index), which may name its own neighbourhood and what lies outside of it.
 */
export type NamedBy = 'user' | 'project' | 'content' | { readonly server: string };

/** The innermost zone that a request may reach; `any` for what the user wrote as a number. */
export type Reach = 'any' | Exclude<Zone, 'special'>;

const INWARDS: readonly Zone[] = ['public', 'private', 'loopback'];

/** Whether a request of that reach may speak to an address of that zone. */
export const reaches = (reach: Reach, zone: Zone): boolean =>
  reach === 'any' || (zone !== 'special' && INWARDS.indexOf(zone) <= INWARDS.indexOf(reach));

/**
 * How far a request to an address may reach. `zoneOfServer`: of the server that named it. `inside`: hosts that the user allows
 * whoever names them (`PLIMSOLL_INSIDE_HOSTS`).
 */
export function reachOf(
  url: URL,
  namedBy: NamedBy,
  { zoneOfServer, inside }: { zoneOfServer: (origin: string) => Zone | undefined; inside: ReadonlySet<string> },
): Reach {
  if (namedBy === 'user' || inside.has(url.host) || inside.has(url.hostname))
    return isIP(withoutBrackets(url.hostname)) === 0 ? 'loopback' : 'any';
  if (namedBy === 'project') return 'loopback';
  if (namedBy === 'content') return 'public';
  const zone = zoneOfServer(new URL(namedBy.server).origin);
  return zone === undefined || zone === 'special' ? 'public' : zone;
}

/** `[::1]` as `::1`. */
export const withoutBrackets = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/** Whether a host (`name`, `name:port`) is this machine by its name: such a one may be spoken to without TLS. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\]|[^:]+\.localhost)(:\d+)?$/.test(host);

/** Names that mean this machine or its network whoever resolves them. */
const INSIDE_NAMES = /(?:^|\.)(?:localhost|internal|local|localdomain|home\.arpa)\.?$/i;

/**
 * Refuses an address that can be judged by its text: a number, or a name that only has a meaning inside. Of other names what they
 * resolve to is checked when connecting; through a proxy, which resolves them itself, this is all that can be.
 * Throws `network`.
 */
export function checkText(url: URL, reach: Reach): void {
  const host = withoutBrackets(url.hostname);
  if (isIP(host) !== 0) {
    if (!reaches(reach, zoneOf(host))) throw refusal(host, host, zoneOf(host));
  } else if (reach === 'public' && INSIDE_NAMES.test(host)) throw refusal(host, host, 'private');
}

/** What asks for all addresses of a name; the default is this machine's own `dns.lookup`. */
export type ResolveAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A lookup for `net.connect` that gives only addresses within reach, and fails where there are none. */
export const lookupWithin =
  (reach: Reach, resolve: ResolveAll = lookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [], 0);
      const good = addresses.filter(({ address }) => reaches(reach, zoneOf(address)));
      const [first] = good;
      if (first === undefined) {
        const [bad] = addresses;
        return callback(refusal(hostname, bad?.address ?? '', zoneOf(bad?.address ?? '')), [], 0);
      }
      if (options.all === true) callback(null, good);
      else callback(null, first.address, first.family);
    });
  };

/** The hosts of `PLIMSOLL_INSIDE_HOSTS`: names or addresses, with or without a port, separated by commas or blanks. */
export const insideHosts = (environment: NodeJS.ProcessEnv): ReadonlySet<string> =>
  new Set(
    (environment.PLIMSOLL_INSIDE_HOSTS ?? '')
      .toLowerCase()
      .split(/[,\s]+/)
      .filter(Boolean),
  );

/** The error for an address that is not spoken to. */
export function refusal(host: string, address: string, zone: Zone): PlimsollError {
  const where = host === address ? host : `${host} is ${address}`;
  const what = {
    public: 'the internet',
    private: 'a private network',
    loopback: 'this machine itself',
    special: 'a link-local, metadata or reserved address',
  }[zone];
  return new PlimsollError(
    'network',
    `it is not asked: its address leads to ${what}, and an image or a server named it`,
    {
      where,
      hint: `PLIMSOLL_INSIDE_HOSTS=${host} allows it`,
    },
  );
}
