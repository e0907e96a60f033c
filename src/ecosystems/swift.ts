import { SEMVER } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { lower, shape } from './purl-shape.ts';

/** Packages are named by the address they are fetched from, without scheme and `.git`: `github.com/apple/swift-nio`. */
export const swift = ecosystem({
  name: 'SwiftURL',
  osv: 'SwiftURL',
  type: 'swift',
  // https://docs.swift.org/package-manager/PackageDescription/PackageDescription.html#package-dependency
  named: /^[a-z0-9][\w.-]*(?::\d+)?(?:\/[\w.~-]+)+$/i,
  group: 'language',
  label: 'Swift',
  words: ['swift', 'swifturl', 'swiftpm'],
  normalize: (name) => lower(name).replace(/^https?:\/\/|\.git$/g, ''),
  ...SEMVER,
  matchedBy: ['trivy', 'grype'],
  fix: rebuilt(' '),
  purl: shape('swift', { separator: '/', demands: ['namespace', 'version'] }),
  trivy: { type: 'swift', target: '', byFile: true },
});
