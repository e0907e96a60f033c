import fc from 'fast-check';
import { expect, it } from 'vitest';
import { goBuildHeader, goBuildInfo } from './go-buildinfo.ts';

// As `go version -m` prints it of real programs: prometheus 2.45, and one with a replaced module.
const TEXT = [
  'path\tgithub.com/prometheus/prometheus/cmd/prometheus',
  'mod\tgithub.com/prometheus/prometheus\t(devel)\t',
  'dep\tgithub.com/Azure/azure-sdk-for-go/sdk/azcore\tv1.6.0\th1:8kDqDngH+DmVBiCtIjCFTGa7MBnsIOkF9IccInFEbjk=',
  'dep\tk8s.io/client-go\tv0.26.2\th1:s1WkVujHX3kTp4Zn4yGNFK+dlDXy1bAAkIl+cFAiuYI=',
  'dep\tgithub.com/old/one\tv1.0.0',
  '=>\tgithub.com/new/one\tv1.2.3\th1:abc',
  'dep\tgithub.com/local/fork\tv2.0.0',
  '=>\t./fork\t',
  'build\t-ldflags="-X github.com/prometheus/common/version.Version=2.45.0"',
  'build\tCGO_ENABLED=0',
  'build\tvcs.revision=8ef767e396bf8445f009f945b0162fd71827f445',
  '',
].join('\n');

it('reads modules, replacements and build settings', () => {
  const info = goBuildInfo('go1.20.5', TEXT);
  expect(info.main).toEqual({ path: 'github.com/prometheus/prometheus', version: '(devel)' });
  expect(info.dependencies.map(({ path, version }) => `${path} ${version}`)).toEqual([
    'github.com/Azure/azure-sdk-for-go/sdk/azcore v1.6.0',
    'k8s.io/client-go v0.26.2',
    'github.com/new/one v1.2.3',
    'github.com/local/fork v2.0.0',
  ]);
  expect(info.dependencies[2]!.replaces).toBe('github.com/old/one@v1.0.0');
  expect(info.dependencies[3]!.replaces).toBe('github.com/local/fork@v2.0.0 by ./fork');
  expect(info.settings.get('CGO_ENABLED')).toBe('0');
  expect(info.settings.get('-ldflags')).toBe('-X github.com/prometheus/common/version.Version=2.45.0');
});

it('a mark without a version behind it is no header: programs that read Go programs contain it', () => {
  const bytes = Buffer.alloc(64);
  bytes.write('\xff Go buildinf:', 0, 'latin1');
  bytes[14] = 8;
  bytes[15] = 2;
  bytes[32] = 5;
  bytes.write('hello', 33);
  expect(goBuildHeader(bytes)).toBeUndefined();
  bytes.write('go1.2', 33);
  expect(goBuildHeader(bytes)).toMatchObject({ form: 'inline', version: 'go1.2' });
});

it('any text and any header give an answer, and a length beyond the budget is refused', () => {
  fc.assert(fc.property(fc.string(), (text) => void goBuildInfo(undefined, text)));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 80 }), (noise) => {
      const header = goBuildHeader(Buffer.from(noise));
      if (header?.form === 'incomplete') expect(header.size).toBeLessThanOrEqual(8 << 20);
    }),
    { numRuns: 1000 },
  );
});
