import { BlockList, isIP, isIPv4 } from 'node:net';
import { before } from '../formats/ends.ts';

/**
 * Where an address leads: the internet, a network of its own (RFC 1918, unique local, carrier), this machine, or somewhere no
 * registry and no index is: link-local with the metadata services of clouds, multicast, reserved.
 */
export type Zone = 'public' | 'private' | 'loopback' | 'special';

/**
 * https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry, as far as they are not global. The
 * IPv4 blocks for documentation are not in it: nothing inside answers there, and closed networks put their mirrors of the world there.
 */
const RANGES: Readonly<Record<Exclude<Zone, 'public'>, readonly string[]>> = {
  // Metadata services outside link-local: Alibaba, Azure's wire server, AWS over IPv6.
  special: [
    ...['0.0.0.0/8', '100.100.100.200/32', '168.63.129.16/32', '169.254.0.0/16', '192.0.0.0/24'],
    ...['192.88.99.0/24', '198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4'],
    ...['::/128', '100::/64', '2001::/23', '2001:db8::/32', '3fff::/20', '5f00::/16', 'fd00:ec2::254/128'],
    ...['fd20:ce::254/128', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
  ],
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', '64:ff9b:1::/48'],
};

const family = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');

const lists = Object.entries(RANGES).map(([zone, ranges]): [Zone, BlockList] => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/');
    list.addSubnet(address, Number(bits), family(address));
  }
  return [zone as Zone, list];
});

/** What is routed to the internet at all in IPv6. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');

/** The zone of an IPv4 or IPv6 address, with or without brackets; of what is no address `special`. */
export function zoneOf(text: string): Zone {
  const address = before(text.replace(/^\[|\]$/g, ''), '%');
  if (isIP(address) === 0) return 'special';
  const within = embedded(address);
  if (within !== undefined) return zoneOf(within);
  for (const [zone, list] of lists) if (list.check(address, family(address))) return zone;
  return isIPv4(address) || GLOBAL.check(address, 'ipv6') ? 'public' : 'special';
}

/** The IPv4 address that an IPv6 address stands for: mapped, compatible, translated, NAT64, 6to4. */
function embedded(address: string): string | undefined {
  if (isIPv4(address) || address === '::1' || address === '::') return undefined;
  const words = wordsOf(address);
  if (words === undefined) return undefined;
  const v4 = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const [first, second, , , fifth, sixth, seventh = 0, eighth = 0] = words;
  const zero = (from: number, to: number): boolean => words.slice(from, to).every((word) => word === 0);
  // https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5, https://www.rfc-editor.org/rfc/rfc2765
  if (zero(0, 5) && (sixth === 0xffff || sixth === 0) && (seventh !== 0 || eighth > 1)) return v4(seventh, eighth);
  if (zero(0, 4) && fifth === 0xffff && sixth === 0) return v4(seventh, eighth);
  // https://www.rfc-editor.org/rfc/rfc6052, https://www.rfc-editor.org/rfc/rfc3056
  if (first === 0x64 && second === 0xff9b && zero(2, 6)) return v4(seventh, eighth);
  if (first === 0x2002) return v4(second ?? 0, words[2] ?? 0);
  return undefined;
}

/** The eight words of an IPv6 address, which URL writes in one way only. */
function wordsOf(address: string): number[] | undefined {
  if (!URL.canParse(`http://[${address}]/`)) return undefined;
  const plain = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = plain.split('::');
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
  const [before, after] = [numbers(head), numbers(tail ?? '')];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
