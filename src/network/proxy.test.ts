import { expect, it } from 'vitest';
import { proxyFor } from './proxy.ts';

const environment = {
  HTTP_PROXY: 'http://plain:3128',
  https_proxy: 'secure:3129',
  NO_PROXY: 'internal.example, .below.example,10.0.0.0/8 registry.example:5000,192.168.1.7,fd00::/8,*.star.example',
};

it.each([
  ['https://registry-1.docker.io/v2/', 'http://secure:3129'],
  ['http://registry-1.docker.io/v2/', 'http://plain:3128'],
  ['https://localhost:5000/', undefined],
  ['https://127.0.0.9/', undefined],
  ['https://[::1]:5000/', undefined],
  ['https://internal.example/', undefined],
  ['https://a.Internal.Example/', undefined],
  ['https://notinternal.example/', 'http://secure:3129'],
  ['https://below.example/', 'http://secure:3129'],
  ['https://a.below.example/', undefined],
  ['https://a.star.example/', undefined],
  ['https://10.255.0.1/', undefined],
  ['https://11.0.0.1/', 'http://secure:3129'],
  ['https://192.168.1.7/', undefined],
  ['https://[fd12::1]/', undefined],
  ['https://[fe80::1]/', 'http://secure:3129'],
  ['https://registry.example:5000/', undefined],
  ['https://registry.example/', 'http://secure:3129'],
])('%s goes through %s', (url, proxy) => {
  expect(proxyFor(new URL(url), environment)).toBe(proxy);
});

it('goes straight where no proxy is named or everything is excepted', () => {
  expect(proxyFor(new URL('https://example.org/'), {})).toBeUndefined();
  expect(proxyFor(new URL('https://example.org/'), { HTTPS_PROXY: 'http://p:1', no_proxy: '*' })).toBeUndefined();
  expect(proxyFor(new URL('https://example.org/'), { HTTP_PROXY: 'http://p:1' })).toBeUndefined();
});
