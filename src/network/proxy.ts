import { BlockList, isIP } from 'node:net';
import { withoutBrackets } from './reach.ts';

/**
 * The proxy that the environment names for an address, or undefined to go straight there: `HTTPS_PROXY`, `HTTP_PROXY`
 * and `NO_PROXY` in either case, read as Go programs (and so Docker, skopeo and the other scanners) read them. Loopback
 * addresses are never proxied.
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): string | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = (environment[name] || environment[name.toLowerCase()])?.trim();
  if (!proxy) return undefined;
  const host = comparableHost(url.hostname);
  if (host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) return undefined;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const exceptions = (environment.NO_PROXY || environment.no_proxy || '').split(/[,\s]+/);
  if (exceptions.some((entry) => excepted(entry.toLowerCase(), host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** One entry of `NO_PROXY`: `*`, an address, a CIDR range, `example.org` (and below), `.example.org` (only below), each with or without a port. */
function excepted(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry === '') return false;
  const withPort = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry);
  if (withPort && withPort[2] !== port) return false;
  const name = comparableHost(withPort ? withPort[1]! : entry);
  if (isIP(host)) return inRange(name, host);
  if (name.startsWith('*.') || name.startsWith('.')) return host.endsWith(name.replace(/^\*/, ''));
  return host === name || host.endsWith(`.${name}`);
}

function inRange(range: string, host: string): boolean {
  if (range === host) return true;
  const [address = '', prefix = ''] = range.split('/');
  const family = isIP(address);
  const bits = Number(prefix);
  if (!family || family !== isIP(host) || !/^\d{1,3}$/.test(prefix) || bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

const comparableHost = (hostname: string): string => withoutBrackets(hostname).toLowerCase();
