import { describe, expect, it } from 'vitest';
import { buildStamp, mainVersion } from './go-version.ts';

const told = (module: string, flags: string, path = module, version = '(devel)'): string | undefined =>
  mainVersion({
    path,
    main: { path: module, version },
    dependencies: [],
    settings: new Map([['-ldflags', flags]]),
  });

describe('the version of a Go program whose module has none', () => {
  it.each([
    ['example.com/app', '-s -w -X main.version=1.2.3', 'v1.2.3'],
    ['example.com/app', "-X 'main.Version=v2.0.0-rc.1' -X main.commit=abc", 'v2.0.0-rc.1'],
    ['example.com/app', '-X "main.buildVersion=v3.1"', 'v3.1.0'],
    ['example.com/app/v2', '-X=example.com/app/internal/version.Version=2.4.0', 'v2.4.0'],
    [
      'helm.sh/helm/v3',
      '-w -s -X helm.sh/helm/v3/internal/version.version=v3.12.3 -X helm.sh/helm/v3/internal/version.gitCommit=3a31',
      'v3.12.3',
    ],
    ['github.com/prometheus/prometheus', '-X github.com/prometheus/common/version.Version=2.45.0', 'v2.45.0'],
    [
      'k8s.io/kubernetes',
      "-X 'k8s.io/client-go/pkg/version.gitVersion=v1.27.3' -X 'k8s.io/component-base/version.gitVersion=v1.27.3'",
      'v1.27.3',
    ],
    // Of one variable the last value counts (`go tool link`).
    ['example.com/app', '-X main.version=1.2.3-0.20240101 -X main.version=4.0.0', 'v4.0.0'],
    ['github.com/sigstore/cosign/v2', '-X sigs.k8s.io/release-utils/version.gitVersion=v2.2.3', 'v2.2.3'],
    ['github.com/hashicorp/consul', '-X github.com/hashicorp/consul/version.GitDescribe=v1.18.1', 'v1.18.1'],
    ['github.com/aquasecurity/trivy', '-s -w -X=github.com/aquasecurity/trivy/pkg/version/app.ver=0.55.1', 'v0.55.1'],
    // Another module of the same repository.
    [
      'github.com/cert-manager/cert-manager/controller-binary',
      '-X github.com/cert-manager/cert-manager/pkg/util.AppVersion=v1.12.1',
      'v1.12.1',
    ],
    ['sigs.k8s.io/kustomize/kustomize/v5', '-X sigs.k8s.io/kustomize/api/provenance.version=v5.3.0', 'v5.3.0'],
    // Shapes that `go build` took, with what the programs then said of themselves.
    ['example.com/app', '--X main.version=1.2.3', 'v1.2.3'],
    ['example.com/app', 'all=-X main.version=1.2.3', 'v1.2.3'],
    ['example.com/app', 'example.com/...=-X main.version=1.2.3', 'v1.2.3'],
    ['example.com/app', "-X main.version=1.2.3 -extldflags '-static -X main.version=9.9.9'", 'v1.2.3'],
    ['example.com/app', '-X main.VersionString=1.2.3', 'v1.2.3'],
    ['example.com/app', '-X main.semver=1.2.3', 'v1.2.3'],
    ['example.com/app', '-X main.version=release-1.2.3', 'v1.2.3'],
    [
      'sigs.k8s.io/kustomize/kustomize/v5',
      '-X sigs.k8s.io/kustomize/api/provenance.version=kustomize/v5.3.0',
      'v5.3.0',
    ],
  ])('%s, %s: %s', (module, flags, version) => {
    expect(told(module, flags)).toBe(version);
  });

  it.each([
    // Other packages' versions, whichever comes first.
    ['example.com/app', '-X github.com/other/lib/version.Version=9.9.9'],
    ['example.com/app', '-X k8s.io/client-go/pkg/version.gitVersion=v0.27.3'],
    ['example.com/app', '-X github.com/prometheus/common/version.Version=0.44.0'],
    ['example.com/app', '-X main.goVersion=1.21.4 -X main.apiVersion=1.0.0'],
    ['example.com/app', '-X main.version=dev -X main.version=latest'],
    ['example.com/app', '-X main.date=2023.10.01'],
    ['example.com/app', '-X example.com/application/version.Version=1.0.0'],
    ['example.com/app', "-extldflags '-X main.version=9.9.9'"],
    ['example.com/app', 'other.example/...=-X main.version=9.9.9'],
    ['example.com/app', '-X main.version=nightly-2024.01.02'],
    // The same team, another repository; what lies in the module's own vendor folder.
    ['git.example.com/team/app', '-X git.example.com/team/sdk/version.Version=7.7.7'],
    ['git.example.com/team/app', '-X git.example.com/team/app/vendor/x/y.Version=7.7.7'],
    ['example.com/app', ''],
  ])('%s is not told by %s', (module, flags) => {
    expect(told(module, flags)).toBeUndefined();
  });

  it('goes before a commit that Go stamped, and a commit of a clone without tags is no release', () => {
    // After reports on Grafana 9.2.4 and Consul 1.18.1: "v0.0.0-..." is not older than every release.
    const commit = 'v0.0.0-20221108103842-64017e8ca682';
    expect(told('github.com/grafana/grafana', '-X main.version=9.2.4', undefined, commit)).toBe('v9.2.4');
    expect(told('github.com/hashicorp/consul', '', undefined, commit)).toBeUndefined();
    expect(told('example.com/app', '', undefined, `${commit}+dirty`)).toBeUndefined();
    expect(told('example.com/app', '', undefined, 'v1.18.2-0.20240501120000-abcdefabcdef')).toBe(
      'v1.18.2-0.20240501120000-abcdefabcdef',
    );
    expect(told('example.com/app', '-X main.version=1.0.0', undefined, 'v1.2.3')).toBe('v1.2.3');
    const main = { path: 'example.com/app', version: commit };
    expect(buildStamp({ main, dependencies: [], settings: new Map() })).toEqual({ revision: '64017e8ca682' });
  });

  it('is its own, whatever else is set before it', () => {
    const flags =
      '-X github.com/a/b/version.Version=1.0.0 -X example.com/app/pkg/build.Version=5.0.0 -X main.version=5.6.7';
    expect(told('example.com/app', flags)).toBe('v5.6.7');
    expect(told('example.com/app', '-X example.com/app/cmd/tool.version=7.0.0', 'example.com/app/cmd/tool')).toBe(
      'v7.0.0',
    );
  });

  it('is not made of a commit, which is kept beside', () => {
    const settings = new Map([
      ['vcs.revision', 'abc'],
      ['vcs.time', '2023-01-02T03:04:05Z'],
      ['vcs.modified', 'true'],
    ]);
    expect(buildStamp({ dependencies: [], settings })).toEqual({
      revision: 'abc',
      committed: '2023-01-02T03:04:05Z',
      modified: 'true',
    });
  });
});
