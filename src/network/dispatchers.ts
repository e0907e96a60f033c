import type { Dispatcher } from 'undici';
import { boundedText } from '../bounded-file.ts';
import { lazily } from '../collections.ts';
import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { withRootAuthorities } from './authorities.ts';
import { patientSocket } from './patient-socket.ts';
import { proxyFor } from './proxy.ts';
import { checkText, lookupWithin, type Reach, type ResolveAll, reaches, refusal } from './reach.ts';
import { HEAD_BYTES, readMemory } from './read-memory.ts';
import { withoutCredentials } from './user-info.ts';
import { type Zone, zoneOf } from './zone.ts';

/** Certificates and keys, PEM. */
export interface TlsMaterial {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** True: the server's certificate is not verified. */
  readonly insecure?: boolean;
}

/** Finds the pool of connections for an address; pools are made on first use and kept. */
export interface Dispatchers {
  for(
    url: URL,
    route: { socketPath: string | undefined; tls: TlsMaterial | undefined; reach: Reach },
  ): Promise<Dispatcher>;
  /** Where the server of an origin was found to be; undefined before a connection, and through a proxy. */
  zone(origin: string): Zone | undefined;
  /** The proxy through which an address is reached, as the environment names it. */
  proxy(url: URL): string | undefined;
  /** Ends every connection, also those in use. */
  close(): Promise<void>;
}

interface DispatcherOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly insecure: boolean;
  readonly connectMs: number;
  readonly resolve: ResolveAll | undefined;
}

/** The pools of one client: one for each proxy, socket and set of certificates. */
export function createDispatchers(options: DispatcherOptions): Dispatchers {
  const pools = new Map<unknown, Map<string, Promise<Dispatcher>>>();
  const authorities = lazily(() => readAuthorities(options.environment));
  const zones = new Map<string, Zone>();
  return {
    async for(url, { socketPath, tls, reach }) {
      const proxy = socketPath === undefined ? proxyFor(url, options.environment) : undefined;
      if (socketPath === undefined) checkText(url, reach);
      const perTls = pools.get(tls) ?? new Map<string, Promise<Dispatcher>>();
      pools.set(tls, perTls);
      const key = JSON.stringify([socketPath, proxy, reach]);
      const pool = perTls.get(key) ?? open(options, { socketPath, proxy, tls, authorities, reach, zones });
      perTls.set(key, pool);
      return pool;
    },
    zone: (origin) => zones.get(origin),
    proxy: (url) => proxyFor(url, options.environment),
    async close() {
      const open = [...pools.values()].flatMap((perTls) => [...perTls.values()]);
      pools.clear();
      await Promise.allSettled(open.map(async (pool) => (await pool).destroy()));
    },
  };
}

interface Route {
  readonly socketPath: string | undefined;
  readonly proxy: string | undefined;
  readonly tls: TlsMaterial | undefined;
  readonly authorities: () => Promise<string | undefined>;
  readonly reach: Reach;
  /** Learns where each origin is. */
  readonly zones: Map<string, Zone>;
}

async function open(options: DispatcherOptions, route: Route): Promise<Dispatcher> {
  const { Agent, ProxyAgent, buildConnector } = await import('undici');
  const { socketPath, proxy, tls } = route;
  const insecure = tls?.insecure ?? options.insecure;
  // Where nothing is verified, no authority is asked: to read them all takes 50 ms.
  const ca = insecure ? [] : (tls?.ca ?? (await route.authorities()));
  const connect = {
    timeout: options.connectMs,
    rejectUnauthorized: !insecure,
    ...(ca === undefined ? {} : { ca }),
    ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls?.key === undefined ? {} : { key: tls.key }),
    ...(socketPath === undefined ? {} : { socketPath }),
  };
  if (proxy === undefined) {
    const { reach, zones } = route;
    const within = socketPath === undefined ? { lookup: lookupWithin(reach, options.resolve) } : {};
    const connector = buildConnector({ ...connect, ...within, allowHalfOpen: true, onread: readMemory() });
    return new Agent({
      maxHeaderSize: HEAD_BYTES,
      connect: (to, done) =>
        connector(to, (error, socket) => {
          if (!socket) return done(error ?? new Error('no connection'), null);
          // Whatever resolved it and whenever: what counts is who is at the other end.
          const zone = socketPath === undefined ? zoneOf(socket.remoteAddress ?? '') : 'loopback';
          if (socketPath === undefined && !reaches(reach, zone)) {
            socket.destroy();
            return done(refusal(to.hostname, socket.remoteAddress ?? '', zone), null);
          }
          if (socketPath === undefined) zones.set(`${to.protocol}//${to.host ?? to.hostname}`, zone);
          return done(null, patientSocket(socket));
        }),
    });
  }
  if (!URL.canParse(proxy) || !/^(https?|socks5?):$/.test(new URL(proxy).protocol)) {
    throw new PlimsollError('network', 'the proxy named in the environment is no address', {
      hint: 'write HTTPS_PROXY and HTTP_PROXY as http://host:port',
    });
  }
  // Certificates and keys are a server's, and so is the leave to verify none: the proxy is another one, which hears the user's password for it.
  const authorities = await route.authorities();
  const proxyTls = { timeout: options.connectMs, ...(authorities === undefined ? {} : { ca: authorities }) };
  // Through an HTTP proxy, plain addresses are asked for by their full name; only https needs a tunnel, and many proxies
  // refuse tunnels to other ports.
  return new ProxyAgent({
    ...proxyCredentials(proxy),
    proxyTunnel: false,
    connect,
    requestTls: connect,
    proxyTls,
  });
}

function proxyCredentials(proxy: string): { uri: string; token?: string } {
  const url = new URL(proxy);
  if (url.protocol.startsWith('socks')) return { uri: proxy };
  const { address, authorization } = withoutCredentials(url);
  return { uri: address.href, ...(authorization === undefined ? {} : { token: authorization }) };
}

/** The authorities of `SSL_CERT_FILE` besides Node's own: Node reads NODE_EXTRA_CA_CERTS itself, other programs of the field read this one. */
async function readAuthorities(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const path = environment.SSL_CERT_FILE;
  if (!path) return undefined;
  try {
    return await withRootAuthorities([await boundedText(path, LIMITS.fileBytes)]);
  } catch (cause) {
    throw new PlimsollError('config', 'SSL_CERT_FILE cannot be read', { where: path, cause });
  }
}
