import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { purlOf } from '../../ecosystems/index.ts';
import { takeInventory } from '../../inventory/take.ts';

/** As `swift package resolve` of Swift 5.3, 5.6 and 6.0 writes it. */
const FORMAT_1 = `{
  "object": {
    "pins": [
      {
        "package": "vapor",
        "repositoryURL": "https://github.com/vapor/vapor.git",
        "state": { "branch": null, "revision": "5c6d1a3b1e1d1a1b0d5a8ac4f2b3d9e7f6a5b4c3", "version": "4.60.0" }
      },
      {
        "package": "swift-log",
        "repositoryURL": "git@github.com:apple/swift-log.git",
        "state": { "branch": "main", "revision": "6fe203dc33195667ce1759bf0182975e4653ba1c", "version": null }
      }
    ]
  },
  "version": 1
}`;

const later = (version: number): string => `{
  "originHash" : "d2f8e6a3",
  "pins" : [
    {
      "identity" : "swift-nio-http2",
      "kind" : "remoteSourceControl",
      "location" : "https://github.com/apple/swift-nio-http2",
      "state" : { "revision" : "6021e2d8b1f3d2d4f4a7b3d0c29a6d8b1b2f3c4d", "version" : "1.9.0" }
    },
    {
      "identity" : "mona.LinkedList",
      "kind" : "registry",
      "location" : "",
      "state" : { "version" : "1.2.0" }
    }
  ],
  "version" : ${version}
}`;

async function packagesOf(content: string) {
  const { inventory } = await takeInventory(image(layer({ 'app/Package.resolved': content })));
  return inventory;
}

describe('Package.resolved', () => {
  it('of format 1 names packages by their address; a branch is no version', async () => {
    const { packages } = await packagesOf(FORMAT_1);
    expect(packages.map(({ name, version, role, namespace }) => ({ name, version, role, namespace }))).toEqual([
      { name: 'github.com/apple/swift-log', version: '', role: 'declared', namespace: 'SwiftURL' },
      { name: 'github.com/vapor/vapor', version: '4.60.0', role: 'declared', namespace: 'SwiftURL' },
    ]);
    expect(packages[1]?.purl).toBe('pkg:swift/github.com/vapor/vapor@4.60.0');
  });

  it.each([2, 3])('of format %i does too, and names what a registry has by its identity', async (version) => {
    const { packages } = await packagesOf(later(version));
    expect(packages.map(({ name, version: pinned }) => `${name} ${pinned}`)).toEqual([
      'github.com/apple/swift-nio-http2 1.9.0',
      'mona.LinkedList 1.2.0',
    ]);
  });

  it('of a format to come, or of none, is an Unknown', async () => {
    expect((await packagesOf('{"version": 9}')).unknowns[0]?.reason).toMatch(/format that is known \(version 9\)/);
    expect((await packagesOf('no json')).unknowns).toHaveLength(1);
  });

  it('is filed where the advisories are, whatever the case of the address', () => {
    expect(purlOf({ type: 'swift', name: 'github.com/Alamofire/Alamofire', version: '5.4.3' })).toBe(
      'pkg:swift/github.com/Alamofire/Alamofire@5.4.3',
    );
  });
});
