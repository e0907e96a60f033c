import { LIMITS } from '../../limits.ts';
import type { Bill, BillEntry } from '../../model.ts';
import { isObject, objectOf, textOf, type UnknownRecord } from '../json-values.ts';
import { billEntry } from './entry.ts';

/** Whether a document is what programs send to GitHub's dependency graph (`syft -o github-json`, `trivy image -f github`). */
export const isSnapshot = ({ manifests, detector }: UnknownRecord): boolean =>
  isObject(manifests) && isObject(detector);

/**
 * A snapshot of dependencies: package URLs by the file that they were read from. What is installed in no file that anybody would know (the packages
 * of an operating system) has the image for its file.
 * https://docs.github.com/en/rest/dependency-graph/dependency-submission
 */
export function snapshotBill(document: UnknownRecord): Bill {
  const detector = objectOf(document.detector);
  const entries: BillEntry[] = [];
  let left = 0;
  for (const manifest of Object.values(objectOf(document.manifests)).map(objectOf)) {
    const path = pathOf(textOf(objectOf(manifest.file).source_location) ?? '');
    for (const resolved of Object.values(objectOf(manifest.resolved)).map(objectOf)) {
      if (entries.length < LIMITS.billPackages)
        entries.push(billEntry({ purls: [textOf(resolved.package_url)], paths: [path] }));
      else left += 1;
    }
  }
  const system = systemOf(objectOf(document.metadata));
  const [name, scanned] = [textOf(detector.name), textOf(document.scanned)];
  return {
    format: 'GitHub snapshot',
    ...(name === undefined ? {} : { creator: [name, textOf(detector.version)].filter(Boolean).join(' ') }),
    ...(scanned === undefined ? {} : { created: scanned }),
    ...(system === undefined ? {} : { system }),
    entries,
    ...(left === 0 ? {} : { left }),
  };
}

/** Syft puts the image before the path: `image:tag:/usr/lib/...`. */
const pathOf = (location: string): string | undefined => /(?:^|:)(\/[^:]*)$/.exec(location)?.[1];

/** `"syft:distro": "pkg:generic/debian@11.11?like=..."` */
function systemOf(metadata: UnknownRecord): Bill['system'] {
  const [, name, version] = /^pkg:generic\/([\w.-]+)(?:@([\w.~-]+))?/.exec(textOf(metadata['syft:distro']) ?? '') ?? [];
  return name === undefined ? undefined : { name, ...(version === undefined ? {} : { version }) };
}
